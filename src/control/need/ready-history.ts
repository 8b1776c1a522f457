/**
 * Ready replicas of the last periods, to pair a CPU average with the replicas it was taken over. Ready counts are known
 * at once but CPU is an average that ended some time ago: the product of the two would be wrong after each change of
 * size, by as much as the change.
 */
export type ReadyHistory = {
  /** Takes the ready replicas of one period: [cells]. */
  push(ready: Float64Array): void;
  /** Ready replicas in the middle of the window of a sample of this age, interpolated; the newest where unknown. */
  readyWhenSampled(cell: number, ageMs: number): number;
  forget(cell: number): void;
};

const periodsKept = 8;

export function createReadyHistory(cells: number, syncPeriodMs: number, windowMs: number): ReadyHistory {
  /** [periodsKept][cells], a ring. */
  const ring = new Float64Array(periodsKept * cells).fill(Number.NaN);
  let newest = 0;

  const at = (cell: number, periodsAgo: number): number =>
    ring[((newest - periodsAgo + periodsKept) % periodsKept) * cells + cell]!;

  function push(ready: Float64Array): void {
    newest = (newest + 1) % periodsKept;
    ring.set(ready, newest * cells);
  }

  function readyWhenSampled(cell: number, ageMs: number): number {
    const now = at(cell, 0);
    const periodsAgo = Math.min(periodsKept - 1, (ageMs + windowMs / 2) / syncPeriodMs);
    if (Number.isNaN(periodsAgo)) return now;
    const younger = at(cell, Math.floor(periodsAgo));
    const older = at(cell, Math.ceil(periodsAgo));
    const share = periodsAgo - Math.floor(periodsAgo);
    const ready = younger + share * (older - younger);
    return Number.isNaN(ready) ? now : ready;
  }

  function forget(cell: number): void {
    for (let slot = 0; slot < periodsKept; slot++) ring[slot * cells + cell] = Number.NaN;
  }

  return { push, readyWhenSampled, forget };
}
