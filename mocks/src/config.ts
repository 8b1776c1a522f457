/** What one replica of a mock service is told, as a JSON file. The contract is `mocks/config.schema.json`. */
export type MockConfig = {
  readonly service: string;
  /** CPU limit of the replica, millicores. */
  readonly cpuLimitMilli: number;
  /** True where no kernel enforces the limit (local processes): the mock then acts as the CFS quota would. */
  readonly emulateCpuLimit: boolean;
  /** Requests worked on at the same time; more wait. */
  readonly concurrency: number;
  /** Requests that may wait; beyond it 503. */
  readonly queueLimit: number;
  readonly endpoints: readonly MockEndpoint[];
  /** Base URL of each service that is called. */
  readonly upstreams: Readonly<Record<string, string>>;
  /** Probabilities per replica and minute: see docs/topology.md. */
  readonly incidents: {
    readonly warning: number;
    readonly error: number;
    readonly degraded: number;
    readonly failure: number;
  };
  /** A kept-alive connection to an upstream is closed after this time +- 20 %, ms. */
  readonly connectionLifeMs: number;
  /** How many minutes of the scenario pass in one minute of the replica; >= 1. */
  readonly timeScale: number;
  /** Factor on the work of a request that begins as the 1st, 2nd, … in work; the last holds beyond. None = always 1. */
  readonly workGrowth?: readonly number[];
  /** More work at first; none when left out. */
  readonly coldStart?: MockColdStart;
  /** Memory that requests take; none is looked at when left out. */
  readonly memory?: MockMemory;
  /** What holds for every replica that starts, until its time; none when left out. */
  readonly faults?: readonly StandingFault[];
};

/** Factor on the first request's work; it falls to 1 in a line, over so many requests, or so long from ready on. */
export type MockColdStart =
  | { readonly factor: number; readonly requests: number }
  | { readonly factor: number; readonly forMs: number };

export type MockMemory = {
  /** Of the process before requests come, MiB; it fills up to this. */
  readonly baseMiB: number;
  /** Of each request in work. */
  readonly perRequestMiB: number;
  /** Left behind by each request for good. */
  readonly retainedMiB: number;
  /** Where no kernel enforces a limit: the process ends with code 137 when all these together are more, MiB. */
  readonly limitMiB?: number;
};

/** A fault for replicas that start while it holds. `no-metrics` does not look at its factor. */
export type StandingFault = {
  readonly kind: "work" | "limit" | "startup" | "no-metrics";
  readonly factor: number;
  /** Ms since 1970. */
  readonly untilEpochMs: number;
};

/** What a running replica can be told: by the process that started it, or by the control route. */
export type FaultOrder =
  | { readonly kind: "work" | "limit"; readonly factor: number; readonly forMs: number }
  | { readonly kind: "unready" | "no-metrics"; readonly forMs: number }
  | { readonly kind: "exit" }
  | { readonly kind: "heal" };

export type MockEndpoint = {
  /** Served at `/<name>`. */
  readonly name: string;
  readonly workMs: MockDistribution;
  readonly errorRate: number;
  readonly addedLatencyMs: MockDistribution;
  /** Steps one after another; calls of one step side by side. */
  readonly calls: readonly (readonly MockCall[])[];
  /** Size of an answer with 200; a few bytes when left out. */
  readonly responseBytes?: number;
};

export type MockCall = {
  readonly service: string;
  readonly endpoint: string;
  readonly probability: number;
  readonly times: number;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Wait before the first retry, doubled for each further one, less up to half by chance; none = at once. */
  readonly backoffMs?: number;
  /** Retries / calls; not bounded when left out. */
  readonly retryBudget?: number;
  /** Size of the body that is sent; none when left out. */
  readonly requestBytes?: number;
};

export type MockDistribution =
  | { readonly kind: "constant"; readonly mean: number }
  | { readonly kind: "exponential"; readonly mean: number }
  | { readonly kind: "lognormal"; readonly mean: number; readonly cv: number }
  | { readonly kind: "normal"; readonly mean: number; readonly sd: number; readonly min: number; readonly max: number };
