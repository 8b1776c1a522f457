import { type Arena, createHeapArena } from "./arena.ts";
import { type BackEnd, plainBackEnd } from "./back-end.ts";
import { forgetChanged } from "./changed-cells.ts";
import type { ColdKernel } from "./cold.ts";
import { type LimitKernel, createLimits } from "./limits.ts";
import type { Edge, FluidPlan } from "./plan.ts";
import type { Station } from "./sojourn.ts";
import { createWork, createWorkColumns, doWork, type Work } from "./station-work.ts";
import type { Pods } from "./pods.ts";
import { sharedTables, type TablesOf } from "./tables-of.ts";

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

export function createStations(
  services: number,
  environments: number,
  tickMs: number,
  retries = 0,
  arena: Arena = createHeapArena(),
): Stations {
  const cells = (): Float64Array => arena.float64(services * environments);
  return {
    environments,
    tickMs,
    queued: cells(),
    lost: cells(),
    capacityFactor: cells().fill(1),
    steadyFactor: cells().fill(1),
    workGrowth: cells().fill(1),
    speed: arena.float64(environments).fill(1),
    holdMs: cells(),
    moreTries: arena.float64(retries * environments),
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
  /** To be done before a tick: looks where another number of replicas is ready. */
  prepare(replicas: Pick<Pods, "ready" | "changed">): void;
  /** Adds the calls of one edge to what arrives: only processed requests call. */
  call(edge: number, edgeFactor: Float64Array): void;
  /** Works one tick of one service, once all that arrives is known. */
  work(service: number, ready: Float64Array): void;
  readonly works: readonly Work[];
  readonly limits: LimitKernel;
};

/** @param colds  how cold replicas are, where that matters: [services] */
export function createStationKernel(
  plan: FluidPlan,
  stations: Stations,
  colds: readonly (ColdKernel | undefined)[] = [],
  tablesOf: TablesOf = sharedTables(stations.tickMs),
  backEnd: BackEnd = plainBackEnd(),
): StationKernel {
  const columns = createWorkColumns(stations.environments, backEnd.arena);
  const workOf = (service: number): Work =>
    createWork(plan, service, { stations, columns, cold: colds[service], tablesOf, backEnd });
  const works = plan.services.map((_, service) => workOf(service));
  const callees = calleesOf(plan);
  /** Those that nobody has looked at yet. */
  const fresh = [...works];
  return {
    prepare(replicas) {
      if (fresh.length > 0) for (const work of fresh.splice(0)) lookAtAll(work, replicas.ready);
      lookWhereChanged(works, callees, replicas);
    },
    call: (edge, edgeFactor) => callOthers(plan.edges[edge]!, edge, stations, edgeFactor),
    work: (service, ready) => doWork(works[service]!, ready),
    works,
    limits: createLimits(plan.services, (service, own) => {
      plan.services[service] = own;
      works[service] = workOf(service);
      fresh.push(works[service]);
    }),
  };
}

function lookAtAll({ rowsNow, stations }: Work, ready: Float64Array): void {
  for (let e = 0; e < stations.environments; e++) rowsNow.look(e, ready);
}

/** Tables of a service depend on the replicas of its callers too. */
function lookWhereChanged(
  works: readonly Work[],
  callees: readonly (readonly number[])[],
  { ready, changed }: Pick<Pods, "ready" | "changed">,
): void {
  if (changed.count === 0) return;
  const { environments } = works[0]!.stations;
  for (let i = 0; i < changed.count; i++) {
    const cell = changed.cells[i]!;
    const e = cell % environments;
    const service = (cell - e) / environments;
    works[service]!.rowsNow.look(e, ready);
    for (const callee of callees[service]!) works[callee]!.rowsNow.look(e, ready);
  }
  forgetChanged(changed);
}

/** Whom each service calls. */
function calleesOf({ services }: FluidPlan): readonly (readonly number[])[] {
  const callees = services.map((): number[] => []);
  for (const [callee, { callers }] of services.entries()) for (const caller of callers) callees[caller]!.push(callee);
  return callees;
}

function callOthers(edge: Edge, index: number, stations: Stations, edgeFactor: Float64Array): void {
  const { from, to, callsPerRequest, retried } = edge;
  const { environments, arrived, served, moreTries } = stations;
  const [caller, callee, factor] = [from * environments, to * environments, index * environments];
  if (retried.length === 0)
    for (let e = 0; e < environments; e++)
      arrived[callee + e]! += callsPerRequest * edgeFactor[factor + e]! * served[caller + e]!;
  else
    for (let e = 0; e < environments; e++) {
      let calls = callsPerRequest;
      for (const one of retried) calls += one.callsPerRequest * moreTries[one.retry * environments + e]!;
      arrived[callee + e]! += calls * edgeFactor[factor + e]! * served[caller + e]!;
    }
}
