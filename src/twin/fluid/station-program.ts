import type { Arena } from "./arena.ts";
import { SERVICE_FIELDS } from "./service-metrics.ts";
import type { Pipeline } from "./pipeline.ts";
import type { FluidPlan } from "./plan.ts";
import type { Pods } from "./pods.ts";
import { type Program, type Run, createProgram } from "./program.ts";
import { STATION_OPS } from "./station-ops.ts";
import { type Work, cellsPerUtilisation, lastPlace } from "./station-work.ts";
import type { Stations } from "./stations.ts";

export type StationProgramParts = {
  readonly plan: FluidPlan;
  readonly stations: Stations;
  readonly works: readonly Work[];
  readonly pods: Pods;
  readonly nowTick: Float64Array;
  /** Requests that arrive at the entry: [environments]. */
  readonly atEntry: Float64Array;
  /** [edges][environments] */
  readonly edgeFactor: Float64Array;
  /** Edges to each service. */
  readonly incoming: readonly (readonly number[])[];
  /** Where services are counted. */
  readonly pipeline: Pipeline;
};

/** What one service is made of, for commands. */
type Service = StationProgramParts & {
  readonly program: Program;
  readonly work: Work;
  readonly bytes: number;
  /** Where the service's row of a matrix [services][environments] begins. */
  readonly row: (matrix: Float64Array) => number;
  readonly at: Arena["addressOf"];
  readonly arena: Arena;
};

/** The services of a lane at work, as plain loops have it, while nothing is gated and no core is slow. */
export type StationProgram = {
  /** What comes from outside. */
  readonly enter: () => void;
  /** The rest of the tick. */
  readonly work: () => void;
};

export function createStationProgram(parts: StationProgramParts, arena: Arena, run: Run): StationProgram {
  const entering = createProgram(arena, run);
  const working = createProgram(arena, run);
  for (const [index, work] of parts.works.entries()) {
    addEntering(serviceOf(parts, work, entering, arena));
    addWorking(serviceOf(parts, work, working, arena), index);
  }
  return { enter: entering.done(), work: working.done() };
}

function serviceOf(parts: StationProgramParts, work: Work, program: Program, arena: Arena): Service {
  const { addressOf } = arena;
  const bytes = parts.stations.environments * Float64Array.BYTES_PER_ELEMENT;
  return { ...parts, program, work, bytes, row: (matrix) => addressOf(matrix, work.first), at: addressOf, arena };
}

function addEntering({ program, work, bytes, row, at, stations, atEntry }: Service): void {
  program.add(STATION_OPS.enter, [bytes, row(stations.arrived), at(atEntry)], [work.entryShare]);
}

function addWorking(service: Service, index: number): void {
  for (const edge of service.incoming[index]!) addCalls(service, edge);
  addCold(service);
  addStrain(service);
  addFlow(service);
  addFeel(service);
  addCount(service);
}

function addCalls({ program, plan, stations, edgeFactor, bytes, row, at }: Service, index: number): void {
  const { from, callsPerRequest, retried } = plan.edges[index]!;
  const { environments, served, moreTries } = stations;
  const factor = at(edgeFactor, index * environments);
  const places = [bytes, row(stations.arrived), at(served, from * environments), factor];
  if (retried.length === 0) return program.add(STATION_OPS.call, places, [callsPerRequest]);
  program.add(
    STATION_OPS.callAgain,
    [...places, retried.length, ...retried.map(({ retry }) => at(moreTries, retry * environments))],
    [callsPerRequest, ...retried.map((one) => one.callsPerRequest)],
  );
}

function addCold({ program, work, stations, pods, nowTick, row, at }: Service): void {
  const { cold, coldness, first, timeScale } = work;
  if (cold === undefined) return;
  const { environments, slots, ready, warm } = pods;
  const own = [environments, slots, row(ready), at(warm!, first), at(coldness)];
  if ("requests" in cold)
    program.add(
      STATION_OPS.coolByRequests,
      [...own, at(pods.begun!, first * slots), row(stations.served)],
      [cold.factor, cold.requests],
    );
  else
    program.add(
      STATION_OPS.coolByTime,
      [...own, at(pods.readyAtTick, first * slots), at(nowTick)],
      [cold.factor, (stations.tickMs * timeScale) / cold.ms],
    );
}

function addStrain({ program, work, stations, pods, bytes, row, at, arena }: Service): void {
  const { growth, addedMs, coldness, coldKernel } = work;
  const { served, queued, cpuMs, holdMs, workGrowth, steadyFactor, capacityFactor, tickMs } = stations;
  if (growth !== undefined) {
    const columns = [pods.ready, served, queued, cpuMs, holdMs, workGrowth].map(row);
    const curves = [growth.queueing, growth.waiting].map((curve) => at(placed(curve, arena)));
    program.add(STATION_OPS.grow, [bytes, ...columns, ...curves], [tickMs, addedMs, growth.slots]);
  }
  if (growth === undefined && coldKernel === undefined) return;
  program.add(STATION_OPS.strain, [
    bytes,
    ...[pods.ready, steadyFactor, workGrowth].map(row),
    at(coldness),
    row(capacityFactor),
  ]);
}

function addFlow({ program, work, stations, pods, bytes, row, at }: Service): void {
  const { queued, lost, capacityFactor, holdMs, arrived, served, dropped, dropShare, busy, tickMs } = stations;
  const { utilisation, slower, backlogMs, ownPart } = work.columns;
  const { perTick, aloneMs, concurrency, room, idleCpuShare, limitShare } = work;
  const own = [pods.ready, queued, lost, capacityFactor, holdMs, arrived, served, dropped, dropShare, busy];
  const passed = [utilisation, slower, backlogMs, ownPart].map((column) => at(column));
  const numbers = [perTick, aloneMs, concurrency, room, idleCpuShare, limitShare, tickMs];
  program.add(STATION_OPS.flow, [bytes, ...own.map(row), ...passed], numbers);
}

function addFeel({ program, work, stations, bytes, row, at }: Service): void {
  const { dropShare, cpuMs, cpuVariance, cpuThird, waitMs, blameWeight } = stations;
  const { sojournMs, sojournVariance, sojournThird } = stations;
  const { utilisation, slower, backlogMs, ownPart } = work.columns;
  const { fixedMs, fixedVariance, fixedThird, station } = work;
  const passed = [utilisation, slower, backlogMs, ownPart].map((column) => at(column));
  const own = [dropShare, cpuMs, cpuVariance, cpuThird, waitMs, blameWeight];
  const numbers = [cellsPerUtilisation, lastPlace, fixedMs, fixedVariance, fixedThird, station.workMs];
  program.add(
    STATION_OPS.feel,
    [bytes, at(work.rowsNow.places), ...passed, ...[...own, sojournMs, sojournVariance, sojournThird].map(row)],
    numbers,
  );
}

function addCount({ program, work, stations, pods, pipeline, bytes, row, at }: Service): void {
  const { busy, arrived, served, dropped, waitMs } = stations;
  const sums = Array.from({ length: SERVICE_FIELDS }, (_, field) =>
    at(pipeline.counters, field * pipeline.targets + work.first),
  );
  program.add(STATION_OPS.count, [bytes, ...[pods.ready, busy, arrived, served, dropped, waitMs].map(row), ...sums]);
}

/** The same values, where kernels find them. */
function placed(values: Float64Array, arena: Arena): Float64Array {
  const place = arena.float64(values.length);
  place.set(values);
  return place;
}
