/**
 * A topology file after the structure check, with the file's own field names. Fields that were wrong have been taken
 * out, so every one may be missing.
 */
export type RawTopology = {
  readonly name?: string | undefined;
  readonly services?: Readonly<Record<string, RawService | undefined>> | undefined;
  readonly connections?: readonly (RawConnection | undefined)[] | undefined;
  readonly objective?: RawObjective | undefined;
};

export type RawObjective = {
  readonly p95_ms?: number | undefined;
  readonly availability?: number | undefined;
};

export type RawService = {
  readonly cpu?: number | undefined;
  readonly ram?: number | undefined;
  readonly computation_throughput?: number | undefined;
  readonly min_replicas?: number | undefined;
  readonly max_replicas?: number | undefined;
  readonly image?: string | undefined;
  readonly warning_probability?: number | undefined;
  readonly error_probability?: number | undefined;
  readonly degraded_probability?: number | undefined;
  readonly failure_probability?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly queue?: number | undefined;
  readonly startup_s?: number | RawNormal | undefined;
  readonly work_growth?: RawGrowth | undefined;
  readonly memory?: RawMemory | undefined;
  readonly cold_start?: RawColdStart | undefined;
  readonly endpoints?: Readonly<Record<string, RawEndpoint | undefined>> | undefined;
};

export type RawMemory = {
  readonly base_mib?: number | undefined;
  readonly per_request_mib?: number | undefined;
  readonly retained_mib?: number | undefined;
};

export type RawColdStart = {
  readonly factor?: number | undefined;
  readonly requests?: number | undefined;
  readonly seconds?: number | undefined;
};

export type RawGrowth = {
  readonly curve?: "linear" | "non-linear" | undefined;
  readonly factor?: number | undefined;
  readonly exponent?: number | undefined;
};

export type RawNormal = {
  readonly mean?: number | undefined;
  readonly sd?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
};

export type RawEndpoint = {
  readonly work_ms?: number | RawDistribution | undefined;
  readonly error_rate?: number | undefined;
  readonly added_latency_ms?: number | RawDistribution | undefined;
  readonly request_kib?: number | undefined;
  readonly response_kib?: number | undefined;
  readonly calls?: readonly (RawStep | undefined)[] | undefined;
};

export type RawDistribution = {
  readonly distribution?: "constant" | "exponential" | "lognormal" | undefined;
  readonly mean?: number | undefined;
  readonly cv?: number | undefined;
};

type RawStep = RawCall & { readonly parallel?: readonly (RawCall | undefined)[] | undefined };

export type RawCallFields = {
  readonly endpoint?: string | undefined;
  readonly probability?: number | undefined;
  readonly times?: number | undefined;
  readonly timeout_ms?: number | undefined;
  readonly retries?: number | undefined;
  readonly backoff_ms?: number | undefined;
  readonly retry_budget?: number | undefined;
};

export type RawCall = RawCallFields & { readonly service?: string | undefined };

export type RawConnection = RawCallFields & {
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  readonly throughput?: number | undefined;
};
