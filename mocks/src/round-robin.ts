/** Shares the one CPU of a replica among requests: one short slice per event-loop turn, in turn. */
export type RoundRobin = {
  /** Burns `ms` > 0 of CPU in slices; `done` gets what was really used, ms, a little more. */
  burn(ms: number, done: (usedMs: number) => void): void;
  /** CPU burnt in all slices so far, ms. */
  readonly burntMs: () => number;
};

type Job = { remainingMs: number; usedMs: number; readonly done: (usedMs: number) => void };

/** Longest slice, ms: the time a probe waits at most. */
export const SLICE_MS = 1;

/**
 * @param runSlice  burns about so many ms, returns what it used
 * @param nextTurn  calls back in the next turn of the event loop, after input and output were served
 */
export function createRoundRobin(
  runSlice: (ms: number) => number,
  nextTurn: (callback: () => void) => void,
): RoundRobin {
  const jobs: Job[] = [];
  let burntMs = 0;

  function turn(): void {
    const job = jobs.shift()!;
    const usedMs = runSlice(Math.min(SLICE_MS, job.remainingMs));
    burntMs += usedMs;
    job.usedMs += usedMs;
    job.remainingMs -= usedMs;
    if (job.remainingMs > 0) jobs.push(job);
    else job.done(job.usedMs);
    if (jobs.length > 0) nextTurn(turn);
    else isTurning = false;
  }
  let isTurning = false;

  return {
    burn(ms, done) {
      jobs.push({ remainingMs: ms, usedMs: 0, done });
      if (isTurning) return;
      isTurning = true;
      nextTurn(turn);
    },
    burntMs: () => burntMs,
  };
}
