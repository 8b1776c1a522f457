import { latencyUpperTail } from "./latency-tail.ts";
import type { CallPlan, FluidPlan, NodePlan } from "./plan.ts";
import { type RetryWait, writeRetryWait } from "./retry-wait.ts";
import type { Stations } from "./stations.ts";

/** What a request to each endpoint meets, its calls included. Matrices are [nodes][environments]. */
export type Responses = {
  readonly meanMs: Float64Array;
  readonly variance: Float64Array;
  /** Third central moment, ms³. */
  readonly third: Float64Array;
  /** Probability that it is answered well, [0, 1]. */
  readonly ok: Float64Array;
};

/** The calls of one step side by side, as folded so far: [environments]. */
type Step = {
  /** Probability that any call is made. */
  readonly made: Float64Array;
  /** Of those made, the longest: mean, variance and third central moment. */
  readonly meanMs: Float64Array;
  readonly variance: Float64Array;
  readonly third: Float64Array;
};

/** One call in one environment: what the caller waits for, given that it calls. Written by `takeCall`. */
type Taken = { meanMs: number; variance: number; third: number; ok: number; moreTries: number };

/**
 * How far the time for which callers hold their slots moves in a tick. A callee's backlog feeds back on what its callers
 * let through within milliseconds; taken over whole at each tick the two would swing from too much to too little.
 * Half is the largest step seen to settle on the shipped topologies.
 */
const HOLD_STEP = 0.5;

export type ResponseKernel = { readonly responses: Responses; readonly update: () => void };

/**
 * Composes moments and failures over the call graph, callees before callers. Calls one after another add up;
 * the longest of calls side by side is approximated by {@link foldLonger}.
 */
export function createResponseKernel(plan: FluidPlan, stations: Stations): ResponseKernel {
  const { environments } = stations;
  const matrix = (): Float64Array => new Float64Array(plan.nodes.length * environments);
  const responses: Responses = { meanMs: matrix(), variance: matrix(), third: matrix(), ok: matrix() };
  const row = (): Float64Array => new Float64Array(environments);
  const step: Step = { made: row(), meanMs: row(), variance: row(), third: row() };
  const holdNow = new Float64Array(stations.holdMs.length);
  const order = plan.nodes.map((_, node) => node).toReversed();
  return {
    responses,
    update() {
      holdNow.fill(0);
      for (const node of order) updateNode(plan.nodes[node]!, node, stations, responses, step, holdNow);
      const { holdMs } = stations;
      for (let k = 0; k < holdMs.length; k++) holdMs[k]! += HOLD_STEP * (holdNow[k]! - holdMs[k]!);
    },
  };
}

function updateNode(
  plan: NodePlan,
  node: number,
  stations: Stations,
  responses: Responses,
  step: Step,
  holdNow: Float64Array,
): void {
  const { environments, sojournMs, sojournVariance, sojournThird, dropShare } = stations;
  const { meanMs, variance, third, ok } = responses;
  const to = node * environments;
  const from = plan.service * environments;
  for (let e = 0; e < environments; e++) {
    meanMs[to + e] = sojournMs[from + e]!;
    variance[to + e] = sojournVariance[from + e]!;
    third[to + e] = sojournThird[from + e]!;
    ok[to + e] = (1 - dropShare[from + e]!) * (1 - plan.errorRate);
  }
  for (const calls of plan.steps) {
    if (calls.length === 1) addCall(calls[0]!, to, responses, stations);
    else addStep(calls, to, responses, step, stations);
  }
  if (plan.steps.length === 0) return;
  for (let e = 0; e < environments; e++) holdNow[from + e]! += plan.share * (meanMs[to + e]! - sojournMs[from + e]!);
}

/** Beyond 30 standard deviations the tail is below 1e-3 for any lognormal, mostly far below. */
function mayTimeOut(gapMs: number, variance: number): boolean {
  return gapMs <= 0 || gapMs * gapMs < 900 * variance;
}

