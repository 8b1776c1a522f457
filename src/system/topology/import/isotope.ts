import type { PlainObject } from "../plain-object.ts";
import { type PathSegment, describe } from "../path.ts";
import type { RawService } from "../raw.ts";
import type { ForeignService, Reading } from "./foreign.ts";
import { type Script, scriptOf } from "./isotope-script.ts";
import { sizesOf } from "./sizes.ts";
import { binaryKiB, shareOf } from "./units.ts";
import { countAt, expected, listAt, objectAt, textAt } from "./values.ts";

/** Fields that isotope reads and karma has no word for, and those that isotope itself ignores. */
const leftOut: ReadonlyMap<string, string> = new Map([
  ["namespace", "placement is left out: everything runs in one namespace of one cluster"],
  ["cluster", "placement is left out: everything runs in one namespace of one cluster"],
  ["labels", "labels are left out"],
  ["requestSize", "sizes of requests are left out"],
  ["numRbacPolicies", "no effect, as in isotope itself"],
  ["memoryUsage", "no effect, as in isotope itself"],
  ["computeUsage", "no effect, as in isotope itself"],
  ["payloadSize", "no effect, as in isotope itself"],
]);
const known: ReadonlySet<string> = new Set([
  "name",
  "type",
  "numReplicas",
  "isEntrypoint",
  "errorRate",
  "responseSize",
  "script",
]);

/**
 * Reads isotope's service graphs as its parser does, which differs from its README.
 *
 * @source istio/tools, isotope/convert/pkg/graph and isotope/service/pkg/srv
 */
export function readIsotope(file: PlainObject, reading: Reading): ForeignService[] {
  const { report, notes } = reading;
  const defaults = objectAt(file["defaults"], ["defaults"], report);
  noteFields(defaults, ["defaults"], reading);
  notes.add(["services"], `isotope knows no CPU work: ${reading.options.workMs} ms of 1,000 millicores assumed`);
  notes.add(["services"], "isotope's calls never time out; karma's do after 2 s");
  const services = listAt(file["services"], ["services"], report);
  return services.flatMap((value, index) => readService(value, defaults, ["services", index], reading) ?? []);
}

function readService(
  value: unknown,
  defaults: PlainObject,
  path: readonly PathSegment[],
  reading: Reading,
): ForeignService | undefined {
  const { report } = reading;
  const own = objectAt(value, path, report);
  noteFields(own, path, reading);
  const name = textAt(own["name"], [...path, "name"], report);
  if (name === undefined) {
    if (own["name"] === undefined) expected("the name of the service", undefined, [...path, "name"], report);
    return undefined;
  }
  const merged: PlainObject = { ...defaults, ...own };
  noteType(merged["type"], path, reading);
  const script = scriptOf(merged["script"], [...path, "script"], reading);
  const isEntry = own["isEntrypoint"] === true;
  return { name, isEntry, calls: script.called, service: serviceOf(merged, script, path, reading) };
}

function serviceOf(
  merged: PlainObject,
  { steps, sleepMs }: Script,
  path: readonly PathSegment[],
  reading: Reading,
): RawService {
  const errorRate = errorRateOf(merged["errorRate"], [...path, "errorRate"], reading);
  const responseKiB = responseKiBOf(merged["responseSize"], [...path, "responseSize"], reading);
  return {
    cpu: 1_000,
    ...sizesOf(countAt(merged["numReplicas"], 1_000, [...path, "numReplicas"], reading.report), path, reading),
    endpoints: {
      default: {
        work_ms: reading.options.workMs,
        ...(errorRate > 0 ? { error_rate: errorRate } : {}),
        ...(sleepMs > 0 ? { added_latency_ms: sleepMs } : {}),
        ...(responseKiB > 0 ? { response_kib: responseKiB } : {}),
        calls: steps,
      },
    },
  };
}

function errorRateOf(value: unknown, path: readonly PathSegment[], { report, notes }: Reading): number {
  if (value === undefined) return 0;
  const share = shareOf(value);
  if (share === undefined) expected('a share such as "2%" or 0.02', value, path, report);
  else if (share > 0)
    notes.add(path, "errors come at random and after the sleep, not at every n-th request and before it");
  return share ?? 0;
}

/** Largest answer of a karma topology, KiB. */
const MOST_KIB = 65_536;

function responseKiBOf(value: unknown, path: readonly PathSegment[], { report, notes }: Reading): number {
  if (value === undefined) return 0;
  const sizeKiB = binaryKiB(value);
  if (sizeKiB === undefined) expected('a size such as "2 KB" or 2048', value, path, report);
  else if (sizeKiB > MOST_KIB) notes.add(path, "answers of more than 64 MiB have 64 MiB");
  return Math.min(MOST_KIB, sizeKiB ?? 0);
}

function noteType(type: unknown, path: readonly PathSegment[], { report, notes }: Reading): void {
  if (type === undefined || type === "http") return;
  if (type === "grpc") notes.add([...path, "type"], "gRPC becomes HTTP");
  else report.problem([...path, "type"], `expected "http" or "grpc", found ${describe(type)}`);
}

function noteFields(fields: PlainObject, path: readonly PathSegment[], { notes }: Reading): void {
  for (const key of Object.keys(fields)) {
    if (known.has(key)) continue;
    notes.add([...path, key], leftOut.get(key) ?? "unknown to isotope too: left out");
  }
}
