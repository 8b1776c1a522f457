import { availableParallelism } from "node:os";
import type { RunningCluster } from "../../control/loop/running-cluster.ts";
import type { Clock } from "../../core/clock.ts";
import { KarmaError } from "../../core/errors.ts";
import { createRealClock } from "../../host/clock.ts";
import { callSupervisor } from "./call-supervisor.ts";
import { isAlive } from "./process-identity.ts";
import { type LocalClusterStatus, type ReplyValues, type RequestOf, type Verb, plainToReadings } from "./protocol.ts";
import { type ClusterSpec, type ClusterState, clusterDir, readSpec, readState } from "./state.ts";
import { sweepLocalClusters } from "./sweep.ts";

/** A local cluster, seen from any process of its owner. */
export type LocalClusterClient = RunningCluster & {
  status(): Promise<LocalClusterStatus>;
  /** Ends the cluster; when it resolves no process, port or file of it is left. */
  down(): Promise<void>;
};

/** A cluster that is up. Its events are those from now on. */
export async function connectLocalCluster(name: string): Promise<LocalClusterClient> {
  const directory = clusterDir(name);
  const spec = readSpec(directory);
  const state = readState(directory);
  if (spec !== undefined && state === undefined && isAlive(spec.starter)) {
    throw new KarmaError("NOT_READY", `local cluster ${name} is starting`, "try again when it is up");
  }
  if (spec === undefined || state === undefined || !isAlive(state.supervisor)) {
    throw new KarmaError("NOT_READY", `no local cluster ${name} is up`, "start it with `karma cluster up`");
  }
  const { next } = await callSupervisor(state, { verb: "events" });
  return createClient(spec, state, next);
}

/** @param firstEvent  running number of the first event that `events` shall give */
export function createClient(spec: ClusterSpec, state: ClusterState, firstEvent: number): LocalClusterClient {
  const call = <V extends Verb>(request: RequestOf<V>): Promise<ReplyValues[V]> => callSupervisor<V>(state, request);
  const { topology } = spec;
  let nextEvent = firstEvent;
  return {
    name: spec.name,
    topology,
    timing: spec.timing,
    nodeCores: availableParallelism(),
    clock: clockFrom(BigInt(state.zeroNs)),
    observe: async () => plainToReadings(await call({ verb: "observe" })),
    scale: (service, replicas) => call({ verb: "scale", service, replicas }),
    restart: (service) => call({ verb: "restart", service }),
    resize: (service, cpuMilli) => call({ verb: "resize", service, cpuMilli }),
    inject: (fault) => call({ verb: "inject", fault }),
    heal: () => call({ verb: "heal" }),
    async events() {
      const { events, next } = await call({ verb: "events", from: nextEvent });
      nextEvent = next;
      return events;
    },
    status: () => call({ verb: "status" }),
    whyLost: async () => (isAlive(state.supervisor) ? undefined : supervisorGone(spec.name)),
    async podTime() {
      const { services } = await call({ verb: "status" });
      return {
        podSeconds: services.map(({ podSeconds }) => podSeconds),
        sizedPodSeconds: services.map(({ sizedPodSeconds }) => sizedPodSeconds),
      };
    },
    entryUrls: () =>
      topology.entries.map((entry) => {
        const index = topology.services.findIndex(({ name }) => name === entry.service);
        const { service, endpoint, share } = entry;
        return { service, endpoint, share, url: `${state.serviceUrls[index]}/${endpoint}` };
      }),
    down: async () => void (await sweepLocalClusters(spec.name)),
  };
}

function supervisorGone(name: string): KarmaError {
  const hint = "`karma cluster down` clears what is left of it, `karma cluster up` starts it again";
  return new KarmaError("NOT_READY", `the local cluster ${name} is gone: its supervisor ended`, hint);
}

/** The machine's monotonic clock is the same in all its processes. */
function clockFrom(zeroNs: bigint): Clock {
  const real = createRealClock();
  const offsetMs = Number(process.hrtime.bigint() - zeroNs) / 1e6 - real.nowMs();
  return {
    nowMs: () => real.nowMs() + offsetMs,
    sleepUntil: (atMs, signal) => real.sleepUntil(atMs - offsetMs, signal),
  };
}