const wait: RetryWait = { meanMs: 0, variance: 0, third: 0 };
const taken: Taken = { meanMs: 0, variance: 0, third: 0, ok: 1, moreTries: 0 };

/** A call as its caller meets it: repeated `times` times, each up to the timeout, tried again where it failed. */
function takeCall(call: CallPlan, at: number, responses: Responses): void {
  let mean = responses.meanMs[at]!;
  let variance = responses.variance[at]!;
  let third = responses.third[at]!;
  let good = responses.ok[at]!;
  if (mayTimeOut(call.timeoutMs - mean, variance)) {
    const late = latencyUpperTail(mean, variance, third, call.timeoutMs);
    good *= 1 - late;
    const before = variance;
    mean = late * call.timeoutMs + (1 - late) * Math.min(mean, call.timeoutMs);
    // Rounding may take the largest possible variance just below zero.
    variance = Math.max(0, Math.min(variance, mean * call.timeoutMs - mean * mean));
    // Cut off at the timeout the tail is the shorter, the more is cut.
    third *= before > 0 ? (1 - late) * (variance / before) ** 1.5 : 0;
  }
  let tries = call.times;
  taken.moreTries = 0;
  if (call.retries > 0) {
    const bad = 1 - good;
    const never = bad ** (1 + call.retries);
    // Expected tries of a truncated geometric series; each takes its time.
    const wanted = bad < 1 ? (1 - never) / good : 1 + call.retries;
    const most = 1 + call.retryBudget;
    const each = wanted < most ? wanted : most;
    taken.moreTries = each - 1;
    tries *= each;
    // Of the tries that a budget grants as many succeed as of all.
    good = wanted < most ? 1 - never : good * each;
    if (call.backoffMs > 0) writeRetryWait(wait, call, bad, wanted > 1 ? (each - 1) / (wanted - 1) : 0);
  }
  taken.meanMs = tries * mean;
  taken.variance = tries * variance;
  taken.third = tries * third;
  if (call.backoffMs > 0) addWait(call.times);
  taken.ok = call.times === 1 ? good : good ** call.times;
}

function addWait(times: number): void {
  taken.meanMs += times * wait.meanMs;
  taken.variance += times * wait.variance;
  taken.third += times * wait.third;
}

/** Third central moment of what is `mean`, `variance`, `third` with a probability and nothing otherwise. */
function thirdOf(probability: number, mean: number, variance: number, third: number): number {
  const rest = 1 - probability;
  return probability * (third + 3 * rest * mean * variance + rest * (1 - 2 * probability) * mean * mean * mean);
}

function addCall(call: CallPlan, to: number, responses: Responses, stations: Stations): void {
  const { environments, moreTries } = stations;
  const { meanMs, variance, third, ok } = responses;
  const { probability, timeoutMs } = call;
  const isPlain = call.times === 1 && call.retries === 0;
  const from = call.node * environments;
  for (let e = 0; e < environments; e++) {
    let mean = meanMs[from + e]!;
    let spread = variance[from + e]!;
    let skew = third[from + e]!;
    let good = ok[from + e]!;
    // The usual case in place: this is the twin's hottest loop.
    if (!isPlain || mayTimeOut(timeoutMs - mean, spread)) {
      takeCall(call, from + e, responses);
      mean = taken.meanMs;
      spread = taken.variance;
      skew = taken.third;
      good = taken.ok;
      if (call.retry >= 0) moreTries[call.retry * environments + e] = taken.moreTries;
    }
    meanMs[to + e]! += probability * mean;
    variance[to + e]! += probability * (spread + (1 - probability) * mean * mean);
    third[to + e]! += thirdOf(probability, mean, spread, skew);
    ok[to + e]! *= 1 - probability * (1 - good);
  }
}

