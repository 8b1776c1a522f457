import type { Arena } from "./arena.ts";
import type { BackEnd } from "./back-end.ts";
import type { ColdKernel } from "./cold.ts";
import { createNeighbours, type Neighbours } from "./neighbours.ts";
import type { FluidPlan, ServicePlan } from "./plan.ts";
import { type RowsNow, createRowsNow } from "./rows-now.ts";
import { HIGHEST_UTILISATION } from "./sojourn.ts";
import { CELL_VALUES, SOJOURN_CELLS } from "./sojourn-table.ts";
import type { Stations } from "./stations.ts";
import { createStrain } from "./strain.ts";
import { ROW_VALUES, type TablesOf } from "./tables-of.ts";

/** What a service at work passes on within a tick: [environments]. All services use the same. */
export type WorkColumns = {
  /** CPU used / most that replicas can use. */
  readonly utilisation: Float64Array;
  readonly backlogMs: Float64Array;
  /** Of what queues up, the share that is the service's own doing. */
  readonly ownPart: Float64Array;
  /** A request takes so many times as long as planned, neighbours left out. */
  readonly slower: Float64Array;
  /** Always 1. */
  readonly ones: Float64Array;
};

export function createWorkColumns(environments: number, { float64 }: Arena): WorkColumns {
  const column = (): Float64Array => float64(environments);
  return { utilisation: column(), backlogMs: column(), ownPart: column(), slower: column(), ones: column().fill(1) };
}

/** One service at work. */
export type Work = ServicePlan & {
  readonly stations: Stations;
  readonly columns: WorkColumns;
  /** Of its first cell. */
  readonly first: number;
  /** Requests that a replica can do in a tick. */
  readonly perTick: number;
  /** At saturation one request alone would take this long. */
  readonly aloneMs: number;
  readonly neighbours: Neighbours;
  readonly rowsNow: RowsNow;
  readonly coldKernel: ColdKernel | undefined;
  /** Mean factor of cold replicas on the work of a request: [environments]. */
  readonly coldness: Float64Array;
  readonly strain: ((ready: Float64Array) => void) | undefined;
};

export type WorkParts = {
  readonly stations: Stations;
  readonly columns: WorkColumns;
  readonly cold: ColdKernel | undefined;
  readonly tablesOf: TablesOf;
  readonly backEnd: BackEnd;
};

export function createWork(plan: FluidPlan, service: number, parts: WorkParts): Work {
  const own = plan.services[service]!;
  const { station, idleCpuShare } = own;
  const { stations, columns, cold, tablesOf, backEnd } = parts;
  const { environments, tickMs } = stations;
  const first = service * environments;
  const coldness = cold === undefined ? columns.ones : backEnd.arena.float64(environments);
  return {
    ...own,
    stations,
    columns,
    first,
    perTick: (tickMs * station.limitCores * (1 - idleCpuShare)) / station.workMs,
    aloneMs: station.workMs / Math.min(1, station.limitCores),
    neighbours: createNeighbours(own, columns.ones),
    rowsNow: createRowsNow(service, own, {
      rowsOf: tablesOf(own),
      places: backEnd.arena.int32(environments),
      placeOf: backEnd.kernels?.placeOf ?? nowhere,
    }),
    coldKernel: cold,
    coldness,
    strain: createStrain(own, cold && coldness, stations, first),
  };
}

/** Nobody asks where a table lies whose kernels are plain loops. */
function nowhere(): number {
  return 0;
}

/** Works one tick, once all that arrives is known. */
export function doWork(work: Work, ready: Float64Array): void {
  const { coldKernel, coldness, strain, neighbours, stations, columns } = work;
  coldKernel?.(coldness);
  strain?.(ready);
  neighbours.look(stations.speed);
  flow(work, ready);
  neighbours.feel(stations.speed, columns.utilisation);
  feel(work);
}

