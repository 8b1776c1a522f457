import type { Timing } from "../../control/loop/timing.ts";
import type { Readings } from "../../control/readings/readings.ts";
import type { Recording } from "../calibrate/recording.ts";
import { isKnown, stateOf } from "./state.ts";

/** A piece of a recording without a gap, that is learned from as a whole or held out as a whole. */
export type Block = {
  readonly isHeldOut: boolean;
  /** Those of the block, and before them some that let a twin find into it. Oldest first. */
  readonly readings: readonly Readings[];
  /** Of each reading; undefined where something was not known. */
  readonly states: readonly (Float64Array | undefined)[];
  /** First reading of the block itself. */
  readonly bodyAt: number;
};

/** Control steps of a block: a held-out one lets rollouts of 20 start at many steps. */
const BLOCK_STEPS = 40;
/** Each fourth is held out. */
const HELD_OUT_EVERY = 4;
const HELD_OUT_FIRST = 2;
/** Left out at both ends of a held-out block: windows of metrics reach over the border. */
const MARGIN_STEPS = 2;
/** Before a block, for twins to fill their queues and metrics. */
const LEAD_STEPS = 8;

/** Control steps from which on something is held out. */
export const FEWEST_STEPS: number = (HELD_OUT_FIRST + 1) * BLOCK_STEPS;

/** Cuts a recording wherever nothing was seen for more than a control step, and then into blocks. */
export function blocksOf({ readings }: Recording, { syncPeriodMs }: Timing): readonly Block[] {
  const blocks: Block[] = [];
  let whole = 0;
  for (const stretch of stretchesOf(readings, syncPeriodMs)) {
    const startMs = stretch[0]!.atMs;
    const lengthMs = stretch.at(-1)!.atMs - startMs;
    for (let from = 0; from < lengthMs / syncPeriodMs; from += BLOCK_STEPS) {
      const isWhole = (from + BLOCK_STEPS - 0.5) * syncPeriodMs <= lengthMs;
      const isHeldOut = isWhole && whole % HELD_OUT_EVERY === HELD_OUT_FIRST;
      if (isWhole) whole++;
      const margin = isHeldOut ? MARGIN_STEPS : 0;
      const bodyMs = startMs + (from + margin) * syncPeriodMs;
      const untilMs = startMs + (from + BLOCK_STEPS - margin) * syncPeriodMs;
      blocks.push(blockOf(stretch, isHeldOut, { bodyMs, untilMs, leadMs: LEAD_STEPS * syncPeriodMs }));
    }
  }
  return blocks;
}

function stretchesOf(readings: readonly Readings[], syncPeriodMs: number): readonly (readonly Readings[])[] {
  const stretches: Readings[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const one of readings) {
    if (one.atMs - lastMs > 1.25 * syncPeriodMs) stretches.push([]);
    if (one.atMs > lastMs) stretches.at(-1)!.push(one);
    lastMs = one.atMs;
  }
  return stretches;
}

type Span = { readonly bodyMs: number; readonly untilMs: number; readonly leadMs: number };

function blockOf(stretch: readonly Readings[], isHeldOut: boolean, { bodyMs, untilMs, leadMs }: Span): Block {
  const readings = stretch.filter(({ atMs }) => atMs >= bodyMs - leadMs && atMs < untilMs);
  const states = readings.map((one) => {
    const state = stateOf(one);
    return isKnown(state) ? state : undefined;
  });
  return { isHeldOut, readings, states, bodyAt: readings.findIndex(({ atMs }) => atMs >= bodyMs) };
}

/** The recording without what is held out: what a twin may be calibrated from, to be compared with the learned ones. */
export function withoutHeldOut(recording: Recording, blocks: readonly Block[]): Recording {
  const held = new Set(blocks.flatMap((one) => (one.isHeldOut ? one.readings.slice(one.bodyAt) : [])));
  return { ...recording, readings: recording.readings.filter((one) => !held.has(one)) };
}

/**
 * Readings of the block's body one control step apart, as indices. Where it was looked more often than once a step
 * there are as many chains as looks; a chain ends where a look is missing or a state is not known.
 */
export function chainsOf(block: Block, syncPeriodMs: number): readonly (readonly number[])[] {
  const { readings, bodyAt } = block;
  const body = readings.length - bodyAt;
  if (bodyAt < 0 || body < 2) return [];
  const everyMs = (readings.at(-1)!.atMs - readings[bodyAt]!.atMs) / (body - 1);
  const phases = Math.max(1, Math.min(MOST_PHASES, Math.round(syncPeriodMs / everyMs)));
  return Array.from({ length: phases }, (_, phase) =>
    chainsFrom(block, readings[bodyAt]!.atMs + (phase * syncPeriodMs) / phases, syncPeriodMs),
  ).flat();
}

const MOST_PHASES = 4;

function chainsFrom({ readings, states, bodyAt }: Block, startMs: number, everyMs: number): readonly number[][] {
  const chains: number[][] = [[]];
  let at = bodyAt;
  for (let dueMs = startMs; dueMs <= readings.at(-1)!.atMs + everyMs / 4; dueMs += everyMs) {
    while (at + 1 < readings.length && isNearer(readings[at + 1]!.atMs, readings[at]!.atMs, dueMs)) at++;
    const isThere = Math.abs(readings[at]!.atMs - dueMs) <= everyMs / 4 && states[at] !== undefined;
    if (isThere) chains.at(-1)!.push(at);
    else chains.push([]);
  }
  return chains.filter(({ length }) => length > 1);
}

function isNearer(oneMs: number, otherMs: number, dueMs: number): boolean {
  return Math.abs(oneMs - dueMs) < Math.abs(otherMs - dueMs);
}
