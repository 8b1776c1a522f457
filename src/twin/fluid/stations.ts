import type { FluidPlan } from "./plan.ts";
import { HIGHEST_UTILISATION } from "./sojourn.ts";
import { CELL_VALUES, SOJOURN_CELLS, tabulateSojourn } from "./sojourn-table.ts";

/** The fluid state of all services, and what the last tick did. Matrices are [services][environments]. */
export type Stations = {
  readonly environments: number;
  readonly tickMs: number;
  /** Requests waiting or in work. */
  readonly queued: Float64Array;
  /** Requests lost since the last tick with replicas that crashed; they count as dropped in the next. */
  readonly lost: Float64Array;
  /** Capacity of a replica and tick / what the plan says. */
  readonly capacityFactor: Float64Array;
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
    waitMs: cells(),
    blameWeight: cells(),
  };
}

export type StationKernel = {
  /** Adds the calls of one edge to what arrives: only processed requests call. */
  call(edge: number, edgeFactor: Float64Array): void;
  /** Works one tick of one service, once all that arrives is known. */
  work(service: number, ready: Float64Array): void;
};

export function createStationKernel(plan: FluidPlan, stations: Stations): StationKernel {
  const { environments } = stations;
  const work = plan.services.map((_, service) => createWork(plan, service, stations));
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
  };
}

function createWork(plan: FluidPlan, service: number, stations: Stations): (ready: Float64Array) => void {
  const { station, idleCpuShare, fixedMs, fixedVariance, fixedThird, room, concurrency } = plan.services[service]!;
  const { callers, timeScale } = plan.services[service]!;
  const { environments, tickMs } = stations;
  const tables = tabulateSojourn(station, tickMs, timeScale);
  const perTick = (tickMs * station.limitCores * (1 - idleCpuShare)) / station.workMs;
  // At saturation one request alone would take this long.
  const aloneMs = station.workMs / Math.min(1, station.limitCores);
  const cellsPerUtilisation = SOJOURN_CELLS / HIGHEST_UTILISATION;

  return (ready) => {
    const { queued, lost, capacityFactor, holdMs, arrived, served, dropped, dropShare, busy } = stations;
    const { cpuMs, cpuVariance, cpuThird, sojournMs, sojournVariance, sojournThird, waitMs, blameWeight } = stations;
    const { gain } = tables;
    const first = service * environments;
    for (let e = 0, k = first; e < environments; e++, k++) {
      const pods = ready[k]!;
      const slower = 1 / capacityFactor[k]!;
      const cpuCapacity = pods * perTick * capacityFactor[k]!;
      // A request holds its slot while it calls others: slow callees take the capacity of their callers.
      const slotCapacity = (pods * concurrency * tickMs) / (holdMs[k]! + aloneMs * slower);
      const capacity = slotCapacity < cpuCapacity ? slotCapacity : cpuCapacity;
      const present = queued[k]! + arrived[k]!;
      const done = present < capacity ? present : capacity;
      const waiting = present - done;
      const bound = pods * room;
      const kept = waiting < bound ? waiting : bound;
      const refused = waiting - kept + lost[k]!;
      const left = done + refused;
      const backlogMs = capacity > 0 ? ((0.5 * (queued[k]! + kept)) / capacity) * tickMs : 0;
      const utilisation = cpuCapacity > 0 ? done / cpuCapacity : 0;
      let x = utilisation * cellsPerUtilisation;
      if (x > SOJOURN_CELLS - 1e-9) x = SOJOURN_CELLS - 1e-9;
      const cell = x | 0;
      const part = x - cell;
      let calling = 0;
      for (let i = 0; i < callers.length; i++) calling += ready[callers[i]! * environments + e]!;
      const table = tables.at(pods, calling);
      const at = cell * CELL_VALUES;
      const meanLow = table[at]!;
      const varianceLow = table[at + 1]!;
      const thirdLow = table[at + 2]!;
      const slower2 = slower * slower;
      const steadyMs = (meanLow + (table[at + CELL_VALUES]! - meanLow) * part) * slower;
      const steadyVariance = (varianceLow + (table[at + CELL_VALUES + 1]! - varianceLow) * part) * slower2;
      const steadyThird = (thirdLow + (table[at + CELL_VALUES + 2]! - thirdLow) * part) * slower2 * slower;
      const step = gain[cell]!;
      const inCpuMs = cpuMs[k]! + (steadyMs - cpuMs[k]!) * step;
      const inCpuVariance = cpuVariance[k]! + (steadyVariance - cpuVariance[k]!) * step;
      const inCpuThird = cpuThird[k]! + (steadyThird - cpuThird[k]!) * step;
      queued[k] = kept;
      lost[k] = 0;
      served[k] = done;
      dropped[k] = refused;
      dropShare[k] = refused > 0 ? refused / left : 0;
      busy[k] = utilisation * (1 - idleCpuShare) + idleCpuShare;
      cpuMs[k] = inCpuMs;
      cpuVariance[k] = inCpuVariance;
      cpuThird[k] = inCpuThird;
      sojournMs[k] = inCpuMs + backlogMs + fixedMs;
      sojournVariance[k] = inCpuVariance + 0.04 * backlogMs * backlogMs + fixedVariance;
      sojournThird[k] = inCpuThird + fixedThird;
      const ownMs = inCpuMs - station.workMs * slower;
      waitMs[k] = ownMs + backlogMs;
      // What queues up because slots are held by calls is the callees' doing: they are blamed for their own waiting.
      const ownPart = slotCapacity < cpuCapacity ? slotCapacity / cpuCapacity : 1;
      blameWeight[k] = 0.001 * ownMs + ownPart * (0.001 * backlogMs + 2 * dropShare[k]!);
    }
  };
}
