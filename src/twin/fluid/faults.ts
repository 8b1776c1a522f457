import { type Pipeline, delayScrapes, hastenScrapes } from "./pipeline.ts";
import { type Pods, crashPods, releasePods, type Withheld, withholdPods } from "./pods.ts";
import { type StationKernel, type Stations, setCapacity } from "./stations.ts";

/** What may go wrong in an environment of the fluid twin, in the mean. Nothing ends by itself but what has an end. */
export type FluidFaults = {
  /** Every request of a service costs so many times its CPU; 1 = as planned. */
  setWork(environment: number, service: number, factor: number): void;
  /** Replicas of a service may use so many times less CPU than their limit; of one environment only. */
  divideLimit(service: number, divisor: number): void;
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
};

export type FaultParts = {
  readonly pods: Pods;
  readonly stations: Stations;
  readonly kernel: StationKernel;
  readonly services: Pipeline;
  readonly entry: Pipeline;
  /** The service from which the entry's metrics are scraped. */
  readonly entryService: number;
  /** [environments] */
  readonly nowTick: Float64Array;
};

export function createFaultState(services: number, environments: number): FaultState {
  const cells = (): Float64Array => new Float64Array(services * environments).fill(1);
  return { capacity: cells(), work: cells(), startup: cells() };
}

/** Nothing is wrong any more, and a replica has this capacity. */
export function resetFaults(state: FaultState, stations: Stations, cell: number, capacity: number): void {
  state.capacity[cell] = capacity;
  state.work[cell] = 1;
  state.startup[cell] = 1;
  stations.speed[cell % stations.environments] = 1;
  setCapacity(stations, cell, capacity);
}

export function createFluidFaults(state: FaultState, parts: FaultParts): FluidFaults {
  const { pods, stations, kernel, services, entry, entryService, nowTick } = parts;
  const cellOf = (environment: number, service: number): number => service * stations.environments + environment;
  return {
    setWork(environment, service, factor) {
      state.work[cellOf(environment, service)] = factor;
      changeCapacity(state, stations, cellOf(environment, service));
    },
    divideLimit(service, divisor) {
      if (stations.environments !== 1) throw new Error("limits of many environments are not divided");
      kernel.limits.divide(service, divisor);
    },
    setStartup: (environment, service, factor) => void (state.startup[cellOf(environment, service)] = factor),
    setSpeed: (environment, speed) => void (stations.speed[environment] = speed),
    withhold: (environment, service, count, untilTick, isCrashing) =>
      withhold(parts, environment, service, { count, untilTick, kind: isCrashing ? "crashed" : "unready" }),
    release: (environment, service, untilTick) =>
      releasePods(pods, cellOf(environment, service), untilTick, nowTick[environment]!),
    blind(environment, service, untilTick) {
      delayScrapes(services, cellOf(environment, service), untilTick);
      if (service === entryService) delayScrapes(entry, environment, untilTick);
    },
    see(environment, service) {
      hastenScrapes(services, cellOf(environment, service), nowTick[environment]!);
      if (service === entryService) hastenScrapes(entry, environment, nowTick[environment]!);
    },
    kill(environment, service, count) {
      const before = pods.ready[cellOf(environment, service)]!;
      const crashed = crashPods(pods, environment, service, count, nowTick[environment]!);
      loseShare(stations, cellOf(environment, service), crashed, before);
    },
  };
}

function withhold({ pods, stations }: FaultParts, environment: number, service: number, held: Withheld): void {
  const cell = service * stations.environments + environment;
  const before = pods.ready[cell]!;
  const count = withholdPods(pods, environment, service, held);
  if (held.kind === "crashed") loseShare(stations, cell, count, before);
}

function changeCapacity({ capacity, work }: FaultState, stations: Stations, cell: number): void {
  setCapacity(stations, cell, capacity[cell]! / work[cell]!);
}

/** Of `before` replicas so many crashed, with what they held. */
export function loseShare({ queued, lost }: Stations, cell: number, crashed: number, before: number): void {
  if (crashed === 0) return;
  const share = (queued[cell]! * crashed) / before;
  queued[cell]! -= share;
  lost[cell]! += share;
}
