import type { Draft, DraftCall, ServiceDraft } from "./draft.ts";
import type { Report } from "./report.ts";

/** Every call of a service, its endpoints in file order. */
function callsOf(service: ServiceDraft): readonly DraftCall[] {
  return [...service.endpoints.values()].flatMap(({ steps }) => steps.flat());
}

/** Names of the services, callers before callees; among equals the file's order. Cycles become problems. */
export function orderServices(draft: Draft, report: Report): readonly string[] {
  const finished: string[] = [];
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];

  function visit(service: ServiceDraft): void {
    state.set(service.name, "open");
    trail.push(service.name);
    // Backwards, because the finished list is turned round at the end.
    for (const { call, path } of callsOf(service).toReversed()) {
      const seen = state.get(call.service);
      if (seen === undefined) visit(draft.get(call.service)!);
      if (seen !== "open") continue;
      const cycle = startAtFirst(trail.slice(trail.indexOf(call.service)), draft);
      report.problem(path, `expected no cycle, found ${[...cycle, cycle[0]].join(" → ")}`);
    }
    trail.pop();
    state.set(service.name, "done");
    finished.push(service.name);
  }

  for (const service of [...draft.values()].toReversed()) if (!state.has(service.name)) visit(service);
  return finished.toReversed();
}

/** The same circle of names, beginning with the one that the file names first. */
function startAtFirst(circle: readonly string[], draft: Draft): readonly string[] {
  const first = [...draft.keys()].find((name) => circle.includes(name))!;
  const at = circle.indexOf(first);
  return [...circle.slice(at), ...circle.slice(0, at)];
}

/** Names of services that no other calls, in file order. */
export function uncalledServices(draft: Draft): readonly string[] {
  const called = new Set<string>();
  for (const service of draft.values()) for (const { call } of callsOf(service)) called.add(call.service);
  return [...draft.keys()].filter((name) => !called.has(name));
}

/** A service that no request reaches is a problem, such an endpoint of a reached service a warning. */
export function checkReachability(
  draft: Draft,
  starts: readonly { readonly service: string; readonly endpoint: string }[],
  report: Report,
): void {
  const reached = new Set<string>();
  const open = [...starts];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const key = keyOf(next.service, next.endpoint);
    if (reached.has(key)) continue;
    reached.add(key);
    const endpoint = draft.get(next.service)?.endpoints.get(next.endpoint);
    for (const { call } of endpoint?.steps.flat() ?? []) open.push(call);
  }
  for (const service of draft.values()) {
    const missed = [...service.endpoints.values()].filter(({ name }) => !reached.has(keyOf(service.name, name)));
    if (missed.length === service.endpoints.size) {
      report.problem(service.path, "expected a way from INPUT to this service, found none");
    } else for (const { path } of missed) report.warn(path, "no request reaches this endpoint");
  }
}

function keyOf(service: string, endpoint: string): string {
  return `${service}/${endpoint}`;
}
