import { column, int, num } from "./command";
import { pow } from "./math";
import { PAIR, at, both, mul, put, sub } from "./simd";
import { upperTail } from "./tail";

/** A call as its caller meets it, as src/twin/fluid/take-call.ts: where its columns are, [environments]. */
export let takenMean: usize = 0;
export let takenVariance: usize = 0;
export let takenThird: usize = 0;
export let takenOk: usize = 0;
export let takenShare: usize = 0;
export let takenCalmMean: usize = 0;
export let takenCalmVariance: usize = 0;
export let takenCalmThird: usize = 0;

/** Columns of responses, and of calls that are taken, by their place in a directory. */
const COLUMNS: usize = 8;

/**
 * Slots of a command that begins with a call: directories of the responses, of what is taken and of tables of tails; the
 * row of the caller and of the callee, bytes; length of a row; where further tries go, 0 = nowhere; directory of the step.
 */
const RESPONSES = 1;
const TAKEN = 2;
const TABLES = 3;
export const TO: usize = 4;
const FROM = 5;
export const BYTES: usize = 6;
const MORE_TRIES = 7;
export const STEP: usize = 8;
export const PROBABILITY: usize = 9;
const TIMES = 10;
const TIMEOUT_MS = 11;
const RETRIES = 12;
const BACKOFF_MS = 13;
const RETRY_BUDGET = 14;

/** Address of the caller's row in a column of the responses. */
export function ownRow(command: usize, place: usize): usize {
  return column(int(command, RESPONSES), place) + int(command, TO);
}

function isPlain(command: usize): bool {
  return num(command, TIMES) == 1 && num(command, RETRIES) == 0;
}

function mayTimeOut(gapMs: f64, variance: f64): bool {
  return gapMs <= 0 || gapMs * gapMs < 900 * variance;
}

function mayAnyTimeOut(command: usize): bool {
  const timeout = both(num(command, TIMEOUT_MS));
  const far = both(900);
  let may = i64x2(0, 0);
  const end = takenMean + int(command, BYTES);
  for (let m = takenMean, v = takenVariance; m < end; m += PAIR, v += PAIR) {
    const gap = sub(timeout, at(m));
    may = v128.or(may, v128.or(f64x2.le(gap, both(0)), f64x2.lt(mul(gap, gap), mul(far, at(v)))));
  }
  return v128.any_true(may);
}

/** Takes a call; true where it is made once, for good, and cannot time out. */
export function take(command: usize): bool {
  point(int(command, RESPONSES), int(command, FROM));
  const isSure = isPlain(command) && !mayAnyTimeOut(command);
  if (isSure) return true;
  copy(command);
  const bytes = int(command, BYTES);
  const once = isPlain(command);
  const timeoutMs = num(command, TIMEOUT_MS);
  for (let i: usize = 0; i < bytes; i += 8) {
    if (!once || mayTimeOut(timeoutMs - load<f64>(takenMean + i), load<f64>(takenVariance + i))) again(command, i);
  }
  return false;
}

function point(directory: usize, row: usize): void {
  takenMean = column(directory, 0) + row;
  takenVariance = column(directory, 1) + row;
  takenThird = column(directory, 2) + row;
  takenOk = column(directory, 3) + row;
  takenShare = column(directory, 4) + row;
  takenCalmMean = column(directory, 5) + row;
  takenCalmVariance = column(directory, 6) + row;
  takenCalmThird = column(directory, 7) + row;
}

function copy(command: usize): void {
  const responses = int(command, RESPONSES);
  const taken = int(command, TAKEN);
  const row = int(command, FROM);
  for (let i: usize = 0; i < COLUMNS; i++)
    memory.copy(column(taken, i), column(responses, i) + row, int(command, BYTES));
  point(taken, 0);
}

function scale(address: usize, factor: f64): void {
  store<f64>(address, load<f64>(address) * factor);
}

function addTo(address: usize, more: f64): void {
  store<f64>(address, load<f64>(address) + more);
}

