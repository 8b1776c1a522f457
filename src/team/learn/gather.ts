import type { Vector } from "../../nn/kernels.ts";
import type { Batch, Block } from "./ppo-gradient.ts";

/** Numbers of one sample. */
export type SampleWidths = {
  /** Of its observation. */
  readonly seen: number;
  /** What the critic is shown of that: all, or 0. */
  readonly own: number;
  /** What the critic sees beside. */
  readonly beside: number;
};

/** What both networks are shown: [rows][seen] and [rows][own + beside]. */
export type Inputs = { readonly actor: Vector; readonly critic: Vector };

/** Copies a block's samples, which lie anywhere in the batch, to the inputs of both networks. */
export function createGather(
  { observations, privileged }: Pick<Batch, "observations" | "privileged">,
  { seen, own, beside }: SampleWidths,
  { actor, critic }: Inputs,
): (block: Block) => void {
  const width = own + beside;
  // Nobody reads it; but without it engines might leave out what fills it.
  const touched = new Float64Array(1);
  return (block) => {
    touched[0] = touch(observations, seen, block) + touch(privileged, beside, block);
    const { samples, rows } = block;
    for (let row = 0; row < rows; row++) {
      const sample = samples[row]!;
      const from = sample * seen;
      if (own === 0) copy(observations, from, seen, actor, row * seen);
      else copyToBoth(observations, from, seen, actor, row * seen, critic, row * width);
      copy(privileged, sample * beside, beside, critic, row * width + own);
    }
  };
}

function copy(column: Float32Array, from: number, count: number, to: Vector, at: number): void {
  for (let k = 0; k < count; k++) to[at + k] = column[from + k]!;
}

function copyToBoth(
  column: Float32Array,
  from: number,
  count: number,
  to: Vector,
  at: number,
  other: Vector,
  otherAt: number,
): void {
  for (let k = 0; k < count; k++) {
    const number = column[from + k]!;
    to[at + k] = number;
    other[otherAt + k] = number;
  }
}

/** Numbers in a cache line. */
const LINE = 16;

/** Asks for all lines of a block's rows at once: while it copies one row, a processor looks no further than the next. */
function touch(column: Float32Array, width: number, { samples, rows }: Block): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const from = samples[row]! * width;
    for (let k = 0; k < width; k += LINE) sum += column[from + k]!;
    if (width > 0) sum += column[from + width - 1]!;
  }
  return sum;
}

/** Numbers of a column at the block's samples, one after another; all are asked for at once here too. */
export function take(column: Float64Array, { samples, rows }: Block, out: Float64Array): void {
  for (let row = 0; row < rows; row++) out[row] = column[samples[row]!]!;
}
