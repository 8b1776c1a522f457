import type { Distribution } from "../../core/distribution.ts";

/** The validated service graph. Everything is decoded, defaulted and checked; names are lower case. */
export type Topology = {
  readonly name: string;
  /** Callers stand before the services they call. */
  readonly services: readonly Service[];
  /** Where requests come in: the destinations of `INPUT`. Shares sum to 1. */
  readonly entries: readonly Entry[];
  readonly objective: Objective;
  /** Arrivals at the entries together, requests per second: what connections from INPUT say. */
  readonly arrivalsPerS?: number;
};

export type Entry = {
  readonly service: string;
  readonly endpoint: string;
  /** Share of all arrivals, in (0, 1]. */
  readonly share: number;
};

/** A request violates the objective when it failed, was dropped, timed out, or took longer than `p95Ms` at the entry. */
export type Objective = {
  readonly p95Ms: number;
  /** Share of requests that must succeed, in (0, 1]. */
  readonly availability: number;
};

export type Service = {
  readonly name: string;
  /** CPU request and limit of one replica, millicores. */
  readonly cpuMilli: number;
  /** Memory request and limit of one replica, MiB. */
  readonly memoryMiB: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly image?: string;
  /** Time from creation of a replica to its first passed readiness probe, ms. */
  readonly startupMs: Distribution;
  /** Requests one replica works on at the same time; more wait in the queue. */
  readonly concurrency: number;
  /** Requests that may wait in one replica; beyond it the answer is 503. */
  readonly queueLimit: number;
  readonly endpoints: readonly Endpoint[];
  readonly incidents: Incidents;
  /**
   * Factor on the CPU work of a request that begins while so many are in work in its replica, itself included:
   * [concurrency], begins with 1, never falls. Left out where work does not grow.
   */
  readonly workGrowth?: readonly number[];
  /** What a replica takes of its `memoryMiB`, and is killed beyond; left out where memory is not looked at. */
  readonly memory?: MemoryUse;
  /** Left out where a replica that has just started works as fast as any. */
  readonly coldStart?: ColdStart;
};

/** Work of a replica's first request / work later; the factor falls in a line, over so many requests or so long. */
export type ColdStart =
  | { readonly factor: number; readonly requests: number }
  /** Since it became ready. */
  | { readonly factor: number; readonly ms: number };

export type MemoryUse = {
  /** Of a replica without requests, MiB. */
  readonly baseMiB: number;
  /** Of each request while it is in work, its calls included, MiB. */
  readonly perRequestMiB: number;
  /** What each answered request leaves behind for good, MiB. */
  readonly retainedMiB: number;
};

/** Probabilities per replica and minute. */
export type Incidents = {
  /** A line in the log, nothing else. */
  readonly warning: number;
  /** 5 % of the requests fail for 30 s. */
  readonly error: number;
  /** CPU work is doubled for 30 s. */
  readonly degraded: number;
  /** The process crashes. */
  readonly failure: number;
};

export type Endpoint = {
  readonly name: string;
  /** CPU time of one request in this service alone, ms. */
  readonly workMs: Distribution;
  /** Share of requests answered with 500, in [0, 1]. */
  readonly errorRate: number;
  /** Waiting that costs no CPU, ms. */
  readonly addedLatencyMs: Distribution;
  /** Steps one after another; the calls of one step side by side. Made after the endpoint's own work. */
  readonly calls: readonly (readonly Call[])[];
  /** Size of the body that a caller sends, and of the answer's, KiB; next to nothing when left out. */
  readonly requestKiB?: number;
  readonly responseKiB?: number;
};

export type Call = {
  readonly service: string;
  readonly endpoint: string;
  /** Probability that a request makes this call at all, in (0, 1]. */
  readonly probability: number;
  /** How often, one after another, when it is made; >= 1. */
  readonly times: number;
  readonly timeoutMs: number;
  /** Further tries after a failed one; >= 0. */
  readonly retries: number;
  /** Wait before the first of them, doubled for each further one, less up to half by chance, ms; none when left out. */
  readonly backoffMs?: number;
  /** Retries / calls that one replica may make, (0, 1]; not bounded when left out. */
  readonly retryBudget?: number;
};

export function serviceIndex(topology: Topology, name: string): number {
  const index = topology.services.findIndex((service) => service.name === name);
  if (index < 0) throw new Error(`no service ${name} in topology ${topology.name}`);
  return index;
}

/** Requests per second one replica can serve for good when all come to its endpoints in equal parts. */
export function capacityPerS(service: Service): number {
  const meanWorkMs = service.endpoints.reduce((sum, { workMs }) => sum + workMs.mean, 0) / service.endpoints.length;
  return service.cpuMilli / (meanWorkMs * fullWorkFactor(service));
}

/** Factor on the CPU work in a replica that has as many requests in work as it takes. */
export function fullWorkFactor({ workGrowth }: Pick<Service, "workGrowth">): number {
  return workGrowth?.at(-1) ?? 1;
}
