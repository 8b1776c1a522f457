import type { FurtherCpu } from "./burning-threads.ts";

/** Shares the CPU of a replica among requests: one short slice per event-loop turn, round robin. */
export type RoundRobin = {
  /** Burns `ms` > 0 of CPU in slices; `done` gets what was really used, ms, a little more. */
  burn(ms: number, done: (usedMs: number) => void): void;
  /** CPU burnt in all slices so far, ms. */
  readonly burntMs: () => number;
};

type Job = { remainingMs: number; usedMs: number; readonly done: (usedMs: number) => void };

/** Longest slice, ms: the time a probe waits at most. */
export const SLICE_MS = 1;
/** Slice of a further CPU, ms: it holds nobody up, but asking for it costs 0.1 ms. */
const FURTHER_SLICE_MS = 5;

/**
 * @param runSlice  burns about so many ms, returns what it used
 * @param nextTurn  calls back in the next turn of the event loop, after input and output were served
 * @param further   CPUs beside the main thread: they take requests that would have to wait for it
 */
export function createRoundRobin(
  runSlice: (ms: number) => number,
  nextTurn: (callback: () => void) => void,
  further: readonly FurtherCpu[] = [],
): RoundRobin {
  const jobs: Job[] = [];
  const idle = [...further];
  const askTurn = createTurns(nextTurn, turn);
  let burntMs = 0;

  function turn(): void {
    while (idle.length > 0 && jobs.length > 1) runElsewhere(idle.pop()!, jobs.shift()!);
    const job = jobs.shift()!;
    sliceDone(job, runSlice(Math.min(SLICE_MS, job.remainingMs)));
  }

  function runElsewhere(cpu: FurtherCpu, job: Job): void {
    cpu.burn(Math.min(FURTHER_SLICE_MS, job.remainingMs), (usedMs) => {
      idle.push(cpu);
      sliceDone(job, usedMs);
    });
  }

  function sliceDone(job: Job, usedMs: number): void {
    burntMs += usedMs;
    job.usedMs += usedMs;
    job.remainingMs -= usedMs;
    if (job.remainingMs > 0) jobs.push(job);
    else job.done(job.usedMs);
    if (jobs.length > 0) askTurn();
  }

  return {
    burn(ms, done) {
      jobs.push({ remainingMs: ms, usedMs: 0, done });
      askTurn();
    },
    burntMs: () => burntMs,
  };
}

/** Asks for the next turn, unless one was asked for that has not come. */
function createTurns(nextTurn: (callback: () => void) => void, turn: () => void): () => void {
  let isAsked = false;
  function begin(): void {
    isAsked = false;
    turn();
  }
  return () => {
    if (isAsked) return;
    isAsked = true;
    nextTurn(begin);
  };
}
