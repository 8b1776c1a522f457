import { type Arena, createHeapArena } from "./arena.ts";
import type { ServicePlan } from "./plan.ts";
import type { Stops } from "./stops.ts";
import type { Stations } from "./stations.ts";

/** Requests that meet no delay, and how long they take: [services or nodes][environments]. */
export type Calm = {
  /** Of all requests, (0, 1]. */
  readonly share: Float64Array;
  readonly meanMs: Float64Array;
  readonly variance: Float64Array;
  /** Third central moment, ms³. */
  readonly third: Float64Array;
};

export function createCalm(cells: number, arena: Arena = createHeapArena()): Calm {
  const matrix = (): Float64Array => arena.float64(cells);
  return { share: matrix().fill(1), meanMs: matrix(), variance: matrix(), third: matrix() };
}

type Quota = Pick<ServicePlan, "station" | "idleCpuShare" | "limitShare">;
type Quotas = { readonly services: readonly Quota[] };

/**
 * Fitted to 783 services of the request-level twin (limits below a core, constant, exponential and lognormal work),
 * at x = the squared coefficient of variation of work, at most 1: the variance of calm requests beyond that of their
 * work, for a core in use, / mean²; their skewness / coefficient of variation; the mean square of a delay / its squared
 * mean, 2 of an exponential one.
 */
const spreadOf = (x: number): number => 0.9 + 0.95 * x;
const leanOf = (x: number): number => 5.5 - 1.8 * x;
const delaySquareOf = (x: number): number => 1.72 + 1.05 * x;
/** No delay is shorter in the mean, ms: times 1 - the limit. */
const LEAST_DELAY = 15;
const MOST_LATE = 0.98;
/**
 * Rest of a stop at a random moment, in the mean, ms: times 1 - the limit; share of time that a replica stands still x
 * that rest / what delays add to the mean. Of 158 callers of the request-level twin.
 */
const REST_MS = 37;
const STOPPED = 0.15;

/**
 * Splits the time in each service by the moments that are known. A replica that has spent its budget stands still to
 * the end of the period; requests that meet this are delayed. The others, calm, share a core: their mean is that of
 * processor sharing, work / (1 - core in use). A share p that a delay of mean D takes longer makes mean = calm mean +
 * p D and variance = calm variance + c p D² - (p D)², with c from {@link delaySquareOf}; so with excess = p D,
 * p = c excess² / (variance - calm variance + excess²). Were D shorter than can be, the excess is an error of a few per
 * cent in the mean, and p follows from the variance. Without a quota all are calm.
 */
export function updateCalm(calm: Calm, stops: Stops, { services }: Quotas, stations: Stations): void {
  const { environments } = stations;
  for (let service = 0; service < services.length; service++) {
    const plan = services[service]!;
    if (plan.station.limitCores < 1) splitService(calm, stops, plan, service, stations);
    else for (let e = 0; e < environments; e++) allCalm(calm, stops, service * environments + e, stations);
  }
}

function allCalm({ share, meanMs, variance, third }: Calm, stops: Stops, cell: number, stations: Stations): void {
  stops.share[cell] = 0;
  share[cell] = 1;
  meanMs[cell] = stations.sojournMs[cell]!;
  variance[cell] = stations.sojournVariance[cell]!;
  third[cell] = stations.sojournThird[cell]!;
}

/** What the split of a service goes by: work, its spread and the limit; what is fitted; cores in use / `busy`, those of idling. */
export function quotaNumbers(plan: Quota): readonly number[] {
  const { workMs, workScv, limitCores, spread, lean, square, perBusy, idle } = termsOf(plan);
  return [workMs, workScv, limitCores, spread, lean, square, perBusy, idle];
}

type Terms = Quota["station"] & Readonly<Record<"spread" | "lean" | "square" | "perBusy" | "idle", number>>;

/** An object, not an array: the engine need not make it. */
function termsOf({ station, limitShare, idleCpuShare }: Quota): Terms {
  const { workMs, workScv, limitCores } = station;
  const x = Math.min(1, workScv);
  return {
    workMs,
    workScv,
    limitCores,
    spread: spreadOf(x),
    lean: leanOf(x),
    square: delaySquareOf(x),
    perBusy: limitCores / (limitShare * (1 - idleCpuShare)),
    idle: (limitCores * idleCpuShare) / (1 - idleCpuShare),
  };
}

function splitService(calm: Calm, stops: Stops, plan: Quota, service: number, stations: Stations): void {
  const { workMs, workScv, limitCores, spread, lean, square, perBusy, idle } = termsOf(plan);
  const { environments, speed, busy, capacityFactor, cpuMs, cpuVariance } = stations;
  for (let e = 0, k = service * environments; e < environments; e++, k++) {
    // Beside neighbours a replica is one on a slower core, of which its limit is the larger part.
    const slower = speed[e] === 1 ? 1 : 1 / speed[e]!;
    const used = (busy[k]! * perBusy - idle) * slower;
    const alone = (workMs * slower) / ((1 - used) * capacityFactor[k]!);
    const scv = workScv + spread * used;
    const variance = scv * alone * alone;
    const more = cpuVariance[k]! - variance;
    const still = 1 - limitCores * slower;
    if (!(still > 0 && more > 0)) {
      allCalm(calm, stops, k, stations);
      continue;
    }
    const least = LEAST_DELAY * still;
    let delays = cpuMs[k]! - alone;
    let late = delays > 0 ? (square * delays * delays) / (more + delays * delays) : 0;
    if (!(delays > late * least)) {
      late = lateShare(square, more / (least * least));
      delays = late * least;
    }
    stops.restMs[k] = REST_MS * still;
    const stopped = (STOPPED * delays) / (REST_MS * still);
    // At saturation it works for its limit of each period and stands still for the rest.
    stops.share[k] = stopped < still ? stopped : still;
    calm.share[k] = late < MOST_LATE ? 1 - late : 1 - MOST_LATE;
    // Added latency and a backlog are everybody's.
    calm.meanMs[k] = stations.sojournMs[k]! - delays;
    calm.variance[k] = stations.sojournVariance[k]! - more;
    calm.third[k] = stations.sojournThird[k]! - stations.cpuThird[k]! + lean * scv * variance * alone;
  }
}

/** The smaller p of c p - p² = variance / delay²; where there is none, the p with the largest variance. */
function lateShare(c: number, squares: number): number {
  const root = c * c - 4 * squares;
  return root > 0 ? 0.5 * (c - Math.sqrt(root)) : 0.5 * c;
}
