import { restThird, restVariance } from "./hump.ts";
import {
  type HumpColumns,
  type LeaningColumns,
  type MixtureColumns,
  addLonger,
  addPart,
  createHumpColumns,
  createMixtureColumns,
  startMixture,
  writeMixture,
  writeSkewness,
} from "./hump-columns.ts";
import type { Taken } from "./take-call.ts";

/** The longest of calls side by side, as folded so far. Columns are [environments]. */
export type Step = {
  /** Probability that none of them is delayed: not made, or calm. */
  readonly way: Float64Array;
  /** Then: probability that any is made, and the longest of those made. */
  readonly made: Float64Array;
  readonly calm: LeaningColumns;
  /** Otherwise: the longest. */
  readonly late: LeaningColumns;
  /** All of it, nothing where no call is made; written at the end. */
  readonly all: HumpColumns;
  /** The call at hand. */
  readonly own: Own;
  readonly mixture: MixtureColumns;
  /** Of one part or another. */
  readonly weights: Float64Array;
};

type Own = {
  /** Probability that it is not made, or calm; that it is made then; that it is delayed. */
  readonly way: Float64Array;
  readonly made: Float64Array;
  readonly delay: Float64Array;
  readonly calm: LeaningColumns;
  readonly late: LeaningColumns;
};

export function createStep(environments: number): Step {
  const row = (): Float64Array => new Float64Array(environments);
  const hump = (): LeaningColumns => createHumpColumns(environments);
  return {
    way: row(),
    made: row(),
    calm: hump(),
    late: hump(),
    all: hump(),
    own: { way: row(), made: row(), delay: row(), calm: hump(), late: hump() },
    mixture: createMixtureColumns(environments),
    weights: row(),
  };
}

/** Begins a step with its first call. */
export function startStep(step: Step, probability: number, taken: Taken): void {
  const { own, way, made, calm, late } = step;
  split(own, probability, taken);
  way.set(own.way);
  made.set(own.made);
  copy(own.calm, calm);
  copy(own.late, late);
}

function copy(from: HumpColumns, to: HumpColumns): void {
  to.meanMs.set(from.meanMs);
  to.variance.set(from.variance);
  to.third.set(from.third);
}

/** Delays that fewer meet are not told apart. */
const LEAST_LATE = 0.005;

/** Tells calm requests of a call from delayed ones. */
function split(own: Own, probability: number, { all, calm, calmShare }: Taken): void {
  const { way, made, delay } = own;
  for (let e = 0; e < way.length; e++) {
    const isSplit = calmShare[e]! < 1 - LEAST_LATE && calm.meanMs[e]! < all.meanMs[e]!;
    const share = isSplit ? calmShare[e]! : 1;
    const calling = probability * share;
    const delayed = probability - calling;
    const calmWay = 1 - delayed;
    way[e] = calmWay;
    made[e] = calmWay > 0 ? calling / calmWay : 0;
    delay[e] = delayed;
    const from = isSplit ? calm : all;
    own.calm.meanMs[e] = from.meanMs[e]!;
    own.calm.variance[e] = from.variance[e]!;
    own.calm.third[e] = from.third[e]!;
  }
  takeAway(own, all, calm, calmShare);
}

/** Delayed requests are what is left without calm ones, so that both together have the moments of all. */
function takeAway({ delay, late }: Own, all: HumpColumns, calm: HumpColumns, calmShare: Float64Array): void {
  for (let e = 0; e < delay.length; e++) {
    const whole = all.meanMs[e]!;
    const wholeVariance = all.variance[e]!;
    if (delay[e] === 0) {
      // Has no weight: anything finite will do.
      late.meanMs[e] = whole;
      late.variance[e] = wholeVariance;
      late.third[e] = 0;
      continue;
    }
    const share = calmShare[e]!;
    const spread = calm.variance[e]!;
    const below = calm.meanMs[e]! - whole;
    const above = (-below * share) / (1 - share);
    const variance = restVariance(wholeVariance, share, spread, below, above, whole + above);
    late.meanMs[e] = whole + above;
    late.variance[e] = variance;
    late.third[e] = restThird(all.third[e]!, share, calm.third[e]!, spread, below, above, variance);
  }
}

/**
 * Folds another call into a step, made or not by itself. Of two times of which few are very long, E|X - Y| is far
 * smaller than their variances say, so calm and delayed calls are folded apart: either hump with either.
 */
export function foldCall(step: Step, probability: number, taken: Taken): void {
  const { own, way } = step;
  split(own, probability, taken);
  writeSkewness(step.calm);
  writeSkewness(own.calm);
  if (isAnyLate(way, own.way)) foldLate(step);
  foldCalm(step);
  for (let e = 0; e < way.length; e++) way[e]! *= own.way[e]!;
}

function isAnyLate(way: Float64Array, more: Float64Array): boolean {
  for (let e = 0; e < way.length; e++) if (way[e]! * more[e]! < 1) return true;
  return false;
}

/** One is delayed and the other calm or not made, or both are delayed. */
function foldLate({ own, way, made, calm, late, mixture, weights }: Step): void {
  writeSkewness(late);
  writeSkewness(own.late);
  const size = way.length;
  for (let e = 0; e < size; e++) weights[e] = way[e]! * own.delay[e]! * (1 - made[e]!);
  startMixture(mixture, weights, own.late);
  for (let e = 0; e < size; e++) weights[e] = way[e]! * own.delay[e]! * made[e]!;
  addLonger(mixture, weights, calm, own.late);
  for (let e = 0; e < size; e++) weights[e] = (1 - way[e]!) * own.way[e]! * (1 - own.made[e]!);
  addPart(mixture, weights, late);
  for (let e = 0; e < size; e++) weights[e] = (1 - way[e]!) * own.way[e]! * own.made[e]!;
  addLonger(mixture, weights, own.calm, late);
  for (let e = 0; e < size; e++) weights[e] = (1 - way[e]!) * own.delay[e]!;
  addLonger(mixture, weights, own.late, late);
  writeMixture(mixture, late);
}

/** Both are calm, where they are made. */
function foldCalm({ own, made, calm, mixture, weights }: Step): void {
  const size = made.length;
  for (let e = 0; e < size; e++) weights[e] = made[e]! * (1 - own.made[e]!);
  startMixture(mixture, weights, calm);
  for (let e = 0; e < size; e++) weights[e] = made[e]! * own.made[e]!;
  addLonger(mixture, weights, calm, own.calm);
  for (let e = 0; e < size; e++) weights[e] = (1 - made[e]!) * own.made[e]!;
  addPart(mixture, weights, own.calm);
  made.set(mixture.weight);
  writeMixture(mixture, calm);
}

/** Puts the humps of a step together. */
export function finishStep({ way, made, calm, late, all, mixture, weights }: Step): void {
  for (let e = 0; e < way.length; e++) weights[e] = way[e]! * made[e]!;
  startMixture(mixture, weights, calm);
  for (let e = 0; e < way.length; e++) weights[e] = 1 - way[e]!;
  addPart(mixture, weights, late);
  mixture.weight.fill(1);
  writeMixture(mixture, all);
}
