import type { Draft, EndpointDraft, ServiceDraft } from "./draft.ts";
import { callOf, checkRetries, findEndpoint, findService } from "./links.ts";
import { type PathSegment, describe, quote } from "./path.ts";
import type { RawConnection } from "./raw.ts";
import type { Report } from "./report.ts";

/** A connection from INPUT. */
export type Inlet = {
  readonly service: ServiceDraft;
  /** Where requests go; all endpoints alike where undefined. */
  readonly endpoint: EndpointDraft | undefined;
  /** Arrivals, requests per second; undefined where not limited. */
  readonly arrivalsPerS: number | undefined;
  readonly path: readonly PathSegment[];
};

const callFields = ["probability", "times", "timeout_ms", "retries", "backoff_ms", "retry_budget"] as const;

/** Adds the calls that connections ask for to every endpoint without calls of its own; returns those from INPUT. */
export function linkConnections(
  draft: Draft,
  connections: readonly (RawConnection | undefined)[],
  report: Report,
): readonly Inlet[] {
  const inlets: Inlet[] = [];
  const seen = new Map<string, number>();
  for (const [index, raw] of connections.entries()) {
    if (raw?.source === undefined || raw.destination === undefined) continue;
    const path = ["connections", index];
    checkThroughput(raw, path, report);
    if (isRepeated(raw, index, seen, report)) continue;
    if (isInput(raw.source)) {
      const inlet = linkInput(draft, raw, path, report);
      if (inlet !== undefined) inlets.push(inlet);
    } else linkInner(draft, raw, path, report);
  }
  return inlets;
}

function isRepeated(raw: RawConnection, index: number, seen: Map<string, number>, report: Report): boolean {
  const key = JSON.stringify([raw.source?.toLowerCase(), raw.destination?.toLowerCase(), raw.endpoint]);
  const first = seen.get(key);
  seen.set(key, first ?? index);
  if (first === undefined) return false;
  const found = `${describe(raw.source)} to ${describe(raw.destination)} again`;
  report.problem(["connections", index], `expected each connection once (see connections[${first}]), found ${found}`);
  return true;
}

function checkThroughput({ source, throughput }: RawConnection, path: readonly PathSegment[], report: Report): void {
  if (throughput === undefined || throughput === -1) return;
  const at = [...path, "throughput"];
  if (throughput <= 0) report.problem(at, `expected -1 (not limited) or requests/s > 0, found ${throughput}`);
  else if (source !== undefined && !isInput(source)) {
    report.warn(
      at,
      `not enforced: only a connection from INPUT has a rate, ${throughput} requests/s here limits nothing`,
    );
  }
}

function linkInput(draft: Draft, raw: RawConnection, path: readonly PathSegment[], report: Report): Inlet | undefined {
  refuseCallFields(raw, path, "on a connection from INPUT", report);
  const service = findService(draft, raw.destination!, [...path, "destination"], "a service", report);
  if (service === undefined) return undefined;
  const endpoint =
    raw.endpoint === undefined ? undefined : findEndpoint(service, raw.endpoint, [...path, "endpoint"], report);
  const isRate = raw.throughput !== undefined && raw.throughput > 0;
  return { service, endpoint, arrivalsPerS: isRate ? raw.throughput : undefined, path };
}

function linkInner(draft: Draft, raw: RawConnection, path: readonly PathSegment[], report: Report): void {
  const source = findService(draft, raw.source!, [...path, "source"], "a service or INPUT", report);
  if (raw.destination!.toLowerCase() === "output")
    return refuseCallFields(raw, path, "on a connection to OUTPUT", report);
  const target = findService(draft, raw.destination!, [...path, "destination"], "a service or OUTPUT", report);
  if (source === undefined || target === undefined) return;
  const followers = [...source.endpoints.values()].filter((endpoint) => endpoint.raw.calls === undefined);
  if (followers.length === 0) return checkAgainstCalls(source, target, raw, path, report);
  const endpoint = findEndpoint(target, raw.endpoint, [...path, "endpoint"], report);
  if (endpoint === undefined) return;
  checkRetries(raw, path, report);
  for (const { steps } of followers) steps.push([{ path, call: callOf(target.name, endpoint.name, raw) }]);
}

/** Where every endpoint gives its calls, a connection may only repeat what they say. */
function checkAgainstCalls(
  source: ServiceDraft,
  target: ServiceDraft,
  raw: RawConnection,
  path: readonly PathSegment[],
  report: Report,
): void {
  const isCalled = [...source.endpoints.values()].some(({ steps }) =>
    steps.flat().some(({ call }) => call.service === target.name),
  );
  if (!isCalled) {
    const expected = `a call to ${quote(target.name)} among the calls that ${quote(source.name)} gives`;
    report.problem(path, `expected ${expected}, found none; add it there or leave the connection out`);
  }
  refuseCallFields(raw, path, `where the endpoints of ${quote(source.name)} give their calls`, report);
}

function refuseCallFields(raw: RawConnection, path: readonly PathSegment[], where: string, report: Report): void {
  for (const field of callFields) {
    if (raw[field] !== undefined)
      report.problem([...path, field], `expected no ${field} ${where}, found ${raw[field]}`);
  }
}

function isInput(name: string): boolean {
  return name.toLowerCase() === "input";
}
