import { defaults } from "./defaults.ts";
import type { Draft, EndpointDraft, ServiceDraft } from "./draft.ts";
import { type PathSegment, quote } from "./path.ts";
import type { RawService, RawTopology } from "./raw.ts";
import type { Report } from "./report.ts";

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const endpointName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Names that connections use for the outside world. */
const outside: ReadonlySet<string> = new Set(["input", "output"]);
/** Routes every mock has of its own. */
const ownRoutes: ReadonlySet<string> = new Set(["metrics", "healthz", "readyz"]);

/** Services and endpoints with checked names. Badly named ones stay, so that what refers to them is no second problem. */
export function draftServices(raw: RawTopology, report: Report): Draft {
  const draft = new Map<string, ServiceDraft>();
  const spelled = new Map<string, string>();
  for (const [key, service] of Object.entries(raw.services ?? {})) {
    const path = ["services", key];
    const name = key.toLowerCase();
    checkServiceName(key, path, report);
    const other = spelled.get(name);
    if (other !== undefined) {
      report.problem(path, `expected names that differ in more than case, found ${quote(key)} beside ${quote(other)}`);
      continue;
    }
    spelled.set(name, key);
    draft.set(name, { name, path, raw: service ?? {}, endpoints: draftEndpoints(service ?? {}, path, report) });
  }
  return draft;
}

function checkServiceName(key: string, path: readonly PathSegment[], report: Report): void {
  const name = key.toLowerCase();
  if (outside.has(name)) {
    report.problem(path, `expected a name other than INPUT and OUTPUT, found ${quote(key)}`);
  } else if (!dnsLabel.test(name)) {
    const expected = "a name of at most 40 letters a-z, digits and inner hyphens";
    report.problem(path, `expected ${expected}, found ${quote(key)}`);
  }
}

function draftEndpoints(
  service: RawService,
  path: readonly PathSegment[],
  report: Report,
): ReadonlyMap<string, EndpointDraft> {
  const endpoints = new Map<string, EndpointDraft>();
  for (const [name, raw] of Object.entries(service.endpoints ?? {})) {
    const own = [...path, "endpoints", name];
    checkEndpointName(name, own, report);
    endpoints.set(name, { name, path: own, raw: raw ?? {}, steps: [] });
  }
  if (endpoints.size === 0) {
    endpoints.set(defaults.endpoint, { name: defaults.endpoint, path, raw: {}, steps: [] });
  }
  return endpoints;
}

function checkEndpointName(name: string, path: readonly PathSegment[], report: Report): void {
  if (ownRoutes.has(name)) {
    report.problem(path, `expected a name other than metrics, healthz and readyz, found ${quote(name)}`);
  } else if (!endpointName.test(name)) {
    const expected = "a name of at most 63 letters, digits, hyphens and underscores";
    report.problem(path, `expected ${expected}, found ${quote(name)}`);
  }
}