/** What comes, is done, waits and is refused in one tick. */
function flow(work: Work, ready: Float64Array): void {
  const { stations, first, perTick, aloneMs, concurrency, room, idleCpuShare, limitShare } = work;
  const { utilisation, backlogMs, ownPart, slower } = work.columns;
  const { share } = work.neighbours;
  const { queued, lost, capacityFactor, holdMs, arrived, served, dropped, dropShare, busy, tickMs } = stations;
  for (let e = 0, k = first; e < share.length; e++, k++) {
    const pods = ready[k]!;
    const left = share[e]!;
    const capacityOfOne = capacityFactor[k]!;
    const times = 1 / capacityOfOne;
    const cpuCapacity = pods * perTick * capacityOfOne * left;
    // A request holds its slot while it calls others: slow callees take the capacity of their callers.
    const slotCapacity = (pods * concurrency * tickMs) / (holdMs[k]! + aloneMs * times * (1 / left));
    const capacity = slotCapacity < cpuCapacity ? slotCapacity : cpuCapacity;
    const before = queued[k]!;
    const present = before + arrived[k]!;
    const done = present < capacity ? present : capacity;
    const waiting = present - done;
    const bound = pods * room;
    const kept = waiting < bound ? waiting : bound;
    const refused = waiting - kept + lost[k]!;
    const used = cpuCapacity > 0 ? done / cpuCapacity : 0;
    utilisation[e] = used;
    slower[e] = times;
    backlogMs[e] = capacity > 0 ? ((0.5 * (before + kept)) / capacity) * tickMs : 0;
    // What queues up because slots are held by calls is the callees' doing: they are blamed for their own waiting.
    ownPart[e] = slotCapacity < cpuCapacity ? slotCapacity / cpuCapacity : 1;
    queued[k] = kept;
    lost[k] = 0;
    served[k] = done;
    dropped[k] = refused;
    dropShare[k] = refused > 0 ? refused / (done + refused) : 0;
    busy[k] = (used * left * (1 - idleCpuShare) + idleCpuShare) * limitShare;
  }
}

/** Cells of a sojourn table per utilisation, and the place where the last of them ends. */
export const cellsPerUtilisation: number = SOJOURN_CELLS / HIGHEST_UTILISATION;
export const lastPlace: number = SOJOURN_CELLS - 1e-9;

/** How long requests take in a tick of such a utilisation. */
function feel(work: Work): void {
  const { stations, first, fixedMs, fixedVariance, fixedThird } = work;
  const { rows } = work.rowsNow;
  const { utilisation, backlogMs, ownPart, slower } = work.columns;
  const { workMs } = work.station;
  const { share, times } = work.neighbours;
  const { dropShare, cpuMs, cpuVariance, cpuThird, waitMs, blameWeight } = stations;
  const { sojournMs, sojournVariance, sojournThird } = stations;
  for (let e = 0, k = first; e < share.length; e++, k++) {
    const alone = slower[e]!;
    const slow = alone * times[e]!;
    let x = utilisation[e]! * share[e]! * cellsPerUtilisation;
    if (x > lastPlace) x = lastPlace;
    const cell = x | 0;
    const part = x - cell;
    const row = rows[e]!;
    const at = cell * ROW_VALUES;
    const slow2 = slow * slow;
    const step = row[at + CELL_VALUES]!;
    const inCpuMs = cpuMs[k]! + (between(row, at, part) * slow - cpuMs[k]!) * step;
    const inCpuVariance = cpuVariance[k]! + (between(row, at + 1, part) * slow2 - cpuVariance[k]!) * step;
    const inCpuThird = cpuThird[k]! + (between(row, at + 2, part) * slow2 * slow - cpuThird[k]!) * step;
    const backlog = backlogMs[e]!;
    cpuMs[k] = inCpuMs;
    cpuVariance[k] = inCpuVariance;
    cpuThird[k] = inCpuThird;
    sojournMs[k] = inCpuMs + backlog + fixedMs;
    sojournVariance[k] = inCpuVariance + 0.04 * backlog * backlog + fixedVariance;
    sojournThird[k] = inCpuThird + fixedThird;
    const ownMs = inCpuMs - workMs * alone;
    waitMs[k] = ownMs + backlog;
    blameWeight[k] = 0.001 * ownMs + ownPart[e]! * (0.001 * backlog + 2 * dropShare[k]!);
  }
}

/** A value between its cell and the next. */
function between(row: Float64Array, at: number, part: number): number {
  const low = row[at]!;
  return low + (row[at + ROW_VALUES]! - low) * part;
}
