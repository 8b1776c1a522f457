import type { Request, RequestHandler, Response } from "express";
import type { MockEndpoint } from "./config.ts";
import { prescribedWorkMs } from "./prescribed-work.ts";
import type { EndpointStats } from "./metrics.ts";
import type { Replica } from "./replica.ts";
import { childTraceparent } from "./traceparent.ts";

/** Work of a request in the rehearsal before the start, ms: enough for a slice. */
const REHEARSAL_MS = 0.6;

/**
 * Serves one endpoint: own work on the CPU, then waiting without it, then calls, then the answer.
 * A request holds its slot until it is answered. One that fails by the error rate costs its own work and calls nobody.
 */
export function createEndpoint(config: MockEndpoint, stats: EndpointStats, replica: Replica): RequestHandler {
  const { admission, cpu, faults, incidents, lifecycle, overhead, quota, random, totals } = replica;
  const hasWaiting = config.addedLatencyMs.mean > 0 || config.calls.length > 0;

  function begin(request: Request, response: Response, arrivedMs: number): void {
    const demandMs = demandOf(request) * replica.growth() * incidents.workFactor() * faults.workFactor();
    const burnMs = overhead.toBurnMs(demandMs);
    if (burnMs === 0) worked(request, response, arrivedMs, demandMs, 0);
    else cpu.burn(burnMs, (usedMs) => worked(request, response, arrivedMs, demandMs, usedMs));
  }

  function worked(request: Request, response: Response, arrivedMs: number, demandMs: number, usedMs: number): void {
    totals.waitMs += Math.max(0, performance.now() - arrivedMs - usedMs);
    totals.workMs += usedMs + overhead.perRequestMs();
    overhead.finished(demandMs, usedMs);
    const code = isFailing() ? 500 : 200;
    if (!hasWaiting) finish(response, arrivedMs, code);
    else void waitAndCall(request, code).then((outcome) => finish(response, arrivedMs, outcome));
  }

  function finish(response: Response, arrivedMs: number, code: number): void {
    answer(response, code);
    stats.observeSeconds((performance.now() - arrivedMs) / 1e3);
    admission.leave();
    quota.check();
  }

  function isFailing(): boolean {
    const share = 1 - (1 - config.errorRate) * (1 - incidents.errorShare());
    return share > 0 && random.uniform() < share;
  }

  function demandOf(request: Request): number {
    if (lifecycle.isRehearsing) return REHEARSAL_MS;
    return prescribedWorkMs(request.headers["x-work-ms"]) ?? random.sample(config.workMs);
  }

  /** The status to answer with, where the request's own work came to `code`. */
  async function waitAndCall(request: Request, code: number): Promise<number> {
    if (lifecycle.isRehearsing) return code;
    const latencyMs = random.sample(config.addedLatencyMs);
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    if (code !== 200 || config.calls.length === 0) return code;
    const { traceparent } = request.headers;
    return (await replica.call(config.calls, childTraceparent(String(traceparent)))) || 200;
  }

  function answer(response: Response, code: number): void {
    stats.answers.set(code, (stats.answers.get(code) ?? 0) + 1);
    if (lifecycle.isDraining) response.setHeader("Connection", "close");
    response.statusCode = code;
    response.end(code === 200 ? "ok\n" : "failed\n");
  }

  return (request, response) => {
    quota.check();
    if (request.headers["x-karma-load"] === "flood") totals.flooded++;
    const arrivedMs = performance.now();
    if (admission.tryEnter()) begin(request, response, arrivedMs);
    else if (!admission.tryQueue(() => begin(request, response, arrivedMs))) answer(response, 503);
  };
}
