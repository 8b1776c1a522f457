import type { PlainObject } from "../plain-object.ts";
import type { PathSegment } from "../path.ts";
import type { RawService } from "../raw.ts";
import type { ForeignService, Reading } from "./foreign.ts";
import { groupsOf } from "./mubench-calls.ts";
import { workOf } from "./mubench-work.ts";
import { sizesOf } from "./sizes.ts";
import { quantityOf } from "./units.ts";
import { countAt, expected, objectAt } from "./values.ts";

/** Fields that muBench reads and karma has no word for. */
const leftOut: ReadonlyMap<string, string> = new Map([
  ["alternative_behaviors", "alternative behaviours are left out: every request behaves alike"],
  ["pod_antiaffinity", "placement is left out"],
  ["node_affinity", "placement is left out"],
  ["scheduler-name", "placement is left out"],
  ["sidecar", "sidecars (databases) are left out"],
  ["request_parameters", "sizes of requests and answers are left out"],
]);
/** Read here, or written by muBench's own deployer. */
const silent: ReadonlySet<string> = new Set([
  "external_services",
  "internal_service",
  "request_method",
  "workers",
  "threads",
  "replicas",
  "cpu-requests",
  "cpu-limits",
  "memory-requests",
  "memory-limits",
  "url",
  "path",
  "image",
  "namespace",
]);

/**
 * Reads muBench's work models as its service cell does.
 *
 * @source mSvcBench/muBench, ServiceCell, CustomFunctions/Loader.py, Deployers/K8sDeployer/K8sYamlBuilder.py
 */
export function readMubench(file: PlainObject, reading: Reading): ForeignService[] {
  reading.notes.add([], "muBench's calls never time out; karma's do after 2 s");
  return Object.entries(file).map(([name, value]) => readService(name, value, reading));
}

function readService(name: string, value: unknown, reading: Reading): ForeignService {
  const path = [name];
  const own = objectAt(value, path, reading.report);
  for (const key of Object.keys(own)) {
    if (!silent.has(key)) reading.notes.add([...path, key], leftOut.get(key) ?? "unknown to muBench: left out");
  }
  if (typeof own["request_method"] === "string" && own["request_method"].toLowerCase() === "grpc") {
    reading.notes.add([...path, "request_method"], "gRPC becomes HTTP");
  }
  const { steps, called } = groupsOf(own["external_services"], [...path, "external_services"], reading);
  const { workMs, sleepMs } = workOf(own["internal_service"], [...path, "internal_service"], reading);
  const endpoint = {
    work_ms: workMs,
    ...(sleepMs > 0 ? { added_latency_ms: sleepMs } : {}),
    calls: steps,
  };
  const service: RawService = { ...limitsOf(own, path, reading), endpoints: { default: endpoint } };
  return { name, service, calls: called, isEntry: false };
}

function limitsOf(own: PlainObject, path: readonly PathSegment[], reading: Reading): RawService {
  const cores = amountOf(own, "cpu", path, reading);
  const bytes = amountOf(own, "memory", path, reading);
  const replicas = countAt(own["replicas"], 1_000, [...path, "replicas"], reading.report);
  const workers = countAt(own["workers"], 1_000, [...path, "workers"], reading.report) ?? 1;
  const threads = countAt(own["threads"], 1_000, [...path, "threads"], reading.report) ?? 4;
  if (cores === undefined) reading.notes.add(path, "no CPU limit is given: 1,000 millicores assumed");
  return {
    cpu: Math.max(1, Math.round((cores ?? 1) * 1_000)),
    ...(bytes === undefined ? {} : { ram: Math.max(1, Math.round(bytes / 2 ** 20)) }),
    concurrency: Math.min(10_000, Math.max(1, workers * threads)),
    ...sizesOf(replicas, [...path, "replicas"], reading),
  };
}

/** The limit, or the request where there is none: karma's services have one number for both. */
function amountOf(
  own: PlainObject,
  what: "cpu" | "memory",
  path: readonly PathSegment[],
  { report, notes }: Reading,
): number | undefined {
  const [limit, request] = [`${what}-limits`, `${what}-requests`].map((key) => {
    const amount = own[key] === undefined ? undefined : quantityOf(own[key]);
    if (own[key] !== undefined && amount === undefined) {
      expected('a quantity such as "250m" or "256Mi"', own[key], [...path, key], report);
    }
    return amount;
  });
  if (limit === undefined && request !== undefined) {
    notes.add([...path, `${what}-requests`], `a ${what} request without a limit becomes the limit too`);
  } else if (limit !== request && request !== undefined) {
    notes.add([...path, `${what}-requests`], `${what} requests below the limit are left out: the limit is requested`);
  }
  return limit ?? request;
}
