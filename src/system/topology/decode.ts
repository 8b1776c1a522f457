import type { Distribution } from "../../core/distribution.ts";
import { secondsToMs } from "../../core/units.ts";
import { defaults } from "./defaults.ts";
import type { EndpointDraft, ServiceDraft } from "./draft.ts";
import { growthTable } from "./growth.ts";
import type { RawColdStart, RawDistribution, RawMemory, RawObjective, RawService } from "./raw.ts";
import {
  type ColdStart,
  type Endpoint,
  type MemoryUse,
  type Objective,
  type Service,
  capacityPerS,
} from "./topology.ts";

/** A service without problems, with every default filled in. */
export function decodeService({ name, raw, endpoints }: ServiceDraft): Service {
  const minReplicas = raw.min_replicas ?? defaults.minReplicas;
  const concurrency = raw.concurrency ?? defaults.concurrency;
  const service = {
    name,
    cpuMilli: raw.cpu!,
    memoryMiB: raw.ram ?? defaults.memoryMiB,
    minReplicas,
    maxReplicas: raw.max_replicas ?? Math.max(defaults.maxReplicas, minReplicas),
    ...(raw.image === undefined ? {} : { image: raw.image }),
    startupMs: decodeStartup(raw.startup_s),
    concurrency,
    queueLimit: 0,
    endpoints: [...endpoints.values()].map((endpoint) => decodeEndpoint(raw, endpoint)),
    incidents: {
      warning: raw.warning_probability ?? 0,
      error: raw.error_probability ?? 0,
      degraded: raw.degraded_probability ?? 0,
      failure: raw.failure_probability ?? 0,
    },
    ...(raw.cold_start === undefined ? {} : { coldStart: decodeColdStart(raw.cold_start) }),
    ...(raw.memory === undefined ? {} : { memory: decodeMemory(raw.memory) }),
    ...(raw.work_growth === undefined ? {} : { workGrowth: growthTable(raw.work_growth, concurrency) }),
  };
  return { ...service, queueLimit: raw.queue ?? Math.ceil(defaults.queueS * capacityPerS(service)) };
}

export function decodeObjective(raw: RawObjective | undefined): Objective {
  return {
    p95Ms: raw?.p95_ms ?? defaults.objective.p95Ms,
    availability: raw?.availability ?? defaults.objective.availability,
  };
}

function decodeMemory(raw: RawMemory): MemoryUse {
  return {
    baseMiB: raw.base_mib ?? defaults.baseMiB,
    perRequestMiB: raw.per_request_mib ?? 0,
    retainedMiB: raw.retained_mib ?? 0,
  };
}

function decodeColdStart({ factor, requests, seconds }: RawColdStart): ColdStart {
  return requests === undefined ? { factor: factor!, ms: secondsToMs(seconds!) } : { factor: factor!, requests };
}

function decodeStartup(raw: RawService["startup_s"]): Distribution {
  if (typeof raw !== "object") return { kind: "constant", mean: secondsToMs(raw ?? defaults.startupS) };
  const mean = raw.mean!;
  const sd = raw.sd!;
  return {
    kind: "normal",
    mean: secondsToMs(mean),
    sd: secondsToMs(sd),
    min: secondsToMs(raw.min ?? 0),
    max: secondsToMs(raw.max ?? mean + 4 * sd),
  };
}

function decodeEndpoint(service: RawService, { name, raw, steps }: EndpointDraft): Endpoint {
  return {
    name,
    workMs: decodeTime(raw.work_ms ?? service.cpu! / service.computation_throughput!),
    errorRate: raw.error_rate ?? 0,
    addedLatencyMs: decodeTime(raw.added_latency_ms ?? 0),
    calls: steps.map((calls) => calls.map(({ call }) => call)),
    ...(raw.request_kib === undefined ? {} : { requestKiB: raw.request_kib }),
    ...(raw.response_kib === undefined ? {} : { responseKiB: raw.response_kib }),
  };
}

function decodeTime(raw: number | RawDistribution): Distribution {
  if (typeof raw === "number") return { kind: "constant", mean: raw };
  const mean = raw.mean!;
  const kind = raw.distribution ?? "constant";
  return kind === "lognormal" ? { kind, mean, cv: raw.cv ?? defaults.lognormalCv } : { kind, mean };
}
