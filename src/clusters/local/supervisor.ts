import { Agent } from "undici";
import type { ClusterEvent } from "../../control/loop/cluster.ts";
import type { Readings } from "../../control/readings/readings.ts";
import { createRng } from "../../core/rng.ts";
import { assembleReadings } from "../metrics/assemble-readings.ts";
import { startBalancer } from "./balancer.ts";
import { type ClusterFaults, createClusterFaults } from "./cluster-faults.ts";
import { createEventLog } from "./event-log.ts";
import { type ClusterWorld, LocalService } from "./local-service.ts";
import type { Pod } from "./pod.ts";
import type { EventsReply, LocalClusterStatus } from "./protocol.ts";
import type { ClusterSpec } from "./state.ts";

/** A running cluster, inside the process that owns it. */
export type Supervisor = {
  /** In the topology's order. */
  readonly services: readonly LocalService[];
  /** Creates the pods. */
  start(): void;
  observe(): Readings;
  events(from: number | undefined): EventsReply;
  status(): LocalClusterStatus;
  readonly faults: ClusterFaults;
  /** Kills every pod; resolves when all are gone and all ports are free. */
  stop(): Promise<void>;
};

/** Told what happens to pods, and why where that is known. */
export type SupervisorListener = (service: LocalService, pod: Pod, kind: ClusterEvent["kind"], how?: string) => void;

/** Opens the balancers; pods come with `start`. */
export async function createSupervisor(
  spec: ClusterSpec,
  directory: string,
  nowMs: () => number,
  listener: SupervisorListener,
): Promise<Supervisor> {
  const events = createEventLog();
  const http = new Agent({ connections: 2, keepAliveTimeout: 60_000 });
  const world: ClusterWorld = {
    spec,
    directory,
    nowMs,
    http,
    onEvent(service, pod, kind, how) {
      events.add({ atMs: nowMs(), service: service.service.name, kind, pod: pod.name });
      listener(service, pod, kind, how);
    },
  };
  const services = await openServices(world);
  const faults = createClusterFaults(spec.id, services);
  return {
    services,
    faults,
    start() {
      for (const [index, service] of services.entries()) service.start(spec.initialReplicas[index]!);
    },
    observe: () => readingsOf(services, nowMs()),
    events: (from) => events.since(from ?? Infinity),
    status: () => statusOf(spec, services, nowMs()),
    async stop() {
      faults.heal();
      await Promise.all(services.map((service) => service.stop()));
      await untilGone(services);
      await http.destroy();
    },
  };
}

function openServices(world: ClusterWorld): Promise<LocalService[]> {
  const { topology, seed } = world.spec;
  return Promise.all(
    topology.services.map(async (service) => {
      const rng = createRng(seed).split(service.name).split("balancer");
      return new LocalService(world, service, await startBalancer(rng));
    }),
  );
}

function readingsOf(services: readonly LocalService[], atMs: number): Readings {
  const views = services.map((service) => service.view(atMs));
  return assembleReadings(atMs, views);
}

function statusOf(spec: ClusterSpec, services: readonly LocalService[], nowMs: number): LocalClusterStatus {
  const all = services.map((service) => service.status(nowMs));
  return {
    name: spec.name,
    supervisorPid: process.pid,
    ageMs: nowMs,
    timeScale: spec.timing.timeScale,
    podSeconds: all.reduce((sum, { podSeconds }) => sum + podSeconds, 0),
    services: all,
  };
}

async function untilGone(services: readonly LocalService[]): Promise<void> {
  while (services.some(({ replicas }) => replicas.pods.length > 0)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
