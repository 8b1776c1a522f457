import { breathe } from "../../host/clock.ts";
import { sha256 } from "../../host/hash.ts";
import { sourceHash } from "../../host/source-hash.ts";
import { startWorkers, type WorkerPool } from "../../host/workers.ts";
import type { Update } from "../../host/progress.ts";
import type { Host } from "../host.ts";
import { createPlayer } from "./play-here.ts";
import type { PlayAnswer, PlayJob, PlaySetup } from "./play-job.ts";
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

const ENTRY = new URL("../workers/play-worker.ts", import.meta.url);

/** Wings whose code decides what a play gives. */
const playWings = ["core", "system", "control", "nn", "twin", "team", "evaluate"];

/** Plays on the fluid twin that are not worth a thread. */
const FEW = 32;

export type RunnerOptions = {
  readonly setup: PlaySetup;
  /** Where plays are kept. */
  readonly folder: string;
  /** 1 = in this thread. */
  readonly workers: number;
};

export function openPlayRunner({ setup, folder, workers }: RunnerOptions, host: Host): PlayRunner {
  const plays = openPlays(folder);
  const keyOf = keysOf(setup);
  const counts = { asked: 0, played: 0 };
  let pool: WorkerPool<PlayJob, PlayAnswer> | undefined;
  let here: WorkerPool<PlayJob, PlayAnswer> | undefined;

  /** Once there are threads they play everything; a few quick plays are over before a thread has started. */
  function poolFor(jobs: number): WorkerPool<PlayJob, PlayAnswer> {
    if (pool !== undefined) return pool;
    if (workers > 1 && (setup.twin === "requests" || jobs > FEW)) return (pool = startWorkers(ENTRY, setup, workers));
    return (here ??= poolHere(createPlayer(setup), host.signal));
  }

  async function playMissing(missing: ReadonlyMap<string, PlayJob>, update: Update): Promise<void> {
    const open = poolFor(missing.size);
    let done = 0;
    const stop = new Promise<never>((_, reject) => {
      host.signal.addEventListener("abort", () => reject(host.signal.reason as Error), { once: true });
    });
    host.signal.throwIfAborted();
    const all = [...missing].map(async ([key, job]) => {
      const answer = await open.run(job);
      plays.add(key, job, answer);
      counts.played++;
      update(++done / missing.size, job.spec);
    });
    await Promise.race([Promise.all(all), stop]);
  }

  return {
    async run(jobs, title) {
      const keys = jobs.map(keyOf);
      counts.asked += jobs.length;
      const missing = new Map<string, PlayJob>();
      for (const [index, key] of keys.entries()) {
        if (plays.get(key) === undefined) missing.set(key, jobs[index]!);
      }
      if (missing.size > 0) await host.progress.step(title, (update) => playMissing(missing, update));
      return keys.map((key) => plays.get(key)!);
    },
    counts: () => ({ ...counts }),
    finish: () => plays.finish(),
    close: async () => pool?.close(),
  };
}

/** One job after the other, with a breath after each, so that Ctrl-C is heard. */
function poolHere(play: (job: PlayJob) => Promise<PlayAnswer>, signal: AbortSignal): WorkerPool<PlayJob, PlayAnswer> {
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

/** A play is the same play when the code, the twin, the traffic and the autoscaler are. */
function keysOf(setup: PlaySetup): (job: PlayJob) => string {
  const { calibration, twin, prices, checkpoints } = setup;
  const shared = sha256(JSON.stringify([sourceHash(playWings), calibration, twin, prices]));
  const scenarios = setup.scenarios.map(({ inputs, volumePerS, lengthS }) => {
    const traces = [...inputs.traces].map(([, trace]) => [trace.stepMs, sha256(trace.ratePerS.join(" "))]);
    const { trace, ...arrivals } = inputs.scenario.arrivals;
    const { topology: _, seed: __, ...scenario } = { ...inputs.scenario, arrivals };
    const { name: ___, ...topology } = inputs.topology;
    return sha256(JSON.stringify([topology, scenario, trace?.startS, traces, volumePerS, lengthS]));
  });
  const teams = new Map(Object.entries(checkpoints).map(([name, text]) => [name, sha256(text)]));
  return ({ scenario, purpose, seed, spec, factor, isRecorded }) =>
    sha256(
      JSON.stringify([shared, scenarios[scenario], purpose, seed, spec, teams.get(spec), factor, isRecorded === true]),
    );
}
