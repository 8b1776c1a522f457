import { type Contest, playAll } from "../src/app/evaluation/contest.ts";
import type { PlaySetup } from "../src/app/evaluation/play-job.ts";
import { openPlayRunner } from "../src/app/evaluation/play-runner.ts";
import type { NamedInputs } from "../src/app/evaluation/scenarios.ts";
import type { Truth } from "../src/app/evaluation/truth.ts";
import type { Host } from "../src/app/host.ts";
import { kubernetesTiming } from "../src/control/loop/timing.ts";
import { createRng } from "../src/core/rng.ts";
import type { TrafficClass } from "../src/evaluate/burstiness.ts";
import { familyGrid } from "../src/evaluate/frontier-families.ts";
import type { Played } from "../src/evaluate/played.ts";
import { defaultPrices } from "../src/evaluate/prices.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";

/** Opponents whose settings are searched, each a frontier. */
export const families: readonly string[] = ["hpa-cpu", "hpa-rps", "local+holt", "feed-forward+holt", "oracle"];

export type SystemRequest = {
  readonly traffic: Readonly<Record<TrafficClass, NamedInputs>>;
  readonly truth: Truth;
  /** Texts by the name they play under. */
  readonly checkpoints: Readonly<Record<string, string>>;
  /** Who decides where a service of the first team has drifted. */
  readonly fallback: string;
  /** Of each kind of traffic. */
  readonly seeds: number;
  readonly folder: string;
};

/** What was played on one system, by kind of traffic and by who played: [seeds]. */
export type SystemPlays = {
  /** Specs of each family. */
  readonly grids: ReadonlyMap<string, readonly string[]>;
  readonly plays: Readonly<Record<TrafficClass, ReadonlyMap<string, readonly Played[]>>>;
};

const LENGTH_S = 7_200;
const VOLUME_PER_S = 400;
const classes = ["bursty", "calm"] as const;

/** Plays all teams and all settings of all opponents, kept in the folder. */
export async function playSystem(request: SystemRequest, host: Host): Promise<SystemPlays> {
  const { topology } = request.traffic.bursty.inputs;
  const options = { density: "coarse", rng: createRng("tuning grid") } as const;
  const grids = new Map(families.map((family) => [family, familyGrid(family, topology, options)]));
  const teams = Object.keys(request.checkpoints);
  const specs = [...teams, ...new Set([...grids.values()].flat())];
  const setup = setupOf(request);
  const alone = await playOn(request, setup, specs, host);
  const [doubted] = teams;
  const backed = await playOn(request, { ...setup, fallback: request.fallback }, [doubted!], host);
  for (const each of classes) alone[each].set(`${doubted!} with fallback`, backed[each].get(doubted!)!);
  return { grids, plays: alone };
}

function setupOf({ traffic, truth, checkpoints }: SystemRequest): PlaySetup {
  const { topology } = traffic.bursty.inputs;
  return {
    scenarios: classes.map((each) => ({
      ...traffic[each],
      lengthS: LENGTH_S,
      ...(each === "calm" ? { volumePerS: VOLUME_PER_S } : {}),
    })),
    calibration: declaredCalibration(topology, kubernetesTiming),
    twin: "fluid",
    prices: defaultPrices,
    truth,
    checkpoints,
  };
}

type Plays = Record<TrafficClass, Map<string, readonly Played[]>>;

async function playOn(
  { seeds, folder }: SystemRequest,
  setup: PlaySetup,
  specs: readonly string[],
  host: Host,
): Promise<Plays> {
  const runner = openPlayRunner({ setup, folder, workers: 1 }, host);
  try {
    const contest: Contest = {
      runner,
      seeds: Array.from({ length: seeds }, (_, index) => index + 1),
      groups: classes.map((each, index) => ({ class: each, scenarios: [index] })),
      timeScale: kubernetesTiming.timeScale,
    };
    const played = await playAll(contest, specs, `play ${folder}`);
    await runner.finish();
    const ofClass = (each: TrafficClass): Map<string, readonly Played[]> =>
      new Map([...played].map(([spec, strata]) => [spec, strata.get(each)![0]!]));
    return { bursty: ofClass("bursty"), calm: ofClass("calm") };
  } finally {
    await runner.close();
  }
}
