/** How a cluster comes and goes, and who is told when it did not go. */
export type TruthCluster = {
  readonly up: () => Promise<unknown>;
  readonly down: () => Promise<unknown>;
  /** It may still be there. */
  readonly onLeft: (error: unknown) => void;
};

/**
 * Does the work on a cluster of its own, and takes it down whatever comes: half up too. One that does not go neither
 * costs what was measured nor hides why nothing was.
 */
export async function onTruthCluster<T>({ up, down, onLeft }: TruthCluster, work: () => Promise<T>): Promise<T> {
  try {
    await up();
    return await work();
  } finally {
    await down().catch(onLeft);
  }
}

/** What the last line says: files of an earlier run may lie there. */
export function truthWritten(folder: string, measured: number, scenarios: number): string {
  if (measured === 0) return `NOTHING MEASURED, nothing written to ${folder}`;
  return `written: ${folder}/truth.md and truth.json, ${measured} of ${scenarios} scenarios`;
}
