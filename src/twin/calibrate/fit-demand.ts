import { meanOf } from "../../core/statistics.ts";
import type { Timing } from "../../control/loop/timing.ts";
import type { Service } from "../../system/topology/topology.ts";
import type { ServiceCalibration } from "./calibration.ts";
import { type Estimate, type Point, declaredEstimate, fitLine, fitSlope, relativeWidth } from "./estimate.ts";
import { type AgedSample, agedSamples } from "./pod-ages.ts";
import type { Recording } from "./recording.ts";

/** What a service's requests cost, or why that cannot be told. */
export type DemandFit = {
  /** Samples that could be used. */
  readonly samples: number;
  readonly cpuMsPerRequest: Estimate;
  readonly idleCpuShare: Estimate;
  readonly problem?: string;
};

const FEWEST_SAMPLES = 6;
/** Above it a replica is saturated, and the fixed cost of a request is not what it is else. */
const HIGHEST_CPU = 0.9;
/** Relative half width of the slope's interval beyond which the two parts of the CPU are not told apart. */
const WIDEST = 0.15;
const LOWEST_MEAN_CPU = 0.05;
/**
 * Utilisation below which samples are left out if there are many above it: a replica with little to do spends more on each
 * request than one at work.
 */
const BUSY = 0.2;
/**
 * So does one that has just started, until it has served so many: its code is not compiled yet. Those from before the
 * recording count from its beginning, as they may be as new.
 */
const WARM_REQUESTS = 30;
const MANY_SAMPLES = 16;

/** CPU of a replica against requests per ms of its limit, in a window at whose beginning all replicas were warm, or not. */
type DemandPoint = Point & { readonly isWarm: boolean };

/**
 * CPU of a replica = idle share + CPU ms per request x requests served per ms of its limit: a line through samples
 * with a steady number of replicas, no saturation and no drops.
 */
export function fitDemand(
  recording: Recording,
  index: number,
  service: Service,
  declared: ServiceCalibration,
  timing: Timing,
): DemandFit {
  const points = demandPoints(recording, index, service, timing);
  const samples = points.length;
  const asDeclared = {
    samples,
    cpuMsPerRequest: declaredEstimate(declared.cpuMsPerRequest),
    idleCpuShare: declaredEstimate(declared.idleCpuShare),
  };
  if (samples < FEWEST_SAMPLES)
    return { ...asDeclared, problem: `expected at least ${FEWEST_SAMPLES} steady samples of CPU, found ${samples}` };
  const overlap = Math.max(1, timing.windowMs / timing.scrapePeriodMs);
  const isBusy = ({ x }: Point): boolean => x * declared.cpuMsPerRequest >= BUSY;
  const fitted = mostSpecial(points, [(one) => one.isWarm && isBusy(one), isBusy]);
  const { slope, intercept } = fitLine(fitted, overlap);
  const through = fitSlope(fitted, declared.idleCpuShare, overlap);
  if (slope.value > 0 && relativeWidth(slope) <= WIDEST && intercept.high >= 0) {
    if (isApart(intercept, declared.idleCpuShare))
      return { samples, cpuMsPerRequest: slope, idleCpuShare: atLeastZero(intercept) };
    return {
      samples,
      cpuMsPerRequest: through,
      idleCpuShare: { ...atLeastZero(intercept), value: declared.idleCpuShare },
    };
  }
  if (meanOf(points.map(({ y }) => y)) < LOWEST_MEAN_CPU)
    return { ...asDeclared, problem: `expected a load of at least ${LOWEST_MEAN_CPU * 100} % CPU, found less` };
  if (!(relativeWidth(through) <= WIDEST))
    return { ...asDeclared, problem: "expected CPU that follows the requests served, found too much scatter" };
  const problem = "expected loads that differ enough to tell idle CPU from work, found too little";
  return { ...asDeclared, cpuMsPerRequest: through, problem: `${problem}; idle CPU is as declared` };
}

/** The points that the first of some demands leaves many of; all of them where none does. */
function mostSpecial(
  points: readonly DemandPoint[],
  demands: readonly ((point: DemandPoint) => boolean)[],
): readonly DemandPoint[] {
  for (const demand of demands) {
    const left = points.filter(demand);
    if (left.length >= MANY_SAMPLES) return left;
  }
  return points;
}

/** Windows that follow one another err alike: their interval is narrower than they are right. */
const WIDER = 2;

/**
 * Whether samples tell that idle CPU is not as declared. Where they do not, a line with an idle CPU of its own would fit
 * chance: what it takes from the requests it gives to idle CPU, and both are wrong at other loads.
 */
export function isApart({ value, high }: Estimate, declared: number): boolean {
  return Math.abs(declared - value) > WIDER * (high - value);
}

function atLeastZero(estimate: Estimate): Estimate {
  return { ...estimate, value: Math.max(0, estimate.value), low: Math.max(0, estimate.low) };
}

/** Samples on either side whose mean stands for the load of one. */
const NEIGHBOURS = 4;

/**
 * Steady samples below saturation: CPU of a replica against requests per ms of its limit, oldest first. What is in work
 * when a window begins and ends makes its requests too few or too many for its CPU; over some windows in a row that is
 * little, so their mean is the instrument.
 */
export function demandPoints(recording: Recording, index: number, service: Service, timing: Timing): DemandPoint[] {
  const points = samplesOf(recording, index, service, timing);
  return points.map(({ x, y, isWarm }, at) => {
    const near = points.slice(Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS + 1);
    return { x, y, z: meanOf(near.map((one) => one.x)), isWarm };
  });
}

function samplesOf(recording: Recording, index: number, service: Service, timing: Timing): Omit<DemandPoint, "z">[] {
  const aged = agedSamples(recording, index);
  return aged.flatMap(({ readings, takenMs }) => {
    const fromMs = takenMs - timing.windowMs;
    const replicas = steadyReplicas(recording, index, fromMs, takenMs);
    const y = readings.cpu[index]!;
    const served = readings.servedPerS[index]!;
    const isUsable = replicas > 0 && y < HIGHEST_CPU && readings.droppedPerS[index]! <= 0.01 * served;
    // One millicore is one ms of CPU time per second.
    const before = aged.findLast((one) => one.takenMs <= fromMs + timing.scrapePeriodMs / 2);
    const isWarm = before !== undefined && areWarm(before);
    return isUsable ? [{ x: served / (replicas * service.cpuMilli), y, isWarm }] : [];
  });
}

function areWarm({ known, strangers, strangerServed }: AgedSample): boolean {
  const served = [...known.map((pod) => pod.served), ...(strangers > 0 ? [strangerServed] : [])];
  return served.every((one) => one >= WARM_REQUESTS);
}

/** Ready replicas throughout an interval; 0 when they changed or nothing was seen. */
function steadyReplicas({ readings }: Recording, index: number, fromMs: number, toMs: number): number {
  const inside = readings.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).map(({ ready }) => ready[index]!);
  const [first = 0] = inside;
  return inside.every((one) => one === first) ? first : 0;
}
