import type { Request, RequestHandler, Response } from "express";
import type { MockEndpoint } from "./config.ts";
import type { Taken } from "./memory.ts";
import type { EndpointStats } from "./metrics.ts";
import { createOwnWork } from "./own-work.ts";
import type { Replica } from "./replica.ts";
import { childTraceparent } from "./traceparent.ts";

/** A request that is here. */
type Visit = {
  readonly request: Request;
  readonly response: Response;
  readonly arrivedMs: number;
  /** Memory that it takes while it is in work. */
  taken: Taken;
};

/**
 * Serves one endpoint: own work on the CPU, then waiting without it, then calls, then the answer.
 * A request holds its slot until it is answered. One that fails by the error rate costs its own work and calls nobody.
 */
export function createEndpoint(config: MockEndpoint, stats: EndpointStats, replica: Replica): RequestHandler {
  const { admission, lifecycle, memory, quota, totals } = replica;
  const hasWaiting = config.addedLatencyMs.mean > 0 || config.calls.length > 0;
  const isFailing = createFailing(config, replica);
  const work = createOwnWork(config, replica, worked);
  const answer = createAnswer(config, stats, replica);

  function begin(one: Visit): void {
    if (!lifecycle.isRehearsing) one.taken = memory.take();
    work(one);
  }

  function worked(one: Visit): void {
    const code = isFailing() ? 500 : 200;
    if (!hasWaiting) finish(one, code);
    else void waitAndCall(config, replica, one.request, code).then((outcome) => finish(one, outcome));
  }

  function finish({ response, arrivedMs, taken }: Visit, code: number): void {
    answer(response, code);
    stats.observeSeconds((performance.now() - arrivedMs) / 1e3);
    if (!lifecycle.isRehearsing) memory.giveBack(taken);
    admission.leave();
    quota.check();
  }

  function enter(one: Visit): void {
    if (admission.tryEnter()) begin(one);
    else if (!admission.tryQueue(() => begin(one))) answer(one.response, 503);
  }

  return (request, response) => {
    quota.check();
    if (request.headers["x-karma-load"] === "flood") totals.flooded++;
    const one: Visit = { request, response, arrivedMs: performance.now(), taken: undefined };
    if (hasBody(request)) request.resume().once("end", () => enter(one));
    else enter(one);
  };
}

function createFailing({ errorRate }: MockEndpoint, { incidents, random }: Replica): () => boolean {
  return () => {
    const share = 1 - (1 - errorRate) * (1 - incidents.errorShare());
    return share > 0 && random.uniform() < share;
  };
}

function createAnswer(
  { responseBytes }: MockEndpoint,
  { answers }: EndpointStats,
  { lifecycle }: Replica,
): (response: Response, code: number) => void {
  const body = responseBytes === undefined ? "ok\n" : Buffer.alloc(responseBytes, "x");
  return (response, code) => {
    answers.set(code, (answers.get(code) ?? 0) + 1);
    if (lifecycle.isDraining) response.setHeader("Connection", "close");
    response.statusCode = code;
    response.end(code === 200 ? body : "failed\n");
  };
}

/** The status to answer with, where the request's own work came to `code`. */
async function waitAndCall(config: MockEndpoint, replica: Replica, request: Request, code: number): Promise<number> {
  const { lifecycle, random } = replica;
  if (lifecycle.isRehearsing) return code;
  const latencyMs = random.sample(config.addedLatencyMs);
  if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
  if (code !== 200 || config.calls.length === 0) return code;
  return (await replica.call(config.calls, handedOn(request))) || 200;
}

function handedOn({ headers }: Request): Readonly<Record<string, string>> {
  const traceparent = childTraceparent(String(headers.traceparent));
  const nth = headers["x-work-nth"];
  return typeof nth === "string" ? { traceparent, "x-work-nth": nth } : { traceparent };
}

/** Something follows the headers; it is read before anything is done. */
function hasBody({ headers }: Request): boolean {
  return (headers["content-length"] ?? "0") !== "0" || headers["transfer-encoding"] !== undefined;
}
