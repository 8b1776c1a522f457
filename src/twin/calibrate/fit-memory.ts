import { leastSquares } from "./least-squares.ts";
import { type AgedSample, agedSamples } from "./pod-ages.ts";
import type { Recording } from "./recording.ts";

/** What replicas take, as a recording tells it; MiB. */
export type MemoryFit = {
  /** Of a replica that has just started. */
  readonly baseMiB: number;
  readonly perRequestMiB: number;
  /** For good, of each request that was answered. */
  readonly retainedMiB: number;
};

const FEWEST_SAMPLES = 20;

/**
 * Memory of a replica = base + so much for each request inside + so much for each that it answered. Replicas that were
 * there before the recording have answered an unknown number: what that left behind is a fourth unknown. Undefined
 * where nobody looks at memory, and where no replica started: then base and what was left behind are one.
 */
export function fitMemory(recording: Recording, index: number): MemoryFit | undefined {
  const samples = agedSamples(recording, index).filter(
    ({ readings, known, strangers }) => readings.memoryMiB[index]! > 0 && known.length + strangers > 0,
  );
  if (samples.length < FEWEST_SAMPLES || samples.every(({ known }) => known.length === 0)) return undefined;
  const hasStrangers = samples.some(({ strangers }) => strangers > 0);
  const rows = samples.map((sample) => rowOf(sample, index, hasStrangers));
  const found = leastSquares(
    rows,
    samples.map(({ readings }) => readings.memoryMiB[index]!),
  );
  if (found === undefined) return undefined;
  const [baseMiB, perRequestMiB, retainedMiB] = found;
  return { baseMiB: baseMiB!, perRequestMiB: perRequestMiB!, retainedMiB: retainedMiB! };
}

function rowOf(
  { readings, known, strangers, strangerServed }: AgedSample,
  index: number,
  hasStrangers: boolean,
): readonly number[] {
  const ready = known.length + strangers;
  const served = known.reduce((sum, pod) => sum + pod.served, strangers * strangerServed) / ready;
  const row = [1, readings.queued[index]! / ready, served];
  return hasStrangers ? [...row, strangers / ready] : row;
}