function again(command: usize, i: usize): void {
  const times = num(command, TIMES);
  const timeoutMs = num(command, TIMEOUT_MS);
  const retries = num(command, RETRIES);
  if (mayTimeOut(timeoutMs - load<f64>(takenMean + i), load<f64>(takenVariance + i))) cutOff(command, i);
  const good = load<f64>(takenOk + i);
  const share = load<f64>(takenShare + i);
  store<f64>(takenShare + i, power(retries > 0 ? share * good : share, times));
  scale(takenCalmMean + i, times);
  scale(takenCalmVariance + i, times);
  scale(takenCalmThird + i, times);
  const wanted = triesWanted(command, good);
  const each = retries > 0 ? min(wanted, 1 + num(command, RETRY_BUDGET)) : 1;
  const tries = times * each;
  const moreTries = int(command, MORE_TRIES);
  if (moreTries != 0) store<f64>(moreTries + i, each - 1);
  scale(takenMean + i, tries);
  scale(takenVariance + i, tries);
  scale(takenThird + i, tries);
  if (num(command, BACKOFF_MS) > 0) addWait(command, i, 1 - good, wanted > 1 ? (each - 1) / (wanted - 1) : 0);
  const granted = each < wanted ? good * each : 1 - neverOf(command, good);
  store<f64>(takenOk + i, power(retries > 0 ? granted : good, times));
}

/** x to the n-th. */
function power(x: f64, n: f64): f64 {
  let product = x;
  for (let i: f64 = 1; i < n; i++) product *= x;
  return product;
}

function neverOf(command: usize, good: f64): f64 {
  return power(1 - good, 1 + num(command, RETRIES));
}

function triesWanted(command: usize, good: f64): f64 {
  return good > 0 ? (1 - neverOf(command, good)) / good : 1 + num(command, RETRIES);
}

function cutOff(command: usize, i: usize): void {
  const timeoutMs = num(command, TIMEOUT_MS);
  const own = load<f64>(takenMean + i);
  const before = load<f64>(takenVariance + i);
  const third = load<f64>(takenThird + i);
  const tails = upperTail(int(command, TABLES), both(own), both(before), both(third), both(timeoutMs));
  const late = f64x2.extract_lane(tails, 0);
  scale(takenOk + i, 1 - late);
  const mean = late * timeoutMs + (1 - late) * min(own, timeoutMs);
  store<f64>(takenMean + i, mean);
  const variance = max<f64>(0, min<f64>(before, mean * timeoutMs - mean * mean));
  store<f64>(takenVariance + i, variance);
  scale(takenThird + i, before > 0 ? (1 - late) * pow(variance / before, 1.5) : 0);
  if (load<f64>(takenCalmMean + i) > timeoutMs) store<f64>(takenCalmMean + i, timeoutMs);
}

const LONGEST_WAIT_MS = 10_000.0;
const MEAN_SHARE = 0.75;

/** As src/twin/fluid/retry-wait.ts. */
function addWait(command: usize, i: usize, bad: f64, allowed: f64): void {
  const retries = num(command, RETRIES);
  const times = num(command, TIMES);
  let first: f64 = 0;
  let second: f64 = 0;
  let cubed: f64 = 0;
  let waitedMs: f64 = 0;
  let reached = allowed;
  for (let k: f64 = 1; k <= retries; k++) {
    reached *= bad;
    waitedMs += MEAN_SHARE * min(LONGEST_WAIT_MS, num(command, BACKOFF_MS) * pow(2, k - 1));
    const last = k == retries ? reached : reached * (1 - bad);
    first += last * waitedMs;
    second += last * waitedMs * waitedMs;
    cubed += last * waitedMs * waitedMs * waitedMs;
  }
  addTo(takenMean + i, times * first);
  addTo(takenVariance + i, times * max<f64>(0, second - first * first));
  addTo(takenThird + i, times * (cubed - 3 * first * second + 2 * first * first * first));
}
