import { createReadings, type Readings } from "../../control/readings/readings.ts";
import type { FluidFaults } from "./faults.ts";
import type { FluidTwin } from "./fluid-twin.ts";
import type { FluidGates } from "./gates.ts";
import { type JoinedColumn, joinColumns, putAll, takeOwn } from "./joined-columns.ts";
import { type JoinedStations, joinStations } from "./joined-stations.ts";
import { createOutcome } from "./outcome.ts";

/** What a service takes in one environment, bytes, about, and what a lane may take of a core's own cache. */
const CELL_BYTES = 600;
const LANE_BYTES = 2 ** 18;
/** With fewer environments what is done once for each of them weighs more than what the cache saves. */
const LEAST_WIDTH = 16;
const MOST_WIDTH = 32;

/** Environments that go through a tick together, at most. */
export function laneWidth(services: number): number {
  const width = 2 ** Math.floor(Math.log2(LANE_BYTES / (CELL_BYTES * services)));
  return Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, width));
}

type Lane = {
  readonly twin: FluidTwin;
  /** Written by whoever plays. */
  readonly desired: JoinedColumn;
  /** For whoever plays: always, after each advance, and when it is asked for. */
  readonly ready: readonly JoinedColumn[];
  readonly outcome: readonly JoinedColumn[];
  readonly seen: readonly JoinedColumn[];
};

type Joined = Pick<FluidTwin, "services" | "environments" | "desired" | "ready" | "outcome"> & {
  readonly lanes: readonly Lane[];
  readonly width: number;
  readonly readings: Readings & { atMs: number };
  readonly stations: JoinedStations;
};

/**
 * Twins of the same plan as one: each goes through all ticks of an advance before the next one does, so that a core's
 * cache holds what it works on. Environments know nothing of each other, so it is all one in which lane they are.
 *
 * @param twins  all as wide as the first one, the last one perhaps less
 */
export function joinLanes(twins: readonly FluidTwin[]): FluidTwin {
  const joined = join(twins);
  const { lanes, width, services, environments, desired, ready, outcome, stations } = joined;
  const first = twins[0]!;
  return {
    services,
    environments,
    desired,
    ready,
    outcome,
    tickMs: first.tickMs,
    limitCores: (service) => first.limitCores(service),
    latency: undefined,
    stations: stations.all,
    faults: joinFaults(joined),
    gates: joinGates(joined),
    reset(environment, episode) {
      happen(joined, environment, (twin, own) => twin.reset(own, episode));
      fetchDesired(joined, environment);
    },
    advance: (ticks) => advance(joined, ticks),
    observe: () => observe(joined),
    clearOutcome() {
      for (const { twin } of lanes) twin.clearOutcome();
      for (const sums of Object.values(outcome)) sums.fill(0);
    },
    resize() {
      throw new Error(`a resize is of one environment, got ${environments}`);
    },
    settle() {
      for (const lane of lanes) {
        takeOwn(lane.desired);
        lane.twin.settle();
        putAll(lane.ready);
      }
    },
    evict: (environment, service) => happen(joined, environment, (twin, own) => twin.evict(own, service)),
    futureRatePerS: (environment, aheadMs) =>
      twins[Math.floor(environment / width)]!.futureRatePerS(environment % width, aheadMs),
  };
}

function join(twins: readonly FluidTwin[]): Joined {
  const { services, environments: width } = twins[0]!;
  const environments = twins.reduce((sum, twin) => sum + twin.environments, 0);
  const matrix = (): Float64Array => new Float64Array(services * environments);
  const all = {
    services,
    environments,
    desired: matrix(),
    ready: matrix(),
    outcome: createOutcome(services, environments),
    readings: createReadings(services, environments),
  };
  const places = twins.map((twin, lane) => ({ first: lane * width, count: twin.environments, environments }));
  return {
    ...all,
    width,
    lanes: twins.map((twin, lane) => {
      const columns = joinColumns(twin, all, places[lane]!);
      return {
        twin,
        desired: columns.get("desired")!,
        ready: [columns.get("ready")!],
        outcome: [...joinColumns(twin.outcome, all.outcome, places[lane]!).values()],
        // Always the same object.
        seen: [...joinColumns(twin.observe(), all.readings, places[lane]!).values()],
      };
    }),
    stations: joinStations(
      twins.map(({ stations }, lane) => ({ own: stations, place: places[lane]! })),
      services,
    ),
  };
}

function advance({ lanes, stations }: Joined, ticks: number): void {
  for (const { twin, desired, ready, outcome } of lanes) {
    takeOwn(desired);
    twin.advance(ticks);
    putAll(ready);
    putAll(outcome);
  }
  stations.touch();
}

function observe({ lanes, readings }: Joined): Readings {
  for (const { twin, desired, seen } of lanes) {
    takeOwn(desired);
    const { atMs } = twin.observe();
    if (twin === lanes[0]!.twin) readings.atMs = atMs;
    putAll(seen);
  }
  return readings;
}

/** Something happens in one environment. */
function happen<T>(
  { lanes, width, stations }: Joined,
  environment: number,
  act: (twin: FluidTwin, own: number) => T,
): T {
  const { twin, ready } = lanes[Math.floor(environment / width)]!;
  const result = act(twin, environment % width);
  putAll(ready);
  stations.touch();
  return result;
}

/** What an episode began with is what is desired. */
function fetchDesired({ lanes, width, services, environments, desired }: Joined, environment: number): void {
  const { twin } = lanes[Math.floor(environment / width)]!;
  for (let s = 0; s < services; s++)
    desired[s * environments + environment] = twin.desired[s * twin.environments + (environment % width)]!;
}

function joinFaults(joined: Joined): FluidFaults {
  const at = (environment: number, act: (faults: FluidFaults, own: number) => void): void =>
    happen(joined, environment, ({ faults }, own) => act(faults, own));
  const { lanes, width, stations } = joined;
  return {
    setWork: (environment, service, factor) => at(environment, (faults, own) => faults.setWork(own, service, factor)),
    divideLimit() {
      throw new Error("limits of many environments are not divided");
    },
    setStartup: (environment, service, factor) =>
      at(environment, (faults, own) => faults.setStartup(own, service, factor)),
    setSpeed(environment, speed) {
      lanes[Math.floor(environment / width)]!.twin.faults.setSpeed(environment % width, speed);
      // Whoever looks for how busy replicas are sets a speed each time: the rest stays as it is.
      stations.touch("speed");
    },
    withhold: (environment, service, count, untilTick, isCrashing) =>
      at(environment, (faults, own) => faults.withhold(own, service, count, untilTick, isCrashing)),
    release: (environment, service, untilTick) =>
      at(environment, (faults, own) => faults.release(own, service, untilTick)),
    blind: (environment, service, untilTick) => at(environment, (faults, own) => faults.blind(own, service, untilTick)),
    see: (environment, service) => at(environment, (faults, own) => faults.see(own, service)),
    kill: (environment, service, count) => at(environment, (faults, own) => faults.kill(own, service, count)),
  };
}

function joinGates({ lanes, width }: Joined): FluidGates {
  const gatesOf = (environment: number): FluidGates => lanes[Math.floor(environment / width)]!.twin.gates;
  return {
    limit: (environment, service, perS) => gatesOf(environment).limit(environment % width, service, perS),
    close: (environment, service, isClosed) => gatesOf(environment).close(environment % width, service, isClosed),
    admittedShare: (environment, service) => gatesOf(environment).admittedShare(environment % width, service),
  };
}
