import { type Pipeline, delayScrapes, hastenScrapes } from "./pipeline.ts";
import { type Pods, crashPods, releasePods, withholdPods } from "./pods.ts";
import type { Stations } from "./stations.ts";

/** What may go wrong in an environment of the fluid twin, in the mean. Nothing ends by itself but what has an end. */
export type FluidFaults = {
  /** Every request of a service costs so many times its CPU; 1 = as planned. */
  setWork(environment: number, service: number, factor: number): void;
  /** Replicas of a service that start take so many times as long; 1 = as planned. */
  setStartup(environment: number, service: number, factor: number): void;
  /** Of the time it works, a replica gets this share of its cores, (0, 1]; all services of the environment. */
  setSpeed(environment: number, speed: number): void;
  /** So many ready replicas are not ready before `untilTick`; those that crash lose what they hold. */
  withhold(environment: number, service: number, count: number, untilTick: number, isCrashing: boolean): void;
  /** Replicas that were to be ready again at `untilTick` are so at the next tick. */
  release(environment: number, service: number, untilTick: number): void;
  /** Nothing of a service is scraped before `untilTick`. */
  blind(environment: number, service: number, untilTick: number): void;
  /** Scraping goes on as if it had never stopped. */
  see(environment: number, service: number): void;
  /** Crashes `count` ready replicas now; they start again at once. */
  kill(environment: number, service: number, count: number): void;
};

/** State of the faults: [services][environments]. */
export type FaultState = {
  /** Capacity of a replica / what the plan says, without faults. */
  readonly capacity: Float64Array;
  readonly work: Float64Array;
  readonly startup: Float64Array;
  /** [environments] */
  readonly speed: Float64Array;
};

export type FaultParts = {
  readonly pods: Pods;
  readonly stations: Stations;
  readonly services: Pipeline;
  readonly entry: Pipeline;
  /** The service from which the entry's metrics are scraped. */
  readonly entryService: number;
  /** [environments] */
  readonly nowTick: Float64Array;
};

export function createFaultState(services: number, environments: number): FaultState {
  const cells = (): Float64Array => new Float64Array(services * environments).fill(1);
  return { capacity: cells(), work: cells(), startup: cells(), speed: new Float64Array(environments).fill(1) };
}

/** Nothing is wrong any more, and a replica has this capacity. */
export function resetFaults(state: FaultState, { capacityFactor }: Stations, cell: number, capacity: number): void {
  state.capacity[cell] = capacity;
  state.work[cell] = 1;
  state.startup[cell] = 1;
  state.speed[cell % state.speed.length] = 1;
  capacityFactor[cell] = capacity;
}

/** CPU that waits for a neighbour is not used: to be called after every tick's work. */
export function discountBusy({ speed }: FaultState, { busy, environments }: Stations): void {
  for (let e = 0; e < environments; e++) {
    if (speed[e] === 1) continue;
    for (let k = e; k < busy.length; k += environments) busy[k]! *= speed[e]!;
  }
}

export function createFluidFaults(state: FaultState, parts: FaultParts): FluidFaults {
  const { pods, stations, nowTick } = parts;
  const { environments } = stations;
  const cellOf = (environment: number, service: number): number => service * environments + environment;

  return {
    setWork(environment, service, factor) {
      state.work[cellOf(environment, service)] = factor;
      setCapacity(state, stations, cellOf(environment, service));
    },
    setStartup(environment, service, factor) {
      state.startup[cellOf(environment, service)] = factor;
    },
    setSpeed(environment, speed) {
      state.speed[environment] = speed;
      for (let service = 0; service < pods.services; service++)
        setCapacity(state, stations, cellOf(environment, service));
    },
    withhold(environment, service, count, untilTick, isCrashing) {
      const before = pods.ready[cellOf(environment, service)]!;
      const held = withholdPods(pods, environment, service, {
        count,
        untilTick,
        kind: isCrashing ? "crashed" : "unready",
      });
      if (isCrashing) loseShare(stations, cellOf(environment, service), held, before);
    },
    release: (environment, service, untilTick) =>
      releasePods(pods, cellOf(environment, service), untilTick, nowTick[environment]!),
    blind(environment, service, untilTick) {
      delayScrapes(parts.services, cellOf(environment, service), untilTick);
      if (service === parts.entryService) delayScrapes(parts.entry, environment, untilTick);
    },
    see(environment, service) {
      hastenScrapes(parts.services, cellOf(environment, service), nowTick[environment]!);
      if (service === parts.entryService) hastenScrapes(parts.entry, environment, nowTick[environment]!);
    },
    kill(environment, service, count) {
      const before = pods.ready[cellOf(environment, service)]!;
      const crashed = crashPods(pods, environment, service, count, nowTick[environment]!);
      loseShare(stations, cellOf(environment, service), crashed, before);
    },
  };
}

function setCapacity({ capacity, speed, work }: FaultState, stations: Stations, cell: number): void {
  stations.capacityFactor[cell] = (capacity[cell]! * speed[cell % stations.environments]!) / work[cell]!;
}

/** Of `before` replicas so many crashed, with what they held. */
function loseShare({ queued, lost }: Stations, cell: number, crashed: number, before: number): void {
  if (crashed === 0) return;
  const share = (queued[cell]! * crashed) / before;
  queued[cell]! -= share;
  lost[cell]! += share;
}