function addStep(calls: readonly CallPlan[], to: number, responses: Responses, step: Step, stations: Stations): void {
  const { environments, moreTries } = stations;
  const { meanMs, variance, third, ok } = responses;
  for (const [place, call] of calls.entries()) {
    for (let e = 0; e < environments; e++) {
      takeCall(call, call.node * environments + e, responses);
      ok[to + e]! *= 1 - call.probability * (1 - taken.ok);
      if (call.retry >= 0) moreTries[call.retry * environments + e] = taken.moreTries;
      if (place > 0) foldLonger(step, e, call.probability);
      else startStep(step, e, call.probability);
    }
  }
  for (let e = 0; e < environments; e++) {
    const made = step.made[e]!;
    const mean = step.meanMs[e]!;
    const spread = step.variance[e]!;
    meanMs[to + e]! += made * mean;
    variance[to + e]! += made * (spread + (1 - made) * mean * mean);
    third[to + e]! += thirdOf(made, mean, spread, step.third[e]!);
  }
}

function startStep(step: Step, e: number, probability: number): void {
  step.made[e] = probability;
  step.meanMs[e] = taken.meanMs;
  step.variance[e] = taken.variance;
  step.third[e] = taken.third;
}

/**
 * The longer of what was folded so far and `taken`, each made or not by itself. Of two that are both made, with
 * d = m1 - m2: E|X - Y| is taken as sqrt(d² + (v1 + v2) / 2), which is exact for two equal exponentials and far apart;
 * then max = (X + Y + |X - Y|) / 2, and max² = (X² + Y² + |X² - Y²|) / 2 likewise. The skewness lies between the two,
 * and is a fifth less than theirs where they are equal, as of two exponentials.
 */
function foldLonger(step: Step, e: number, probability: number): void {
  const p1 = step.made[e]!;
  const m1 = step.meanMs[e]!;
  const v1 = step.variance[e]!;
  const t1 = step.third[e]!;
  const { meanMs: m2, variance: v2, third: t2 } = taken;
  const d = m1 - m2;
  const apart = Math.sqrt(d * d + 0.5 * (v1 + v2));
  const r = apart > 0 ? d / apart : 0;
  const bothMean = 0.5 * (m1 + m2 + apart);
  const square = bothSquare(m1, v1, m2, v2, apart, r);
  const bothVariance = Math.max(0, square - bothMean * bothMean);
  const skew = (0.5 * (1 + r) * skewness(v1, t1) + 0.5 * (1 - r) * skewness(v2, t2)) * (1 - 0.195 * (1 - r * r));
  const bothThird = skew * bothVariance * Math.sqrt(bothVariance);
  const both = p1 * probability;
  const made = p1 + probability - both;
  const mean = (both * bothMean + (p1 - both) * m1 + (probability - both) * m2) / made;
  // About the mean of all three: both made, one of them, the other.
  const a = bothMean - mean;
  const b = m1 - mean;
  const c = m2 - mean;
  const one = p1 - both;
  const two = probability - both;
  step.made[e] = made;
  step.meanMs[e] = mean;
  step.variance[e] = (both * (bothVariance + a * a) + one * (v1 + b * b) + two * (v2 + c * c)) / made;
  step.third[e] =
    (both * (bothThird + a * (3 * bothVariance + a * a)) +
      one * (t1 + b * (3 * v1 + b * b)) +
      two * (t2 + c * (3 * v2 + c * c))) /
    made;
}

/** Mean square of the longer of two. */
function bothSquare(m1: number, v1: number, m2: number, v2: number, apart: number, r: number): number {
  const first = v1 + m1 * m1;
  const second = v2 + m2 * m2;
  return 0.5 * (first + second + apart * (m1 + m2) + r * (v1 - v2) + 0.5 * (1 - r * r) * (v1 + v2));
}

function skewness(variance: number, third: number): number {
  return variance > 0 ? third / (variance * Math.sqrt(variance)) : 0;
}
