import { lognormalUpperTail } from "./normal-tail.ts";
import type { CallPlan, FluidPlan, NodePlan } from "./plan.ts";
import type { Stations } from "./stations.ts";

/** What a request to each endpoint meets, its calls included. Matrices are [nodes][environments]. */
export type Responses = {
  readonly meanMs: Float64Array;
  readonly variance: Float64Array;
  /** Probability that it is answered well, [0, 1]. */
  readonly ok: Float64Array;
};

/** The calls of one step side by side, as folded so far: [environments]. */
type Step = {
  /** Probability that any call is made. */
  readonly made: Float64Array;
  /** Of those made, the longest: mean and variance. */
  readonly meanMs: Float64Array;
  readonly variance: Float64Array;
};

/** One call in one environment: what the caller waits for, given that it calls. Written by `takeCall`. */
type Taken = { meanMs: number; variance: number; ok: number };

/**
 * How far the time for which callers hold their slots moves in a tick. A callee's backlog feeds back on what its callers
 * let through within milliseconds; taken over whole at each tick the two would swing from too much to too little.
 * Half is the largest step seen to settle on the shipped topologies.
 */
const HOLD_STEP = 0.5;

export type ResponseKernel = { readonly responses: Responses; readonly update: () => void };

/**
 * Composes means, variances and failures over the call graph, callees before callers. Calls one after another add up;
 * the longest of calls side by side is approximated by {@link foldLonger}.
 */
export function createResponseKernel(plan: FluidPlan, stations: Stations): ResponseKernel {
  const { environments } = stations;
  const matrix = (): Float64Array => new Float64Array(plan.nodes.length * environments);
  const responses: Responses = { meanMs: matrix(), variance: matrix(), ok: matrix() };
  const row = (): Float64Array => new Float64Array(environments);
  const step: Step = { made: row(), meanMs: row(), variance: row() };
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
  const { environments, sojournMs, sojournVariance, dropShare } = stations;
  const { meanMs, variance, ok } = responses;
  const to = node * environments;
  const from = plan.service * environments;
  for (let e = 0; e < environments; e++) {
    meanMs[to + e] = sojournMs[from + e]!;
    variance[to + e] = sojournVariance[from + e]!;
    ok[to + e] = (1 - dropShare[from + e]!) * (1 - plan.errorRate);
  }
  for (const calls of plan.steps) {
    if (calls.length === 1) addCall(calls[0]!, to, responses, environments);
    else addStep(calls, to, responses, step, environments);
  }
  if (plan.steps.length === 0) return;
  for (let e = 0; e < environments; e++) holdNow[from + e]! += plan.share * (meanMs[to + e]! - sojournMs[from + e]!);
}

/** Beyond 30 standard deviations the tail is below 1e-3 for any lognormal, mostly far below. */
function mayTimeOut(gapMs: number, variance: number): boolean {
  return gapMs <= 0 || gapMs * gapMs < 900 * variance;
}

const taken: Taken = { meanMs: 0, variance: 0, ok: 1 };

/** A call as its caller meets it: repeated `times` times, each up to the timeout, tried again where it failed. */
function takeCall(call: CallPlan, at: number, responses: Responses): void {
  let mean = responses.meanMs[at]!;
  let variance = responses.variance[at]!;
  let good = responses.ok[at]!;
  if (mayTimeOut(call.timeoutMs - mean, variance)) {
    const late = lognormalUpperTail(mean, variance, call.timeoutMs);
    good *= 1 - late;
    mean = late * call.timeoutMs + (1 - late) * Math.min(mean, call.timeoutMs);
    // Rounding may take the largest possible variance just below zero.
    variance = Math.max(0, Math.min(variance, mean * call.timeoutMs - mean * mean));
  }
  if (call.retries > 0) good = 1 - (1 - good) ** (1 + call.retries);
  taken.meanMs = call.times * mean;
  taken.variance = call.times * variance;
  taken.ok = call.times === 1 ? good : good ** call.times;
}

function addCall(call: CallPlan, to: number, responses: Responses, environments: number): void {
  const { meanMs, variance, ok } = responses;
  const { probability, timeoutMs } = call;
  const isPlain = call.times === 1 && call.retries === 0;
  const from = call.node * environments;
  for (let e = 0; e < environments; e++) {
    let mean = meanMs[from + e]!;
    let spread = variance[from + e]!;
    let good = ok[from + e]!;
    // The usual case in place: this is the twin's hottest loop.
    if (!isPlain || mayTimeOut(timeoutMs - mean, spread)) {
      takeCall(call, from + e, responses);
      mean = taken.meanMs;
      spread = taken.variance;
      good = taken.ok;
    }
    meanMs[to + e]! += probability * mean;
    variance[to + e]! += probability * (spread + (1 - probability) * mean * mean);
    ok[to + e]! *= 1 - probability * (1 - good);
  }
}

function addStep(calls: readonly CallPlan[], to: number, responses: Responses, step: Step, environments: number): void {
  const { meanMs, variance, ok } = responses;
  for (const [place, call] of calls.entries()) {
    for (let e = 0; e < environments; e++) {
      takeCall(call, call.node * environments + e, responses);
      ok[to + e]! *= 1 - call.probability * (1 - taken.ok);
      if (place > 0) foldLonger(step, e, call.probability);
      else startStep(step, e, call.probability);
    }
  }
  for (let e = 0; e < environments; e++) {
    const made = step.made[e]!;
    const mean = step.meanMs[e]!;
    meanMs[to + e]! += made * mean;
    variance[to + e]! += made * (step.variance[e]! + (1 - made) * mean * mean);
  }
}

function startStep(step: Step, e: number, probability: number): void {
  step.made[e] = probability;
  step.meanMs[e] = taken.meanMs;
  step.variance[e] = taken.variance;
}

/**
 * The longer of what was folded so far and `taken`, each made or not by itself. Of two that are both made, with
 * d = m1 - m2: E|X - Y| is taken as sqrt(d² + (v1 + v2) / 2), which is exact for two equal exponentials and far apart;
 * then max = (X + Y + |X - Y|) / 2, and max² = (X² + Y² + |X² - Y²|) / 2 likewise.
 */
function foldLonger(step: Step, e: number, probability: number): void {
  const p1 = step.made[e]!;
  const m1 = step.meanMs[e]!;
  const v1 = step.variance[e]!;
  const { meanMs: m2, variance: v2 } = taken;
  const d = m1 - m2;
  const apart = Math.sqrt(d * d + 0.5 * (v1 + v2));
  const r = apart > 0 ? d / apart : 0;
  const first = v1 + m1 * m1;
  const second = v2 + m2 * m2;
  const bothMean = 0.5 * (m1 + m2 + apart);
  const bothSquare = 0.5 * (first + second + apart * (m1 + m2) + r * (v1 - v2) + 0.5 * (1 - r * r) * (v1 + v2));
  const both = p1 * probability;
  const made = p1 + probability - both;
  const mean = (both * bothMean + (p1 - both) * m1 + (probability - both) * m2) / made;
  const square = (both * bothSquare + (p1 - both) * first + (probability - both) * second) / made;
  step.made[e] = made;
  step.meanMs[e] = mean;
  step.variance[e] = Math.max(0, square - mean * mean);
}
