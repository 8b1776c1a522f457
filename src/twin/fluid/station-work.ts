import type { ColdKernel } from "./cold.ts";
import { createNeighbours, type Neighbours } from "./neighbours.ts";
import type { FluidPlan, ServicePlan } from "./plan.ts";
import { HIGHEST_UTILISATION } from "./sojourn.ts";
import { CELL_VALUES, SOJOURN_CELLS } from "./sojourn-table.ts";
import type { Stations } from "./stations.ts";
import { createStrain } from "./strain.ts";
import { ROW_VALUES, type RowsOf, type TablesOf } from "./tables-of.ts";

/** How many replicas are ready, [services][environments], and a number for each service that grows when that changes. */
export type ReadyReplicas = { readonly ready: Float64Array; readonly changes: Int32Array };

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

export function createWorkColumns(environments: number): WorkColumns {
  const column = (): Float64Array => new Float64Array(environments);
  return { utilisation: column(), backlogMs: column(), ownPart: column(), slower: column(), ones: column().fill(1) };
}

/** One service at work. */
type Work = ServicePlan & {
  readonly stations: Stations;
  readonly columns: WorkColumns;
  /** Of its first cell. */
  readonly first: number;
  readonly rowsOf: RowsOf;
  /** Requests that a replica can do in a tick. */
  readonly perTick: number;
  /** At saturation one request alone would take this long. */
  readonly aloneMs: number;
  readonly neighbours: Neighbours;
  /** What holds for as many replicas as are ready: [environments]; looked up when `seen` is not what it was. */
  readonly rows: Float64Array[];
  seen: number;
};

export type WorkParts = {
  readonly stations: Stations;
  readonly columns: WorkColumns;
  readonly cold: ColdKernel | undefined;
  readonly tablesOf: TablesOf;
};

/** Works one tick of one service, once all that arrives is known. */
export function createWork(plan: FluidPlan, service: number, parts: WorkParts): (replicas: ReadyReplicas) => void {
  const own = plan.services[service]!;
  const { station, idleCpuShare } = own;
  const { stations, columns, cold, tablesOf } = parts;
  const { environments, tickMs } = stations;
  const none = new Float64Array(0);
  const work: Work = {
    ...own,
    stations,
    columns,
    first: service * environments,
    rowsOf: tablesOf(own),
    perTick: (tickMs * station.limitCores * (1 - idleCpuShare)) / station.workMs,
    aloneMs: station.workMs / Math.min(1, station.limitCores),
    neighbours: createNeighbours(own, columns.ones),
    rows: Array.from({ length: environments }, () => none),
    seen: -1,
  };
  const strain = createStrain(own, cold, stations, work.first);
  return ({ ready, changes }) => {
    strain?.(ready);
    work.neighbours.look(stations.speed);
    flow(work, ready);
    work.neighbours.feel(stations.speed, columns.utilisation);
    const now = changesOf(service, own.callers, changes);
    if (now !== work.seen) lookUp(work, ready);
    work.seen = now;
    feel(work);
  };
}

/** Another number whenever another number of replicas of a service or its callers is ready. */
function changesOf(service: number, callers: readonly number[], changes: Int32Array): number {
  let sum = changes[service]!;
  for (let i = 0; i < callers.length; i++) sum += changes[callers[i]!]!;
  return sum;
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

function lookUp({ rows, rowsOf, callers, stations, first }: Work, ready: Float64Array): void {
  const { environments } = stations;
  for (let e = 0; e < environments; e++) {
    let calling = 0;
    for (let i = 0; i < callers.length; i++) calling += ready[callers[i]! * environments + e]!;
    rows[e] = rowsOf(ready[first + e]!, calling);
  }
}

const cellsPerUtilisation = SOJOURN_CELLS / HIGHEST_UTILISATION;

/** How long requests take in a tick of such a utilisation. */
function feel(work: Work): void {
  const { stations, first, fixedMs, fixedVariance, fixedThird, rows } = work;
  const { utilisation, backlogMs, ownPart, slower } = work.columns;
  const { workMs } = work.station;
  const { share, times } = work.neighbours;
  const { dropShare, cpuMs, cpuVariance, cpuThird, waitMs, blameWeight } = stations;
  const { sojournMs, sojournVariance, sojournThird } = stations;
  for (let e = 0, k = first; e < share.length; e++, k++) {
    const alone = slower[e]!;
    const slow = alone * times[e]!;
    let x = utilisation[e]! * share[e]! * cellsPerUtilisation;
    if (x > SOJOURN_CELLS - 1e-9) x = SOJOURN_CELLS - 1e-9;
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
