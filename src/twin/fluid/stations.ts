import type { ColdKernel } from "./cold.ts";
import { type LimitKernel, createLimits } from "./limits.ts";
import type { FluidPlan, ServicePlan } from "./plan.ts";
import { slow, type Slowed, slowdown } from "./slowed.ts";
import { HIGHEST_UTILISATION, type Station } from "./sojourn.ts";
import { CELL_VALUES, SOJOURN_CELLS, type SojournTables, tabulateSojourn } from "./sojourn-table.ts";
import { createStrain } from "./strain.ts";

/** The fluid state of all services, and what the last tick did. Matrices are [services][environments]. */
export type Stations = {
  readonly environments: number;
  readonly tickMs: number;
  /** Requests waiting or in work. */
  readonly queued: Float64Array;
  /** Requests lost since the last tick with replicas that crashed; they count as dropped in the next. */
  readonly lost: Float64Array;
  /** Capacity of a replica and tick / what the plan says; the same were work as planned; what growth makes of work. */
  readonly capacityFactor: Float64Array;
  readonly steadyFactor: Float64Array;
  readonly workGrowth: Float64Array;
  /** Of the time it works, a replica gets this share of its cores, (0, 1]: [environments]. */
  readonly speed: Float64Array;
  /** What a slot is held for besides its own work: calls, ms. The response pass of the last tick writes it. */
  readonly holdMs: Float64Array;
  /** Tries of each call that may be tried again, beyond the first; the response pass writes it: [retries][environments]. */
  readonly moreTries: Float64Array;
  /** In the last tick, requests. */
  readonly arrived: Float64Array;
  readonly served: Float64Array;
  readonly dropped: Float64Array;
  /** Of the requests that left in the last tick, the share that was dropped, [0, 1]. */
  readonly dropShare: Float64Array;
  /** CPU used by ready replicas / their limit, idle CPU included, [0, 1]. */
  readonly busy: Float64Array;
  /** Time for CPU and waiting for it, but for the backlog: mean, ms, variance, ms², and third central moment, ms³. */
  readonly cpuMs: Float64Array;
  readonly cpuVariance: Float64Array;
  readonly cpuThird: Float64Array;
  /** Time in the service without calls, likewise. */
  readonly sojournMs: Float64Array;
  readonly sojournVariance: Float64Array;
  readonly sojournThird: Float64Array;
  /** Memory of a ready replica in the mean, MiB; written where it is looked at, NaN without a ready one. */
  readonly memoryMiB: Float64Array;
  /** Of it waiting for CPU, ms. */
  readonly waitMs: Float64Array;
  /** Weight of the service in the blame: waiting in seconds + 2 x share dropped, as far as it is its own doing. */
  readonly blameWeight: Float64Array;
};

export function createStations(services: number, environments: number, tickMs: number, retries = 0): Stations {
  const cells = (): Float64Array => new Float64Array(services * environments);
  return {
    environments,
    tickMs,
    queued: cells(),
    lost: cells(),
    capacityFactor: cells().fill(1),
    steadyFactor: cells().fill(1),
    workGrowth: cells().fill(1),
    speed: new Float64Array(environments).fill(1),
    holdMs: cells(),
    moreTries: new Float64Array(retries * environments),
    arrived: cells(),
    served: cells(),
    dropped: cells(),
    dropShare: cells(),
    busy: cells(),
    cpuMs: cells(),
    cpuVariance: cells(),
    cpuThird: cells(),
    sojournMs: cells(),
    sojournVariance: cells(),
    sojournThird: cells(),
    memoryMiB: cells().fill(Number.NaN),
    waitMs: cells(),
    blameWeight: cells(),
  };
}

/** Nothing is there, and what is done takes as long as its work. */
export function resetStation(stations: Stations, cell: number, { workMs, workScv }: Station): void {
  stations.queued[cell] = 0;
  stations.lost[cell] = 0;
  stations.cpuMs[cell] = workMs;
  stations.cpuVariance[cell] = workMs * workMs * workScv;
  stations.cpuThird[cell] = 0;
  stations.holdMs[cell] = 0;
  stations.served[cell] = 0;
  stations.workGrowth[cell] = 1;
}

