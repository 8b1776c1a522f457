import { Worker } from "node:worker_threads";

/** A further CPU, beside the main thread. One slice at a time. */
export type FurtherCpu = {
  /** Burns about so many ms; `done` gets what was used. */
  burn(ms: number, done: (usedMs: number) => void): void;
};

/** Threads for a limit above one core: one for each further core that is begun. None below: they cost CPU. */
export function startBurningThreads(cpuLimitMilli: number): readonly FurtherCpu[] {
  return startThreads(Math.min(MAX_THREADS, Math.ceil(cpuLimitMilli / 1_000) - 1));
}

export function startThreads(count: number): readonly FurtherCpu[] {
  return Array.from({ length: count }, startThread);
}

const MAX_THREADS = 15;

function startThread(): FurtherCpu {
  const worker = new Worker(new URL("./burning-thread.ts", import.meta.url));
  return {
    burn(ms, done) {
      worker.once("message", done);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(ms);
    },
  };
}
