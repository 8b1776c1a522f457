import type { FluidPlan } from "./plan.ts";
import { HIGHEST_UTILISATION, SOJOURN_CELLS, tabulateSojourn } from "./sojourn.ts";

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
  /** In the last tick, requests. */
  readonly arrived: Float64Array;
  readonly served: Float64Array;
  readonly dropped: Float64Array;
  /** Of the requests that left in the last tick, the share that was dropped, [0, 1]. */
  readonly dropShare: Float64Array;
  /** CPU used by ready replicas / their limit, idle CPU included, [0, 1]. */
  readonly busy: Float64Array;
  /** Time for CPU and waiting for it, but for the backlog, ms, and its variance, ms². */
  readonly cpuMs: Float64Array;
  readonly cpuVariance: Float64Array;
  /** Time in the service without calls, ms, and its variance, ms². */
  readonly sojournMs: Float64Array;
  readonly sojournVariance: Float64Array;
  /** Of it waiting for CPU, ms. */
  readonly waitMs: Float64Array;
  /** Weight of the service in the blame: waiting in seconds + 2 x share dropped, as far as it is its own doing. */
  readonly blameWeight: Float64Array;
};

export function createStations(services: number, environments: number, tickMs: number): Stations {
  const cells = (): Float64Array => new Float64Array(services * environments);
  return {
    environments,
    tickMs,
    queued: cells(),
    lost: cells(),
    capacityFactor: cells().fill(1),
    holdMs: cells(),
    arrived: cells(),
    served: cells(),
    dropped: cells(),
    dropShare: cells(),
    busy: cells(),
    cpuMs: cells(),
    cpuVariance: cells(),
    sojournMs: cells(),
    sojournVariance: cells(),
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
      const { from, to, callsPerRequest } = plan.edges[edge]!;
      const { arrived, served } = stations;
      for (let e = 0; e < environments; e++) {
        const factor = callsPerRequest * edgeFactor[edge * environments + e]!;
        arrived[to * environments + e]! += factor * served[from * environments + e]!;
      }
    },
    work: (service, ready) => work[service]!(ready),
  };
}

function createWork(plan: FluidPlan, service: number, stations: Stations): (ready: Float64Array) => void {
  const { station, idleCpuShare, fixedMs, fixedVariance, room, concurrency } = plan.services[service]!;
  const { environments, tickMs } = stations;
  const table = tabulateSojourn(station, tickMs);
  const perTick = (tickMs * station.limitCores * (1 - idleCpuShare)) / station.workMs;
  // At saturation one request alone would take this long.
  const aloneMs = station.workMs / Math.min(1, station.limitCores);
  const cellsPerUtilisation = SOJOURN_CELLS / HIGHEST_UTILISATION;

  return (ready) => {
    const { queued, lost, capacityFactor, holdMs, arrived, served, dropped, dropShare, busy } = stations;
    const { cpuMs, cpuVariance, sojournMs, sojournVariance, waitMs, blameWeight } = stations;
    const { meanMs, variance, gain } = table;
    const end = (service + 1) * environments;
    for (let k = service * environments; k < end; k++) {
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
      const meanLow = meanMs[cell]!;
      const varianceLow = variance[cell]!;
      const steadyMs = (meanLow + (meanMs[cell + 1]! - meanLow) * part) * slower;
      const steadyVariance = (varianceLow + (variance[cell + 1]! - varianceLow) * part) * slower * slower;
      const inCpuMs = cpuMs[k]! + (steadyMs - cpuMs[k]!) * gain[cell]!;
      const inCpuVariance = cpuVariance[k]! + (steadyVariance - cpuVariance[k]!) * gain[cell]!;
      queued[k] = kept;
      lost[k] = 0;
      served[k] = done;
      dropped[k] = refused;
      dropShare[k] = refused > 0 ? refused / left : 0;
      busy[k] = utilisation * (1 - idleCpuShare) + idleCpuShare;
      cpuMs[k] = inCpuMs;
      cpuVariance[k] = inCpuVariance;
      sojournMs[k] = inCpuMs + backlogMs + fixedMs;
      sojournVariance[k] = inCpuVariance + 0.04 * backlogMs * backlogMs + fixedVariance;
      const ownMs = inCpuMs - station.workMs * slower;
      waitMs[k] = ownMs + backlogMs;
      // What queues up because slots are held by calls is the callees' doing: they are blamed for their own waiting.
      const ownPart = slotCapacity < cpuCapacity ? slotCapacity / cpuCapacity : 1;
      blameWeight[k] = 0.001 * ownMs + ownPart * (0.001 * backlogMs + 2 * dropShare[k]!);
    }
  };
}