/** Sets the capacity of a replica / what the plan says, where work has not grown. */
export function setCapacity(
  { steadyFactor, capacityFactor, workGrowth }: Stations,
  cell: number,
  factor: number,
): void {
  steadyFactor[cell] = factor;
  capacityFactor[cell] = factor / workGrowth[cell]!;
}

export type StationKernel = {
  /** Adds the calls of one edge to what arrives: only processed requests call. */
  call(edge: number, edgeFactor: Float64Array): void;
  /** Works one tick of one service, once all that arrives is known. */
  work(service: number, ready: Float64Array): void;
  readonly limits: LimitKernel;
};

/** @param colds  how cold replicas are, where that matters: [services] */
export function createStationKernel(
  plan: FluidPlan,
  stations: Stations,
  colds: readonly (ColdKernel | undefined)[] = [],
): StationKernel {
  const { environments } = stations;
  const work = plan.services.map((_, service) => createWork(plan, service, stations, colds[service]));
  return {
    call(edge, edgeFactor) {
      const { from, to, callsPerRequest, retried } = plan.edges[edge]!;
      const { arrived, served, moreTries } = stations;
      for (let e = 0; e < environments; e++) {
        let calls = callsPerRequest;
        for (const one of retried) calls += one.callsPerRequest * moreTries[one.retry * environments + e]!;
        arrived[to * environments + e]! +=
          calls * edgeFactor[edge * environments + e]! * served[from * environments + e]!;
      }
    },
    work: (service, ready) => work[service]!(ready),
    limits: createLimits(plan.services, (service, own) => {
      plan.services[service] = own;
      work[service] = createWork(plan, service, stations, colds[service]);
    }),
  };
}

/** One service at work. Columns are [environments], of the tick at hand. */
type Work = ServicePlan & {
  readonly stations: Stations;
  /** Of its first cell. */
  readonly first: number;
  readonly tables: SojournTables;
  /** Requests that a replica can do in a tick. */
  readonly perTick: number;
  /** At saturation one request alone would take this long. */
  readonly aloneMs: number;
  /** CPU used / most that replicas can use. */
  readonly utilisation: Float64Array;
  readonly backlogMs: Float64Array;
  /** Of what queues up, the share that is the service's own doing. */
  readonly ownPart: Float64Array;
  /** What neighbours make of a replica; looked at where they are there. */
  readonly slowed: Slowed[];
};

function createWork(
  plan: FluidPlan,
  service: number,
  stations: Stations,
  cold: ColdKernel | undefined,
): (ready: Float64Array) => void {
  const own = plan.services[service]!;
  const { station, idleCpuShare, timeScale } = own;
  const { environments, tickMs } = stations;
  const column = (): Float64Array => new Float64Array(environments);
  const work: Work = {
    ...own,
    stations,
    first: service * environments,
    tables: tabulateSojourn(station, tickMs, timeScale),
    perTick: (tickMs * station.limitCores * (1 - idleCpuShare)) / station.workMs,
    aloneMs: station.workMs / Math.min(1, station.limitCores),
    utilisation: column(),
    backlogMs: column(),
    ownPart: column(),
    slowed: Array.from({ length: environments }, () => slow(station, idleCpuShare, 1)),
  };
  const strain = createStrain(own, cold, stations, work.first);
  return (ready) => {
    const { speed } = stations;
    strain?.(ready);
    for (let e = 0; e < environments; e++) if (speed[e] !== 1) work.slowed[e] = slow(station, idleCpuShare, speed[e]!);
    flow(work, ready);
    feel(work, ready);
  };
}

