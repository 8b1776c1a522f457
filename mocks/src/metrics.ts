import type { Counter as CounterType, Gauge as GaugeType, Registry as RegistryType } from "prom-client";
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import Histogram from "prom-client/lib/histogram.js";
import Registry from "prom-client/lib/registry.js";
import { processCpuMs } from "./cpu-clock.ts";

/** What one endpoint counts. */
export type EndpointStats = {
  /** Answers by status code. */
  readonly answers: Map<number, number>;
  observeSeconds(seconds: number): void;
};

export type Metrics = {
  endpoint(name: string): EndpointStats;
  /** All that endpoints count starts at zero again. */
  reset(): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
};

/** Read at each scrape. */
export type MetricsSource = {
  readonly inFlight: () => number;
  readonly queued: () => number;
  readonly waitMs: () => number;
  readonly throttledMs: () => number;
  readonly workMs: () => number;
  readonly flooded: () => number;
};

const DURATION_BUCKETS_S = [
  0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.04, 0.06, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2.5, 5, 10,
];

export function createMetrics(source: MetricsSource): Metrics {
  const registry = new Registry();
  const endpoints = new Map<string, Map<number, number>>();
  addProcessMetrics(registry);
  addReplicaMetrics(registry, source);
  addRequestCounter(registry, endpoints);
  const durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the arrival of a request to its answer; requests refused with 503 are not in it",
    labelNames: ["endpoint"],
    buckets: DURATION_BUCKETS_S,
    registers: [registry],
  });

  return {
    endpoint(name) {
      const answers = new Map<number, number>();
      endpoints.set(name, answers);
      const child = durations.labels(name);
      return { answers, observeSeconds: (seconds) => child.observe(seconds) };
    },
    reset() {
      durations.reset();
      for (const [endpoint, answers] of endpoints) {
        answers.clear();
        answers.set(200, 0);
        durations.zero({ endpoint });
      }
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function addProcessMetrics(registry: RegistryType): void {
  addCounter(
    registry,
    "process_cpu_seconds_total",
    "CPU time of all threads, user and system",
    () => processCpuMs() / 1e3,
  );
  addGauge(registry, "process_resident_memory_bytes", "Resident memory", () => process.memoryUsage.rss());
}

function addReplicaMetrics(registry: RegistryType, source: MetricsSource): void {
  addGauge(registry, "mock_requests_in_flight", "Requests being worked on, calls included", source.inFlight);
  addGauge(registry, "mock_requests_queued", "Requests waiting for one of the slots", source.queued);
  addCounter(
    registry,
    "mock_wait_seconds_total",
    "Time requests waited for a slot or for the CPU",
    () => source.waitMs() / 1e3,
  );
  addCounter(
    registry,
    "mock_cpu_throttled_seconds_total",
    "Time the emulated CPU limit stood the process still",
    () => source.throttledMs() / 1e3,
  );
  addCounter(
    registry,
    "mock_work_seconds_total",
    "CPU time attributed to requests: burnt, and overhead",
    () => source.workMs() / 1e3,
  );
  addCounter(
    registry,
    "mock_flood_requests_total",
    "Requests that a flood sent, x-karma-load: flood, whatever became of them",
    source.flooded,
  );
}

function addRequestCounter(registry: RegistryType, endpoints: ReadonlyMap<string, ReadonlyMap<number, number>>): void {
  registry.registerMetric(
    new Counter({
      name: "http_requests_total",
      help: "Answered requests; probes and scrapes do not count",
      labelNames: ["endpoint", "code"],
      registers: [],
      collect(this: CounterType<"endpoint" | "code">): void {
        this.reset();
        for (const [endpoint, answers] of endpoints)
          for (const [code, count] of answers) this.inc({ endpoint, code }, count);
      },
    }),
  );
}

function addCounter(registry: RegistryType, name: string, help: string, read: () => number): void {
  registry.registerMetric(
    new Counter({
      name,
      help,
      registers: [],
      collect(this: CounterType): void {
        this.reset();
        this.inc(read());
      },
    }),
  );
}

function addGauge(registry: RegistryType, name: string, help: string, read: () => number): void {
  registry.registerMetric(
    new Gauge({
      name,
      help,
      registers: [],
      collect(this: GaugeType): void {
        this.set(read());
      },
    }),
  );
}
