import type { Timing } from "../../../control/loop/timing.ts";
import { milliCpuToCores } from "../../../core/units.ts";
import { type RoundPlan, startRounds } from "../../metrics/rounds.ts";
import { type ScrapedPod, ServiceSeries } from "../../metrics/service-series.ts";
import { type SampledSignals, signalsAt } from "../../metrics/service-signals.ts";
import { type UsedCpu, usedCpu } from "./cpu-signal.ts";
import type { PodState } from "./pod-state.ts";
import type { PodUsage } from "./pod-usage.ts";
import type { TrafficSource, TrafficSourceName } from "./traffic-source.ts";

/** Where the readings of a service come from now. */
export type ReadingSources = {
  readonly service: string;
  readonly cpu: "metrics.k8s.io" | TrafficSourceName;
  /** Rates, latency, queue and errors. */
  readonly traffic: TrafficSourceName;
};

export type MetricsPlan = RoundPlan & {
  readonly service: string;
  readonly timing: Timing;
  readonly source: TrafficSource;
  readonly objectiveMs: number;
  /** Pods of the service that exist. */
  readonly pods: () => readonly PodState[];
  /** CPU limit of one pod as the topology has it, millicores. */
  readonly limitMilli: number;
  /** By pod; empty where metrics.k8s.io is not asked or knows nothing. */
  readonly usage: () => ReadonlyMap<string, PodUsage>;
  /** When a pod was created, on the cluster's clock, ms. */
  readonly createdAtMs: (pod: PodState) => number;
};

/** The metrics of one service over time. */
export type ServiceMetrics = {
  signals(nowMs: number): SampledSignals | undefined;
  sources(): ReadingSources;
  stop(): void;
};

export function startServiceMetrics(plan: MetricsPlan): ServiceMetrics {
  const { timing, source, pods } = plan;
  let window = createWindow(plan);
  async function round(): Promise<void> {
    const atMs = plan.nowMs();
    const before = source.name();
    const scraped = await source.collect(pods());
    // A window holds the samples of one source only: the other's are older or younger.
    if (source.name() !== before) window = createWindow(plan);
    window.add(atMs, scraped);
  }
  function fromMetricsApi(nowMs: number): UsedCpu | undefined {
    const ready = pods().filter(({ isReady }) => isReady);
    return usedCpu(ready, plan.usage(), nowMs - 2 * timing.windowMs);
  }
  const rounds = startRounds(round, plan);
  return {
    signals(nowMs) {
      const signals = signalsAt(window.series, nowMs, limitsOf(plan), plan.objectiveMs);
      const used = fromMetricsApi(nowMs);
      if (signals === undefined || used === undefined) return signals;
      return { ...signals, cpu: used.cpu, ageMs: Math.max(signals.ageMs, nowMs - used.atMs) };
    },
    sources: () => ({
      service: plan.service,
      cpu: fromMetricsApi(plan.nowMs()) === undefined ? source.name() : "metrics.k8s.io",
      traffic: source.name(),
    }),
    stop: () => rounds.stop(),
  };
}

/** What each pod has now, cores, by incarnation; that of the topology where a pod is gone. */
function limitsOf({ pods, limitMilli }: MetricsPlan): (incarnation: string) => number {
  const limits = new Map(pods().map((pod) => [pod.name, pod.limitMilli]));
  return (incarnation) => milliCpuToCores(limits.get(podOf(incarnation)) || limitMilli);
}

function podOf(incarnation: string): string {
  return incarnation.slice(0, incarnation.lastIndexOf("/"));
}

type Window = { readonly series: ServiceSeries; add(atMs: number, scraped: readonly ScrapedPod[]): void };

/** Samples of one source, from now on. */
function createWindow({ timing, pods, nowMs, createdAtMs }: MetricsPlan): Window {
  const series = new ServiceSeries(timing);
  const startMs = nowMs();
  /** Last incarnation of each pod, by pod. */
  const known = new Map<string, string>();
  let newestMs = -Infinity;
  const isOld = (pod: PodState | undefined): boolean => pod !== undefined && createdAtMs(pod) < startMs;
  return {
    series,
    add(atMs, scraped) {
      const existing = new Map(pods().map((pod) => [pod.name, pod]));
      const lastMs = Math.max(-Infinity, ...scraped.map((pod) => pod.atMs));
      const isExpected = [...existing.values()].some(({ isReady }) => isReady);
      // Nobody told anything new: what is known grows old.
      if (isExpected && lastMs <= newestMs) return;
      newestMs = Math.max(newestMs, lastMs);
      for (const { incarnation } of scraped) known.set(podOf(incarnation), incarnation);
      for (const pod of known.keys()) if (!existing.has(pod)) known.delete(pod);
      const marked = scraped.map((one) => ({ ...one, hasPast: isOld(existing.get(podOf(one.incarnation))) }));
      series.add(atMs, marked, new Set(known.values()));
    },
  };
}
