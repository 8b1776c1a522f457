import type { Request, RequestHandler, Response } from "express";
import type { MockEndpoint } from "./config.ts";
import type { EndpointStats } from "./metrics.ts";
import type { Replica } from "./replica.ts";
import { childTraceparent } from "./traceparent.ts";

/**
 * Serves one endpoint: own work on the CPU, then waiting without it, then calls, then the answer.
 * A request holds its slot until it is answered. One that fails by the error rate costs its own work and calls nobody.
 */
export function createEndpoint(config: MockEndpoint, stats: EndpointStats, replica: Replica): RequestHandler {
  const { admission, cpu, incidents, overhead, quota, random, totals } = replica;
  const hasWaiting = config.addedLatencyMs.mean > 0 || config.calls.length > 0;

  function begin(request: Request, response: Response, arrivedMs: number): void {
    const demandMs = demandOf(request) * incidents.workFactor();
    const burnMs = overhead.toBurnMs(demandMs);
    const worked = (usedMs: number): void => {
      totals.waitMs += Math.max(0, performance.now() - arrivedMs - usedMs);
      totals.workMs += usedMs + overhead.perRequestMs();
      const isFailing = random.uniform() < 1 - (1 - config.errorRate) * (1 - incidents.errorShare());
      const finish = (code: number): void => {
        overhead.finished(demandMs, usedMs);
        answer(response, code);
        stats.observeSeconds((performance.now() - arrivedMs) / 1e3);
        admission.leave();
        quota.check();
      };
      if (hasWaiting) void waitAndCall(request, isFailing).then(finish);
      else finish(isFailing ? 500 : 200);
    };
    if (burnMs > 0) cpu.burn(burnMs, worked);
    else worked(0);
  }

  function demandOf(request: Request): number {
    const prescribed = request.headers["x-work-ms"];
    const workMs = prescribed === undefined ? Number.NaN : Number(prescribed);
    return workMs >= 0 ? workMs : random.sample(config.workMs);
  }

  async function waitAndCall(request: Request, isFailing: boolean): Promise<number> {
    const latencyMs = random.sample(config.addedLatencyMs);
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    if (isFailing) return 500;
    if (config.calls.length === 0) return 200;
    const { traceparent } = request.headers;
    return (await replica.call(config.calls, childTraceparent(String(traceparent)))) || 200;
  }

  function answer(response: Response, code: number): void {
    stats.answers.set(code, (stats.answers.get(code) ?? 0) + 1);
    if (replica.lifecycle.isDraining) response.setHeader("Connection", "close");
    response.statusCode = code;
    response.end(code === 200 ? "ok\n" : "failed\n");
  }

  return (request, response) => {
    quota.check();
    const arrivedMs = performance.now();
    if (!admission.enter(() => begin(request, response, arrivedMs))) answer(response, 503);
  };
}
