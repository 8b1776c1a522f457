import { type HumpColumns, createHumpColumns } from "./hump-columns.ts";
import { latencyUpperTail } from "./latency-tail.ts";
import type { CallPlan } from "./plan.ts";
import type { Responses } from "./responses.ts";
import { type RetryWait, writeRetryWait } from "./retry-wait.ts";

const wait: RetryWait = { meanMs: 0, variance: 0, third: 0 };

/** One call: what the caller waits for, given that it calls. Columns are [environments]. */
export type Taken = {
  readonly all: HumpColumns;
  /** Probability that nothing delays it, a try that fails and is made again neither; what it takes then. */
  readonly calmShare: Float64Array;
  readonly calm: HumpColumns;
  readonly ok: Float64Array;
  /** Tries beyond the first of each. */
  readonly moreTries: Float64Array;
};

export function createTaken(environments: number): Taken {
  return {
    all: createHumpColumns(environments),
    calmShare: new Float64Array(environments),
    calm: createHumpColumns(environments),
    ok: new Float64Array(environments),
    moreTries: new Float64Array(environments),
  };
}

/** The usual call: once, and for good. */
export function isPlain({ times, retries }: CallPlan): boolean {
  return times === 1 && retries === 0;
}

/** Beyond 30 standard deviations the tail is below 1e-3 for any lognormal, mostly far below. */
export function mayTimeOut(gapMs: number, variance: number): boolean {
  return gapMs <= 0 || gapMs * gapMs < 900 * variance;
}

/** A call as its caller meets it: repeated `times` times, each up to the timeout, tried again where it failed. */
export function takeCalls(call: CallPlan, from: Responses, taken: Taken): void {
  const environments = taken.ok.length;
  const first = call.node * environments;
  takeOnce(first, from, taken);
  for (let e = 0, at = first; e < environments; e++, at++)
    if (!isPlain(call) || mayTimeOut(call.timeoutMs - from.meanMs[at]!, from.variance[at]!)) again(call, e, taken);
}

function takeOnce(first: number, { meanMs, variance, third, ok, calm }: Responses, taken: Taken): void {
  const { all, calm: own, calmShare } = taken;
  for (let e = 0, at = first; e < calmShare.length; e++, at++) {
    all.meanMs[e] = meanMs[at]!;
    all.variance[e] = variance[at]!;
    all.third[e] = third[at]!;
    taken.ok[e] = ok[at]!;
  }
  for (let e = 0, at = first; e < calmShare.length; e++, at++) {
    calmShare[e] = calm.share[at]!;
    own.meanMs[e] = calm.meanMs[at]!;
    own.variance[e] = calm.variance[at]!;
    own.third[e] = calm.third[at]!;
  }
}

/** Makes of a call that was taken once what it is with its timeout, its tries and its repetitions. */
function again(call: CallPlan, e: number, taken: Taken): void {
  const { times, timeoutMs, retries, backoffMs } = call;
  const { all, ok } = taken;
  if (mayTimeOut(timeoutMs - all.meanMs[e]!, all.variance[e]!)) cutOff(timeoutMs, e, taken);
  const good = ok[e]!;
  takeCalm(call, e, good, taken);
  const each = retries > 0 ? triesOf(call, good) : 1;
  const tries = times * each;
  taken.moreTries[e] = each - 1;
  all.meanMs[e]! *= tries;
  all.variance[e]! *= tries;
  all.third[e]! *= tries;
  if (backoffMs > 0) addWait(call, good, each, e, taken);
  const better = retries > 0 ? goodOf(call, good, each) : good;
  ok[e] = power(better, times);
}

/** x to the n-th: few calls are made more than a few times, and `**` is slow. */
function power(x: number, n: number): number {
  let product = x;
  for (let i = 1; i < n; i++) product *= x;
  return product;
}

/** Nobody waits beyond the timeout. */
function cutOff(timeoutMs: number, e: number, { all, calm, ok }: Taken): void {
  const before = all.variance[e]!;
  const late = latencyUpperTail(all.meanMs[e]!, before, all.third[e]!, timeoutMs);
  ok[e]! *= 1 - late;
  const mean = late * timeoutMs + (1 - late) * Math.min(all.meanMs[e]!, timeoutMs);
  all.meanMs[e] = mean;
  // Rounding may take the largest possible variance just below zero.
  const variance = Math.max(0, Math.min(before, mean * timeoutMs - mean * mean));
  all.variance[e] = variance;
  // Cut off at the timeout the tail is the shorter, the more is cut.
  all.third[e]! *= before > 0 ? (1 - late) * (variance / before) ** 1.5 : 0;
  if (calm.meanMs[e]! > timeoutMs) calm.meanMs[e] = timeoutMs;
}

/** A try that fails and is made again is a delay as any. @param good  probability that a try succeeds */
function takeCalm({ times, retries }: CallPlan, e: number, good: number, { calm, calmShare }: Taken): void {
  const once = retries > 0 ? calmShare[e]! * good : calmShare[e]!;
  calmShare[e] = power(once, times);
  calm.meanMs[e]! *= times;
  calm.variance[e]! *= times;
  calm.third[e]! *= times;
}

/** Probability that all tries fail. */
function neverOf({ retries }: CallPlan, good: number): number {
  return power(1 - good, 1 + retries);
}

/** Tries without a budget: the sum of a truncated geometric series. */
function triesWanted(call: CallPlan, good: number): number {
  return good > 0 ? (1 - neverOf(call, good)) / good : 1 + call.retries;
}

function triesOf(call: CallPlan, good: number): number {
  return Math.min(triesWanted(call, good), 1 + call.retryBudget);
}

/** Of the tries that a budget grants as many succeed as of all. */
function goodOf(call: CallPlan, good: number, each: number): number {
  return each < triesWanted(call, good) ? good * each : 1 - neverOf(call, good);
}

function addWait(call: CallPlan, good: number, each: number, e: number, { all }: Taken): void {
  const wanted = triesWanted(call, good);
  writeRetryWait(wait, call, 1 - good, wanted > 1 ? (each - 1) / (wanted - 1) : 0);
  all.meanMs[e]! += call.times * wait.meanMs;
  all.variance[e]! += call.times * wait.variance;
  all.third[e]! += call.times * wait.third;
}
