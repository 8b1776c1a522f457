import type { Timing } from "../control/loop/timing.ts";
import type { Rng } from "../core/rng.ts";
import { type KarmaRow, karmaRow, type PlayedCase } from "../evaluate/papers/karma-rows.ts";
import {
  acrossTrainings,
  differenceOf,
  type Training,
  type TrainingsDifference,
  type TrainingsRow,
} from "../evaluate/papers/karma-trainings.ts";
import { playedOrganization } from "../team/policy/carried-organization.ts";
import { type RuleWatchCounts, watchRules } from "../team/policy/rule-watch.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { type Contestant, teamOf } from "./opponents.ts";
import { readRoles } from "./roles.ts";
import { type Ablation, hardRoles, noOrganization, trainAblations, type AblationRequest } from "./train-ablations.ts";

/** One training of the ablation: how it came about, and what came of it. */
export type AblationRow = Training & {
  readonly run: string;
  /** Control steps of its training. */
  readonly trainedSteps: number;
};

/** A trained team that plays under the eyes of KARMA's hard rules, whatever it learned under. */
export type WatchedAblation = {
  readonly ablation: Ablation;
  readonly trainSeed: number;
  readonly contestant: Contestant;
  /** Sums over all its plays. */
  readonly counts: RuleWatchCounts;
};

/** Every row of the ablation, trained with each seed. */
export async function watchedAblations(
  request: Omit<AblationRequest, "seed"> & { readonly trainSeeds: readonly number[] },
  timing: Timing,
  host: Host,
): Promise<readonly WatchedAblation[]> {
  const { trainSeeds, ...shared } = request;
  const all: WatchedAblation[] = [];
  for (const seed of trainSeeds)
    for (const ablation of await trainAblations({ ...shared, seed }, host))
      all.push(watch(ablation, seed, trainSeeds.length > 1, request.inputs, timing, host));
  return all;
}

function watch(
  ablation: Ablation,
  trainSeed: number,
  isOneOfSeveral: boolean,
  { topology }: Inputs,
  timing: Timing,
  { cwd }: Host,
): WatchedAblation {
  const { checkpoint } = ablation;
  const name = isOneOfSeveral ? `${ablation.name}, seed ${trainSeed}` : ablation.name;
  const counts = { decisions: 0, broken: 0 };
  const { create } = teamOf(name, checkpoint, topology, timing);
  const team = playedOrganization(readRoles({ cwd, roles: "karma-hard", assign: [] }, topology));
  const spec = { team, topology, timing, headroom: checkpoint.headroom };
  const contestant = { name, create: (workload) => watchRules(create(workload), spec, counts) } satisfies Contestant;
  return { ablation, trainSeed, counts, contestant };
}

export function ablationRows(
  watched: readonly WatchedAblation[],
  played: readonly { readonly name: string; readonly plays: readonly PlayedCase[] }[],
  timeScale: number,
  rng: Rng,
): readonly AblationRow[] {
  return watched.map(({ ablation, trainSeed, contestant, counts }) => {
    const { plays } = played.find(({ name }) => name === contestant.name)!;
    const { name: system, path: run, checkpoint, convergedSteps } = ablation;
    const row = karmaRow(contestant.name, plays, timeScale, rng.split(contestant.name));
    const figures = {
      ...meansOf(row),
      brokenShare: counts.broken / Math.max(1, counts.decisions),
      convergedSteps: convergedSteps ?? Number.NaN,
    };
    return { system, trainSeed, run, trainedSteps: checkpoint.training.steps, figures };
  });
}

function meansOf(row: KarmaRow): Omit<Training["figures"], "brokenShare" | "convergedSteps"> {
  const { success, latencyOk, pending, recoveryS, availability, rewardSd } = row;
  return {
    success: success.mean,
    latencyOk: latencyOk.mean,
    pending: pending.mean,
    recoveryS: recoveryS.mean,
    availability: availability.mean,
    rewardSd: rewardSd.mean,
  };
}

export type OverTrainings = {
  readonly rows: readonly TrainingsRow[];
  readonly hardAgainstNone: TrainingsDifference;
};

/** The same over training seeds; undefined where there is one alone. */
export function overTrainings(rows: readonly AblationRow[]): OverTrainings | undefined {
  if (new Set(rows.map(({ trainSeed }) => trainSeed)).size < 2) return undefined;
  return { rows: acrossTrainings(rows), hardAgainstNone: differenceOf(rows, hardRoles, noOrganization) };
}
