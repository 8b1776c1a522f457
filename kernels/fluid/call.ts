import { int, num } from "./command";
import { thirdOf, varianceOf } from "./humps";
import { PAIR, add, at, both, div, mul, orZero, put, sub } from "./simd";
import {
  BYTES,
  PROBABILITY,
  ownRow,
  take,
  takenCalmMean,
  takenCalmThird,
  takenCalmVariance,
  takenMean,
  takenOk,
  takenShare,
  takenThird,
  takenVariance,
} from "./taken";

/** Adds a call that is made by itself, one after another. */
export function addCall(command: usize): void {
  if (take(command) && num(command, PROBABILITY) == 1) addSure(command);
  else addTaken(command);
}

function addRow(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += PAIR) put(to + i, add(at(to + i), at(from + i)));
}

function mulRow(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += PAIR) put(to + i, mul(at(to + i), at(from + i)));
}

function addSure(command: usize): void {
  const bytes = int(command, BYTES);
  addRow(ownRow(command, 0), takenMean, bytes);
  addRow(ownRow(command, 1), takenVariance, bytes);
  addRow(ownRow(command, 2), takenThird, bytes);
  mulRow(ownRow(command, 3), takenOk, bytes);
  mulRow(ownRow(command, 4), takenShare, bytes);
  addRow(ownRow(command, 5), takenCalmMean, bytes);
  addRow(ownRow(command, 6), takenCalmVariance, bytes);
  addRow(ownRow(command, 7), takenCalmThird, bytes);
}

function addTaken(command: usize): void {
  const bytes = int(command, BYTES);
  const p = both(num(command, PROBABILITY));
  const one = both(1);
  const mean = ownRow(command, 0);
  const variance = ownRow(command, 1);
  const third = ownRow(command, 2);
  const ok = ownRow(command, 3);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const m = at(takenMean + i);
    const v = at(takenVariance + i);
    put(mean + i, add(at(mean + i), mul(p, m)));
    put(variance + i, add(at(variance + i), varianceOf(p, m, v)));
    put(third + i, add(at(third + i), thirdOf(p, m, v, at(takenThird + i))));
    put(ok + i, mul(at(ok + i), sub(one, mul(p, sub(one, at(takenOk + i))))));
  }
  addCalm(command);
}

function addCalm(command: usize): void {
  const bytes = int(command, BYTES);
  const p = both(num(command, PROBABILITY));
  const rest = both(1 - num(command, PROBABILITY));
  const share = ownRow(command, 4);
  const mean = ownRow(command, 5);
  const variance = ownRow(command, 6);
  const third = ownRow(command, 7);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const calling = mul(p, at(takenShare + i));
    const way = add(rest, calling);
    const made = orZero(f64x2.gt(way, both(0)), div(calling, way));
    const m = at(takenCalmMean + i);
    const v = at(takenCalmVariance + i);
    put(share + i, mul(at(share + i), way));
    put(mean + i, add(at(mean + i), mul(made, m)));
    put(variance + i, add(at(variance + i), varianceOf(made, m, v)));
    put(third + i, add(at(third + i), thirdOf(made, m, v, at(takenCalmThird + i))));
  }
}
