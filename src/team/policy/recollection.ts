import type { Kernels, Vector } from "../../nn/kernels.ts";
import type { MlpScratch } from "../../nn/mlp.ts";
import { memoryWidth, type Network } from "../../nn/network.ts";

/** What a network remembers of each row while it is played. Nothing happens here where it remembers nothing. */
export type Recollection = {
  /** Before the present observation: [rows][width]. */
  readonly before: Vector;
  /** Gives the network what it remembers of these rows; right before its forward pass. */
  recall(scratch: MlpScratch, first: number, count: number): void;
  /** Takes what it then remembers; right after the pass. */
  take(scratch: MlpScratch, first: number, count: number): void;
  /** Another observation comes: what was taken is what is remembered. */
  advance(): void;
  /** New episodes begin where this is 1: [environments], of which rows are [agents][environments]; in all when left out. */
  forget(ended?: Uint8Array): void;
};

export function createRecollection(kernels: Kernels, network: Network, rows: number): Recollection {
  const width = memoryWidth(network);
  const before = kernels.vector(rows * width);
  const after = kernels.vector(rows * width);
  return {
    before,
    recall({ memory }, first, count) {
      memory?.before.set(before.subarray(first * width, (first + count) * width));
    },
    take(scratch, first, count) {
      if (scratch.after !== undefined) after.set(scratch.after.subarray(0, count * width), first * width);
    },
    advance: () => before.set(after),
    forget(ended) {
      if (width === 0) return;
      for (let row = 0; row < rows; row++)
        if (ended === undefined || ended[row % ended.length] === 1) before.fill(0, row * width, (row + 1) * width);
    },
  };
}