/** What comes, is done, waits and is refused in one tick. */
function flow(work: Work, ready: Float64Array): void {
  const {
    stations,
    first,
    perTick,
    aloneMs,
    concurrency,
    room,
    idleCpuShare,
    limitShare,
    utilisation,
    backlogMs,
    ownPart,
  } = work;
  const { queued, lost, capacityFactor, speed, holdMs, arrived, served, dropped, dropShare, busy, tickMs } = stations;
  for (let e = 0, k = first; e < speed.length; e++, k++) {
    const pods = ready[k]!;
    const share = speed[e] === 1 ? 1 : work.slowed[e]!.share;
    const cpuCapacity = pods * perTick * capacityFactor[k]! * share;
    // A request holds its slot while it calls others: slow callees take the capacity of their callers.
    const slotCapacity =
      (pods * concurrency * tickMs) / (holdMs[k]! + aloneMs * (1 / capacityFactor[k]!) * (1 / share));
    const capacity = slotCapacity < cpuCapacity ? slotCapacity : cpuCapacity;
    const present = queued[k]! + arrived[k]!;
    const done = present < capacity ? present : capacity;
    const waiting = present - done;
    const bound = pods * room;
    const kept = waiting < bound ? waiting : bound;
    const refused = waiting - kept + lost[k]!;
    const used = cpuCapacity > 0 ? done / cpuCapacity : 0;
    utilisation[e] = used;
    backlogMs[e] = capacity > 0 ? ((0.5 * (queued[k]! + kept)) / capacity) * tickMs : 0;
    // What queues up because slots are held by calls is the callees' doing: they are blamed for their own waiting.
    ownPart[e] = slotCapacity < cpuCapacity ? slotCapacity / cpuCapacity : 1;
    queued[k] = kept;
    lost[k] = 0;
    served[k] = done;
    dropped[k] = refused;
    dropShare[k] = refused > 0 ? refused / (done + refused) : 0;
    busy[k] = (used * share * (1 - idleCpuShare) + idleCpuShare) * limitShare;
  }
}

const cellsPerUtilisation = SOJOURN_CELLS / HIGHEST_UTILISATION;

/** How long requests take in a tick of such a utilisation. */
function feel(work: Work, ready: Float64Array): void {
  const { stations, first, station, tables, fixedMs, fixedVariance, fixedThird, utilisation, backlogMs, ownPart } =
    work;
  const { capacityFactor, speed, dropShare, cpuMs, cpuVariance, cpuThird, waitMs, blameWeight } = stations;
  const { sojournMs, sojournVariance, sojournThird } = stations;
  for (let e = 0, k = first; e < speed.length; e++, k++) {
    const alone = 1 / capacityFactor[k]!;
    const isSlowed = speed[e] !== 1;
    const slower = isSlowed ? alone * slowdown(station, work.slowed[e]!, utilisation[e]!) : alone;
    let x = (isSlowed ? utilisation[e]! * work.slowed[e]!.share : utilisation[e]!) * cellsPerUtilisation;
    if (x > SOJOURN_CELLS - 1e-9) x = SOJOURN_CELLS - 1e-9;
    const cell = x | 0;
    const part = x - cell;
    const table = tables.at(ready[k]!, callersOf(work, ready, e));
    const at = cell * CELL_VALUES;
    const slower2 = slower * slower;
    const step = tables.gain[cell]!;
    const inCpuMs = cpuMs[k]! + (between(table, at, part) * slower - cpuMs[k]!) * step;
    const inCpuVariance = cpuVariance[k]! + (between(table, at + 1, part) * slower2 - cpuVariance[k]!) * step;
    const inCpuThird = cpuThird[k]! + (between(table, at + 2, part) * slower2 * slower - cpuThird[k]!) * step;
    cpuMs[k] = inCpuMs;
    cpuVariance[k] = inCpuVariance;
    cpuThird[k] = inCpuThird;
    sojournMs[k] = inCpuMs + backlogMs[e]! + fixedMs;
    sojournVariance[k] = inCpuVariance + 0.04 * backlogMs[e]! * backlogMs[e]! + fixedVariance;
    sojournThird[k] = inCpuThird + fixedThird;
    const ownMs = inCpuMs - station.workMs * alone;
    waitMs[k] = ownMs + backlogMs[e]!;
    blameWeight[k] = 0.001 * ownMs + ownPart[e]! * (0.001 * backlogMs[e]! + 2 * dropShare[k]!);
  }
}

/** A value of a table between its cell and the next. */
function between(table: Float64Array, at: number, part: number): number {
  const low = table[at]!;
  return low + (table[at + CELL_VALUES]! - low) * part;
}

/** Replicas of all that call a service. */
function callersOf({ callers, stations }: Work, ready: Float64Array, environment: number): number {
  let count = 0;
  for (let i = 0; i < callers.length; i++) count += ready[callers[i]! * stations.environments + environment]!;
  return count;
}
