import { column, int, num } from "./command";
import { repeat } from "./repeat";

/** A call as its caller meets it, as src/twin/fluid/take-call.ts: where its rows are. */
export let takenMean: usize = 0;
export let takenVariance: usize = 0;
export let takenThird: usize = 0;
export let takenOk: usize = 0;
export let takenShare: usize = 0;
export let takenCalmMean: usize = 0;
export let takenCalmVariance: usize = 0;
export let takenCalmThird: usize = 0;

/**
 * Slots of a command that begins with a call: directory of the caller's rows; which directory counts for the callee, as
 * `cut` writes it; directory of rows to work in; length of a row; where further tries go, 0 = nowhere; directories of
 * steps; then numbers: probability, times, retries, back-off, ms, and most further tries.
 */
const TO: usize = 1;
const FROM: usize = 2;
const WORK: usize = 3;
export const BYTES: usize = 4;
export const MORE_TRIES: usize = 5;
/** Calls side by side so far, and where they go with this one. */
export const STEP: usize = 6;
export const INTO: usize = 7;
export const PROBABILITY: usize = 8;
export const TIMES: usize = 9;
export const RETRIES: usize = 10;
export const BACKOFF_MS: usize = 11;
export const RETRY_BUDGET: usize = 12;

/** The caller's row. */
export function ownRow(command: usize, place: usize): usize {
  return column(int(command, TO), place);
}

/** Takes a call; true where it is made once, for good, and nobody's times out. */
export function take(command: usize): bool {
  const chosen = int(command, FROM);
  const from = <usize>load<u32>(chosen);
  if (num(command, TIMES) == 1 && num(command, RETRIES) == 0) {
    point(from);
    return load<u32>(chosen, 4) == 0;
  }
  repeat(command, from, int(command, WORK));
  point(int(command, WORK));
  return false;
}

function point(rows: usize): void {
  takenMean = column(rows, 0);
  takenVariance = column(rows, 1);
  takenThird = column(rows, 2);
  takenOk = column(rows, 3);
  takenShare = column(rows, 4);
  takenCalmMean = column(rows, 5);
  takenCalmVariance = column(rows, 6);
  takenCalmThird = column(rows, 7);
}
