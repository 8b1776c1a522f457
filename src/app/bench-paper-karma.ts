import { guardRulesFor } from "../control/guard/rules.ts";
import { kubernetesTiming, type Timing } from "../control/loop/timing.ts";
import { type Rng, createRng } from "../core/rng.ts";
import { type KarmaCase, karmaCases } from "../evaluate/papers/karma-cases.ts";
import {
  type PublishedAblation,
  type PublishedIntensity,
  type PublishedSystem,
  karmaCaveats,
  publishedAblations,
  publishedIntensities,
  publishedSystems,
} from "../evaluate/papers/karma-published.ts";
import { type KarmaRow, type PlayedCase, trainedRow } from "../evaluate/papers/karma-rows.ts";
import { type TwinKind, playOnTwin } from "../evaluate/play.ts";
import type { Played } from "../evaluate/played.ts";
import { breathe } from "../host/clock.ts";
import type { Update } from "../host/progress.ts";
import type { Topology } from "../system/topology/topology.ts";
import { bottleneckRatePerS } from "../system/topology/bottleneck.ts";
import { realizeWorkload } from "../system/workload/realize.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import {
  type AblationRow,
  ablationRows,
  type OverTrainings,
  overTrainings,
  type WatchedAblation,
  watchedAblations,
} from "./ablation-rows.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { type Contestant, opponentOf, teamOf } from "./opponents.ts";
import { calibrationOfRun } from "./run-calibration.ts";
import { findRun, type ReadRun, readUntrained } from "./runs.ts";

export type BenchKarmaRequest = {
  readonly inputs: Inputs;
  /** Arrivals of users; a tenth of what the bottleneck can serve when undefined. */
  readonly volumePerS: number | undefined;
  readonly seeds: readonly number[];
  readonly against: readonly string[];
  readonly runName: string | undefined;
  readonly hasTeam: boolean;
  readonly twin: TwinKind;
  /** Trains a team under each of KARMA's organizations with each seed, and lets all play; none when undefined. */
  readonly ablations: { readonly steps: number; readonly trainSeeds: readonly number[] } | undefined;
};

export type BenchKarma = {
  readonly paper: "karma";
  readonly topology: string;
  readonly volumePerS: number;
  readonly seeds: number;
  readonly twin: TwinKind;
  readonly calibration: Calibration["source"];
  /** Its run, or the checkpoint within it; undefined where no team played. */
  readonly run: string | undefined;
  /** One for each system; one that was trained several times has the plays of all its trainings, and no intervals. */
  readonly rows: readonly KarmaRow[];
  readonly ablations: readonly AblationRow[];
  /** Undefined where there is one training seed alone. */
  readonly overTrainings: OverTrainings | undefined;
  readonly published: readonly PublishedSystem[];
  readonly publishedAblations: readonly PublishedAblation[];
  readonly publishedIntensities: readonly PublishedIntensity[];
  readonly caveats: readonly string[];
};

/** Eight times the usual traffic, the strongest attack, is 80 % of what the bottleneck can serve at its maximum. */
const DEFAULT_SHARE = 0.1;

/** KARMA's five kinds of trouble in their intensities on a twin, the same for every system. */
export async function benchKarma(request: BenchKarmaRequest, host: Host): Promise<BenchKarma> {
  const { topology, topologyHash } = request.inputs;
  const run = request.hasTeam ? findRun(host.cwd, request.runName, topologyHash) : undefined;
  const timing = run?.checkpoint.timing ?? kubernetesTiming;
  const calibration = calibrationOfRun(run, topology, timing);
  const others = [
    ...request.against.map((spec) => opponentOf(spec, topology, timing)),
    ...teamsOf(run, topology, timing),
  ];
  const { seeds, twin, inputs, ablations } = request;
  const volumePerS = request.volumePerS ?? DEFAULT_SHARE * bottleneckRatePerS(topology);
  const watched =
    ablations === undefined
      ? []
      : await watchedAblations({ inputs, calibration, volumePerS, ...ablations }, timing, host);
  const contestants = [...others, ...watched.map(({ contestant }) => contestant)];
  const cases = karmaCases(topology, volumePerS);
  const played = await playAll({ topology, calibration, seeds, twin }, contestants, cases, host);
  const rng = createRng("bench-paper karma");
  const trained = ablationRows(watched, played, timing.timeScale, rng.split("trainings"));
  return {
    paper: "karma",
    topology: topology.name,
    volumePerS,
    seeds: seeds.length,
    twin,
    calibration: calibration.source,
    run: run?.team,
    rows: rowsOf(played, watched, timing, rng),
    ablations: trained,
    overTrainings: overTrainings(trained),
    published: publishedSystems,
    publishedAblations,
    publishedIntensities,
    caveats: karmaCaveats,
  };
}

