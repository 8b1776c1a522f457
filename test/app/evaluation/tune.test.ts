import { expect, test } from "vitest";
import type { Contest } from "../../../src/app/evaluation/contest.ts";
import { foldsOf } from "../../../src/app/evaluation/folds.ts";
import type { PlayAnswer, PlayJob } from "../../../src/app/evaluation/play-job.ts";
import { type TuneOptions, tuneOpponent } from "../../../src/app/evaluation/tune.ts";
import { parseTunedSpec } from "../../../src/evaluate/frontier-families.ts";
import type { Played } from "../../../src/evaluate/played.ts";
import { chain } from "../../evaluate/chain.ts";
import { outcomeOf } from "../../evaluate/outcome-of.ts";
import { recording, scenarioOf } from "./setup.ts";

const { folds } = foldsOf(
  [scenarioOf("monday", {}, recording(1, 2, 3, 4)), scenarioOf("tuesday", {}, recording(4, 3, 2, 1))],
  [],
);
const options: TuneOptions = { topology: chain, density: "coarse", trainSeeds: [1, 2], folds };

/** On monday `fixed:mean=2` is the cheapest without violations, on tuesday `fixed:mean=3`. */
function answer({ scenario, spec }: PlayJob): PlayAnswer {
  const mean = Number(spec.split("=")[1]);
  const share = mean >= (scenario === 0 ? 2 : 3) ? 0 : 0.5;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what tuning looks at
  return { played: outcomeOf(mean * 1_000, share) as Played };
}

function contestOf(answered = answer): { readonly contest: Contest; readonly jobs: PlayJob[] } {
  const jobs: PlayJob[] = [];
  const runner = {
    run: async (asked: readonly PlayJob[]) => {
      jobs.push(...asked);
      return asked.map(answered);
    },
    counts: () => ({ asked: 0, played: 0 }),
    finish: async () => {},
    close: async () => {},
  };
  return { jobs, contest: { runner, seeds: [1, 2, 3], groups: [{ class: "calm", scenarios: [0, 1] }], timeScale: 1 } };
}

test("every day is played by what the other day picked, with seeds that share nothing with tuning", async () => {
  const { contest, jobs } = contestOf();
  const [family] = await tuneOpponent(contest, parseTunedSpec("fixed:tuned")!, options);
  const safe = family!.plays.find(({ prices }) => prices.includes(4_100) || prices.at(-1)! > 1_000)!;
  expect(safe.specs).toEqual(["fixed:mean=3", "fixed:mean=2"]);
  // What tuesday needs is more than enough on monday; what monday needs is too little on tuesday.
  expect(safe.strata.map((plays) => plays.map(({ violating }) => violating > 0))).toEqual([
    [false, false, false],
    [true, true, true],
  ]);
  expect(safe.name).toContain("fixed:tuned at price");
  for (const { purpose, scenario, spec } of jobs) {
    if (purpose === "evaluate") expect(family!.plays.map(({ specs }) => specs[scenario])).toContain(spec);
  }
  expect(new Set(jobs.map(({ purpose }) => purpose))).toEqual(new Set(["tune", "evaluate"]));
});

test("in hindsight nothing is tuned: all settings play the test data, and it says so", async () => {
  const { contest, jobs } = contestOf();
  const [family] = await tuneOpponent(contest, parseTunedSpec("fixed:hindsight")!, options);
  expect(jobs.every(({ purpose }) => purpose === "evaluate")).toBe(true);
  expect(family!.plays).toHaveLength(family!.searched);
  expect(family!.trainedOn.join()).toContain("hindsight");
  const safest = family!.plays.findLast(({ prices }) => prices.length > 0)!;
  expect(safest.name).toBe("fixed:mean=3");
});

test("a full grid is followed by a look around what did best", async () => {
  const { contest, jobs } = contestOf();
  const full = { ...options, density: "full" as const };
  const [family] = await tuneOpponent(contest, parseTunedSpec("hpa-cpu:tuned")!, full);
  const tuned = new Set(jobs.filter(({ purpose }) => purpose === "tune").map(({ spec }) => spec));
  expect(family!.searched).toBe(tuned.size);
  expect([...tuned].some((spec) => spec.startsWith("hpa:target="))).toBe(true);
});

/** Specs that are played on tuesday for the sake of monday, where the best targets of the two days are known. */
async function searchedOnTuesday(bestOnMonday: number): Promise<Set<string>> {
  const { contest, jobs } = contestOf(({ scenario, spec }) => {
    const target = Number(/^hpa:(?:target=)?([\d.]+)/.exec(spec)?.[1]);
    const best = scenario === 0 ? bestOnMonday : 60;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what tuning looks at
    return { played: outcomeOf(1_000 + Math.abs(target - best), 0) as Played };
  });
  await tuneOpponent(contest, parseTunedSpec("hpa-cpu:tuned")!, { ...options, density: "full" });
  return new Set(jobs.filter(({ purpose, scenario }) => purpose === "tune" && scenario === 1).map(({ spec }) => spec));
}

test("a day's own data move nothing that is searched for that day, not even around the grid's best", async () => {
  expect(await searchedOnTuesday(90)).toEqual(await searchedOnTuesday(40));
});
