import type { Outcome } from "../control/loop/outcome.ts";
import { type FrontierPoint, type Setting, paretoFrontier, pointOf } from "./frontier.ts";

/** Plays an autoscaler's spec over a set of seeds: one outcome per seed, in the same order for every spec. */
export type PlaySpec = (spec: string) => Promise<readonly Outcome[]>;

/** How an opponent's settings came to be those that are compared with. */
export type Tuning = {
  /** `tuned`: picked on training data; `hindsight`: on the test data themselves, which favours the opponent. */
  readonly pickedOn: "training" | "test";
  /** The frontier on the data it was picked on. */
  readonly picked: readonly FrontierPoint[];
  /** The picked settings on the test data. */
  readonly settings: readonly Setting[];
};

/** Every setting on the same seeds, one after the other. */
async function playSettings(specs: readonly string[], play: PlaySpec): Promise<Setting[]> {
  const settings: Setting[] = [];
  for (const spec of specs) settings.push({ spec, outcomes: await play(spec) });
  return settings;
}

/** The settings that form the frontier on training data, played on test data they were not picked by. */
export async function tuneOnTraining(
  specs: readonly string[],
  playTraining: PlaySpec,
  playTest: PlaySpec,
): Promise<Tuning> {
  const picked = paretoFrontier((await playSettings(specs, playTraining)).map(pointOf));
  const settings = await playSettings(
    picked.map(({ spec }) => spec),
    playTest,
  );
  return { pickedOn: "training", picked, settings };
}

/** All settings on the test data: the best that anybody could have chosen, knowing the data. */
export async function tuneInHindsight(specs: readonly string[], playTest: PlaySpec): Promise<Tuning> {
  const settings = await playSettings(specs, playTest);
  return { pickedOn: "test", picked: paretoFrontier(settings.map(pointOf)), settings };
}