/** The team of a run before and after it learned. */
function teamsOf(run: ReadRun | undefined, topology: Topology, timing: Timing): readonly Contestant[] {
  if (run === undefined) return [];
  return [
    teamOf("team, untrained", readUntrained(run), topology, timing),
    teamOf("team, trained", run.checkpoint, topology, timing),
  ];
}

type Arena = {
  readonly topology: Topology;
  readonly calibration: Calibration;
  readonly seeds: readonly number[];
  readonly twin: TwinKind;
};
type PlayedContestant = { readonly name: string; readonly plays: readonly PlayedCase[] };

/** One for each system, over all its trainings. */
function rowsOf(
  played: readonly PlayedContestant[],
  watched: readonly WatchedAblation[],
  { timeScale }: Timing,
  rng: Rng,
): readonly KarmaRow[] {
  return [...bySystem(played, watched)].map(([system, trainings]) => {
    const plays = trainings.map((training) => training.plays);
    return trainedRow(system, plays, timeScale, rng.split(system));
  });
}

/** What was played, by system: each of its trainings. */
function bySystem(
  played: readonly PlayedContestant[],
  watched: readonly WatchedAblation[],
): ReadonlyMap<string, readonly PlayedContestant[]> {
  const systemOf = new Map(watched.map(({ contestant, ablation }) => [contestant.name, ablation.name]));
  return Map.groupBy(played, ({ name }) => systemOf.get(name) ?? name);
}

async function playAll(
  arena: Arena,
  contestants: readonly Contestant[],
  cases: readonly KarmaCase[],
  host: Host,
): Promise<PlayedContestant[]> {
  return host.progress.step("play KARMA's five kinds of trouble", async (update: Update) => {
    const all: PlayedContestant[] = [];
    const runs = contestants.length * cases.length;
    for (const contestant of contestants) {
      const plays: PlayedCase[] = [];
      for (const one of cases) {
        plays.push({ family: one.family, intensity: one.intensity, plays: await playCase(arena, contestant, one) });
        update((all.length * cases.length + plays.length) / runs, `${contestant.name}: ${one.family}`);
        await breathe();
        host.signal.throwIfAborted();
      }
      all.push({ name: contestant.name, plays });
    }
    return all;
  });
}

/** One case over all seeds; arrivals, crashes and noise of a seed are the same for all contestants. */
async function playCase(arena: Arena, contestant: Contestant, one: KarmaCase): Promise<Played[]> {
  const { topology, calibration, seeds, twin } = arena;
  const { timing } = calibration;
  const plays: Played[] = [];
  for (const seed of seeds) {
    const workload = realizeWorkload(one.scenario, topology, {
      rng: createRng(`karma ${one.family} ${one.intensity} ${seed}`),
      stepMs: 1_000 / timing.timeScale,
      timeScale: timing.timeScale,
      traces: new Map(),
    });
    plays.push(
      await playOnTwin({
        topology,
        calibration,
        workload,
        rules: guardRulesFor(timing),
        autoscaler: contestant.create(workload),
        rng: createRng(`twin ${seed}`),
        twin,
      }),
    );
  }
  return plays;
}
