import { defaults } from "./defaults.ts";
import type { Draft, EndpointDraft, ServiceDraft } from "./draft.ts";
import { LONGEST_GROWTH } from "./growth.ts";
import { type PathSegment, describe } from "./path.ts";
import type { RawDistribution, RawNormal } from "./raw.ts";
import type { Report } from "./report.ts";

/** Bounds of the CPU work of one request, ms: as in the schema, for work that is not given but follows. */
const WORK_MS = { least: 0.01, most: 60_000 };

/** What single numbers of a service cannot say: how they fit together. */
export function checkServices(draft: Draft, report: Report): void {
  for (const service of draft.values()) {
    checkReplicas(service, report);
    checkWork(service, report);
    checkStartup(service, report);
    checkGrowth(service, report);
    checkMemory(service, report);
    checkColdStart(service, report);
    for (const endpoint of service.endpoints.values()) checkEndpoint(endpoint, report);
  }
}

function checkReplicas({ raw, path }: ServiceDraft, report: Report): void {
  const min = raw.min_replicas ?? defaults.minReplicas;
  if (raw.max_replicas !== undefined && raw.max_replicas < min) {
    report.problem([...path, "max_replicas"], `expected at least min_replicas (${min}), found ${raw.max_replicas}`);
  }
}

function checkWork({ raw, path, endpoints }: ServiceDraft, report: Report): void {
  const at = [...path, "computation_throughput"];
  const isNeeded = [...endpoints.values()].some((endpoint) => endpoint.raw.work_ms === undefined);
  if (raw.computation_throughput === undefined) {
    if (isNeeded) report.problem(at, "expected a number of requests/s where no work_ms is given, found nothing");
    return;
  }
  if (!isNeeded) return report.warn(at, "not used: every endpoint gives its work_ms");
  const workMs = (raw.cpu ?? raw.computation_throughput) / raw.computation_throughput;
  if (workMs < WORK_MS.least || workMs > WORK_MS.most) {
    const expected = `cpu / computation_throughput in [${WORK_MS.least}, ${WORK_MS.most}] ms`;
    report.problem(at, `expected ${expected}, found ${Number(workMs.toPrecision(4))}`);
  }
}

function checkStartup({ raw, path }: ServiceDraft, report: Report): void {
  if (typeof raw.startup_s !== "object") return;
  const { mean, min = 0, max = Infinity } = raw.startup_s satisfies RawNormal;
  if (mean === undefined) return;
  const at = [...path, "startup_s"];
  if (min > mean) report.problem([...at, "min"], `expected at most the mean (${mean}), found ${min}`);
  if (max < mean) report.problem([...at, "max"], `expected at least the mean (${mean}), found ${max}`);
}

function checkGrowth({ raw, path }: ServiceDraft, report: Report): void {
  if (raw.work_growth === undefined) return;
  const { curve, exponent } = raw.work_growth;
  if (curve === "linear" && exponent !== undefined) {
    const at = [...path, "work_growth", "exponent"];
    report.problem(at, `expected no exponent with the curve "linear", found ${exponent}`);
  }
  if (raw.concurrency !== undefined && raw.concurrency > LONGEST_GROWTH) {
    const expected = `a concurrency of at most ${LONGEST_GROWTH} where work grows`;
    report.problem([...path, "concurrency"], `expected ${expected}, found ${raw.concurrency}`);
  }
}

/** A replica that its first request kills is a slip; one that a full house kills may be meant. */
function checkMemory({ raw, path }: ServiceDraft, report: Report): void {
  if (raw.memory === undefined) return;
  const { base_mib = defaults.baseMiB, per_request_mib = 0 } = raw.memory;
  const limitMiB = raw.ram ?? defaults.memoryMiB;
  const at = [...path, "memory"];
  const fullMiB = base_mib + (raw.concurrency ?? defaults.concurrency) * per_request_mib;
  if (base_mib + per_request_mib > limitMiB) {
    const found = `${base_mib} + ${per_request_mib}`;
    report.problem(
      at,
      `expected base_mib + per_request_mib of at most the service's ram (${limitMiB}), found ${found}`,
    );
  } else if (fullMiB > limitMiB) {
    report.warn(at, `a replica with all its requests in work takes ${fullMiB} MiB of ${limitMiB} and is killed`);
  }
  if (base_mib < defaults.baseMiB)
    report.warn([...at, "base_mib"], `the mock takes about ${defaults.baseMiB} MiB by itself, found ${base_mib}`);
}

function checkColdStart({ raw, path }: ServiceDraft, report: Report): void {
  if (raw.cold_start === undefined) return;
  const { requests, seconds } = raw.cold_start;
  if ((requests === undefined) !== (seconds === undefined)) return;
  const found = requests === undefined ? "neither" : "both";
  report.problem([...path, "cold_start"], `expected requests or seconds, found ${found}`);
}

function checkEndpoint({ raw, path }: EndpointDraft, report: Report): void {
  checkDistribution(raw.work_ms, [...path, "work_ms"], report);
  checkDistribution(raw.added_latency_ms, [...path, "added_latency_ms"], report);
}

function checkDistribution(
  value: number | RawDistribution | undefined,
  path: readonly PathSegment[],
  report: Report,
): void {
  if (typeof value !== "object" || value.cv === undefined) return;
  const kind = value.distribution ?? "constant";
  if (kind !== "lognormal") {
    report.problem([...path, "cv"], `expected no cv with the distribution "${kind}", found ${describe(value.cv)}`);
  }
}
