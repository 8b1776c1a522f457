import { type PrometheusSample, parsePrometheusText } from "./prometheus-text.ts";

/** Counters of a pod since its process started. */
export const counterNames = [
  /** Answered, waiting or in work. */
  "arrived",
  "answered",
  "served",
  /** Answered with a 5xx. */
  "dropped",
  /** Answered with 503: never worked on. */
  "refused",
  /** Time that answered requests waited for CPU, s. */
  "waitS",
  "entryAnswered",
  "entryDropped",
  /** Sum and count of the latency histogram at the entry endpoints. */
  "entryDurationS",
  "entryDurations",
] as const;
export type CounterName = (typeof counterNames)[number];

/** What one scrape of one pod says. */
export type PodSample = {
  readonly cpuS: number;
  /** Resident memory, MiB; NaN where the pod does not tell. */
  readonly memoryMiB: number;
  /** Requests waiting or in work. */
  readonly inside: number;
  readonly counters: Readonly<Record<CounterName, number>>;
  /** Upper bound of a latency bucket, s -> requests at or below it, over the entry endpoints. */
  readonly entryBuckets: ReadonlyMap<number, number>;
};

const MIB = 1_048_576;

/** What is read of a pod. */
export const wantedMetrics: ReadonlySet<string> = new Set([
  "process_cpu_seconds_total",
  "process_resident_memory_bytes",
  "http_requests_total",
  "mock_requests_queued",
  "mock_requests_in_flight",
  "mock_wait_seconds_total",
  "http_request_duration_seconds_bucket",
  "http_request_duration_seconds_sum",
  "http_request_duration_seconds_count",
]);

/** @param isEntry  true for endpoints where requests come into the system */
export function readPodSample(text: string, isEntry: (endpoint: string) => boolean): PodSample {
  return toPodSample(
    parsePrometheusText(text, (name) => wantedMetrics.has(name)),
    isEntry,
  );
}

/** @param samples  of one scrape of one pod */
export function toPodSample(samples: readonly PrometheusSample[], isEntry: (endpoint: string) => boolean): PodSample {
  const sum = (name: string, matches: (labels: PrometheusSample["labels"]) => boolean = () => true): number =>
    samples.reduce((total, one) => (one.name === name && matches(one.labels) ? total + one.value : total), 0);
  const atEntry = (labels: PrometheusSample["labels"]): boolean => isEntry(labels["endpoint"] ?? "");
  const inside = sum("mock_requests_queued") + sum("mock_requests_in_flight");
  const answered = sum("http_requests_total");
  const dropped = sum("http_requests_total", isDropped);
  return {
    cpuS: sum("process_cpu_seconds_total"),
    memoryMiB: (samples.find(({ name }) => name === "process_resident_memory_bytes")?.value ?? Number.NaN) / MIB,
    inside,
    counters: {
      arrived: answered + inside,
      answered,
      served: answered - dropped,
      dropped,
      refused: sum("http_requests_total", ({ code }) => code === "503"),
      waitS: sum("mock_wait_seconds_total"),
      entryAnswered: sum("http_requests_total", atEntry),
      entryDropped: sum("http_requests_total", (labels) => atEntry(labels) && isDropped(labels)),
      entryDurationS: sum("http_request_duration_seconds_sum", atEntry),
      entryDurations: sum("http_request_duration_seconds_count", atEntry),
    },
    entryBuckets: bucketsOf(samples.filter(({ labels }) => atEntry(labels))),
  };
}

function isDropped(labels: PrometheusSample["labels"]): boolean {
  return (labels["code"] ?? "").startsWith("5");
}

function bucketsOf(samples: readonly PrometheusSample[]): Map<number, number> {
  const buckets = new Map<number, number>();
  for (const { name, labels, value } of samples) {
    if (name !== "http_request_duration_seconds_bucket") continue;
    const bound = labels["le"] === "+Inf" ? Infinity : Number(labels["le"]);
    buckets.set(bound, (buckets.get(bound) ?? 0) + value);
  }
  return buckets;
}
