import type { Update } from "../../host/progress.ts";
import type { Host } from "../host.ts";
import type { PlayAnswer, PlayJob, PlaySetup } from "./play-job.ts";
import { keysOf } from "./play-keys.ts";
import { createPlayPools } from "./play-pools.ts";
import { openPlays } from "./plays-file.ts";

/** Plays jobs on several threads, each once in the life of its folder. */
export type PlayRunner = {
  /** Answers in the order of the jobs, whatever the order they were played in. */
  run(jobs: readonly PlayJob[], title: string): Promise<PlayAnswer[]>;
  /** Jobs asked for so far, and those of them that had to be played. */
  counts(): { readonly asked: number; readonly played: number };
  finish(): Promise<void>;
  close(): Promise<void>;
};

export type RunnerOptions = {
  readonly setup: PlaySetup;
  /** Where plays are kept. */
  readonly folder: string;
  /** 1 = in this thread. */
  readonly workers: number;
};

export function openPlayRunner({ setup, folder, workers }: RunnerOptions, host: Host): PlayRunner {
  const plays = openPlays(folder);
  const pools = createPlayPools(setup, workers, host.signal);
  const keyOf = keysOf(setup);
  const counts = { asked: 0, played: 0 };

  async function playMissing(missing: ReadonlyMap<string, PlayJob>, update: Update): Promise<void> {
    const pool = pools.poolFor(missing.size);
    let done = 0;
    host.signal.throwIfAborted();
    const all = [...missing].map(async ([key, job]) => {
      plays.add(key, job, await pool.run(job));
      counts.played++;
      update(++done / missing.size, job.spec);
    });
    await Promise.race([Promise.all(all), stopOf(host.signal)]);
  }

  return {
    async run(jobs, title) {
      const keys = jobs.map(keyOf);
      counts.asked += jobs.length;
      const unknown = keys.flatMap((key, index) =>
        plays.get(key) === undefined ? [[key, jobs[index]!] as const] : [],
      );
      const missing = new Map(unknown);
      if (missing.size > 0) await host.progress.step(title, (update) => playMissing(missing, update));
      return keys.map((key) => plays.get(key)!);
    },
    counts: () => ({ ...counts }),
    finish: () => plays.finish(),
    close: () => pools.close(),
  };
}

function stopOf(signal: AbortSignal): Promise<never> {
  return new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
