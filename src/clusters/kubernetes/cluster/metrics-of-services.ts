import type { Clock } from "../../../core/clock.ts";
import { createRng } from "../../../core/rng.ts";
import { startRounds } from "../../metrics/rounds.ts";
import type { ApiCaller } from "./api-request.ts";
import type { KubernetesClusterSpec } from "./cluster-spec.ts";
import type { PodRegistry } from "./pod-registry.ts";
import type { PodState } from "./pod-state.ts";
import { type PodUsage, readPodUsage } from "./pod-usage.ts";
import { type ServiceMetrics, startServiceMetrics } from "./service-metrics.ts";
import { createTrafficSource } from "./traffic-source.ts";

export type MetricsWorld = {
  readonly caller: ApiCaller;
  readonly namespace: string;
  readonly spec: KubernetesClusterSpec;
  readonly registry: PodRegistry;
  readonly clock: Clock;
  readonly createdAtMs: (pod: PodState) => number;
  /** Told what no round should meet: samples of that kind are no longer taken. */
  readonly onFailure: (error: unknown) => void;
};

export type AllMetrics = {
  /** In the topology's order. */
  readonly services: readonly ServiceMetrics[];
  /** By pod; empty where metrics.k8s.io is not asked. */
  usage(): ReadonlyMap<string, PodUsage>;
  stop(): void;
};

/** Samples every service at its own phase. metrics.k8s.io is asked at time scale 1 only: it is made for minutes. */
export function startMetrics(world: MetricsWorld): AllMetrics {
  const { caller, namespace, spec, clock, onFailure } = world;
  const { topology, timing } = spec;
  const nowMs = (): number => clock.nowMs();
  let usage: ReadonlyMap<string, PodUsage> = new Map();
  async function askUsage(): Promise<void> {
    usage = await readPodUsage(caller, namespace, topology.name, nowMs);
  }
  const plan = { nowMs, periodMs: timing.scrapePeriodMs, phaseMs: 0, onFailure };
  const asking = timing.timeScale === 1 ? startRounds(askUsage, plan) : undefined;
  const services = topology.services.map(({ name }) => startOne(world, name, () => usage));
  return {
    services,
    usage: () => usage,
    stop() {
      asking?.stop();
      for (const service of services) service.stop();
    },
  };
}

function startOne(world: MetricsWorld, service: string, usage: () => ReadonlyMap<string, PodUsage>): ServiceMetrics {
  const { caller, namespace, registry, clock, createdAtMs, onFailure } = world;
  const { topology, timing } = world.spec;
  const entries = new Set(
    topology.entries.filter((entry) => entry.service === service).map(({ endpoint }) => endpoint),
  );
  const nowMs = (): number => clock.nowMs();
  const periodMs = timing.scrapePeriodMs;
  const isEntry = (endpoint: string): boolean => entries.has(endpoint);
  return startServiceMetrics({
    service,
    timing,
    nowMs,
    periodMs,
    phaseMs: createRng(`scrape ${service}`).uniform() * periodMs,
    source: createTrafficSource({ caller, namespace, service, nowMs, periodMs, isEntry }),
    objectiveMs: topology.objective.p95Ms,
    limitMilli: topology.services.find(({ name }) => name === service)!.cpuMilli,
    pods: () => registry.of(service),
    usage,
    createdAtMs,
    onFailure,
  });
}
