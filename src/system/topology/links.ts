import { defaults } from "./defaults.ts";
import type { Draft, EndpointDraft, ServiceDraft } from "./draft.ts";
import { didYouMean } from "./nearest.ts";
import { type PathSegment, quote } from "./path.ts";
import type { RawCall, RawCallFields } from "./raw.ts";
import type { Report } from "./report.ts";
import type { Call } from "./topology.ts";

/** Fills the steps of every endpoint that gives its own calls. */
export function linkCalls(draft: Draft, report: Report): void {
  for (const service of draft.values()) {
    for (const endpoint of service.endpoints.values()) linkEndpoint(draft, endpoint, report);
  }
}

function linkEndpoint(draft: Draft, endpoint: EndpointDraft, report: Report): void {
  for (const [index, step] of (endpoint.raw.calls ?? []).entries()) {
    if (step === undefined) continue;
    const path = [...endpoint.path, "calls", index];
    const calls: readonly (readonly [RawCall | undefined, readonly PathSegment[]])[] =
      step.parallel === undefined
        ? [[step, path]]
        : step.parallel.map((call, place) => [call, [...path, "parallel", place]]);
    const linked = calls.flatMap(([raw, at]) => linkCall(draft, raw, at, report) ?? []);
    if (linked.length > 0) endpoint.steps.push(linked);
  }
}

function linkCall(
  draft: Draft,
  raw: RawCall | undefined,
  path: readonly PathSegment[],
  report: Report,
): EndpointDraft["steps"][number][number] | undefined {
  if (raw?.service === undefined) return undefined;
  const service = findService(draft, raw.service, [...path, "service"], "a service", report);
  const endpoint = service && findEndpoint(service, raw.endpoint, [...path, "endpoint"], report);
  checkRetries(raw, path, report);
  return service && endpoint && { path, call: callOf(service.name, endpoint.name, raw) };
}

/** Says what has no effect on a call that is never tried again. */
export function checkRetries(raw: RawCallFields, path: readonly PathSegment[], report: Report): void {
  if ((raw.retries ?? defaults.retries) > 0) return;
  for (const field of ["backoff_ms", "retry_budget"] as const)
    if (raw[field] !== undefined)
      report.warn([...path, field], "not used: without retries the call is not tried again");
}

/** The service of that name, or a problem. */
export function findService(
  draft: Draft,
  name: string,
  path: readonly PathSegment[],
  expected: string,
  report: Report,
): ServiceDraft | undefined {
  const service = draft.get(name.toLowerCase());
  if (service === undefined) {
    report.problem(path, `expected ${expected}, found ${quote(name)}${didYouMean(name, draft.keys())}`);
  }
  return service;
}

/** The endpoint of that name, the only one where no name is given, or a problem. */
export function findEndpoint(
  service: ServiceDraft,
  name: string | undefined,
  path: readonly PathSegment[],
  report: Report,
): EndpointDraft | undefined {
  const names = [...service.endpoints.keys()];
  const endpoint = name === undefined && names.length > 1 ? undefined : service.endpoints.get(name ?? names[0]!);
  if (endpoint === undefined) {
    const expected = names.length > 12 ? `an endpoint of "${service.name}"` : `one of ${names.map(quote).join(", ")}`;
    const found = name === undefined ? "nothing" : `${quote(name)}${didYouMean(name, names)}`;
    report.problem(path, `expected ${expected}, found ${found}`);
  }
  return endpoint;
}

export function callOf(service: string, endpoint: string, fields: RawCallFields): Call {
  return {
    service,
    endpoint,
    probability: fields.probability ?? 1,
    times: fields.times ?? 1,
    timeoutMs: fields.timeout_ms ?? defaults.timeoutMs,
    retries: fields.retries ?? defaults.retries,
    ...(fields.backoff_ms === undefined ? {} : { backoffMs: fields.backoff_ms }),
    ...(fields.retry_budget === undefined ? {} : { retryBudget: fields.retry_budget }),
  };
}
