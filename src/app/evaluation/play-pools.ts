import { breathe } from "../../host/clock.ts";
import { startWorkers, type WorkerPool } from "../../host/workers.ts";
import { createPlayer } from "./play-here.ts";
import type { PlayAnswer, PlayJob, PlaySetup } from "./play-job.ts";

export type PlayPool = WorkerPool<PlayJob, PlayAnswer>;

/** Where jobs are played: in this thread while they are few, in several from then on. */
export type PlayPools = {
  poolFor(jobs: number): PlayPool;
  close(): Promise<void>;
};

const ENTRY = new URL("../workers/play-worker.ts", import.meta.url);

/** Plays on the fluid twin that are not worth a thread. */
const FEW = 32;

/** @param workers  1 = always in this thread */
export function createPlayPools(setup: PlaySetup, workers: number, signal: AbortSignal): PlayPools {
  let pool: PlayPool | undefined;
  let here: PlayPool | undefined;
  return {
    /** Once there are threads they play everything; a few quick plays are over before a thread has started. */
    poolFor(jobs) {
      if (pool !== undefined) return pool;
      if (workers > 1 && (setup.twin === "requests" || jobs > FEW)) return (pool = startWorkers(ENTRY, setup, workers));
      return (here ??= poolHere(createPlayer(setup), signal));
    },
    close: async () => pool?.close(),
  };
}

/** One job after the other, with a breath after each, so that Ctrl-C is heard. */
function poolHere(play: (job: PlayJob) => Promise<PlayAnswer>, signal: AbortSignal): PlayPool {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(job) {
      const answer = last.then(async () => {
        signal.throwIfAborted();
        const done = await play(job);
        await breathe();
        return done;
      });
      last = answer.catch(() => {});
      return answer;
    },
    close: async () => {},
  };
}
