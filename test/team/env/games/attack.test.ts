import { expect, test } from "vitest";
import { meanOf } from "../../../../src/core/statistics.ts";
import { checkParallelEnv } from "../../../../src/team/env/checker/check-parallel-env.ts";
import { createAttack } from "../../../../src/team/env/games/attack.ts";
import type { ParallelEnv, StepResult } from "../../../../src/team/env/parallel/parallel-env.ts";
import { chain } from "../../chain.ts";
import { specOf } from "./games.ts";

const defenders = chain.services.map(({ name }) => name);

/** Defenders keep their sizes, the attacker does the same in every step: all results. */
function attack(action: readonly number[], steps = 8, seed = 1): StepResult[] {
  const env = createAttack(specOf({ reward: "karma" }));
  env.reset(seed);
  const held = Object.fromEntries(defenders.map((agent) => [agent, 0]));
  return Array.from({ length: steps }, () => env.step({ ...held, attacker: Int32Array.from(action) }));
}

function costOf({ infos }: StepResult): number {
  return Number(infos["attacker"]!["cost"]);
}

function violationOf(results: readonly StepResult[]): number {
  return meanOf(results.map(({ infos }) => Number(infos["attacker"]!["violation"])));
}

test.each(["default", "karma"] as const)("the attack game with the reward %s passes the checker", (reward) => {
  expect(checkParallelEnv(() => createAttack(specOf({ reward })))).toEqual([]);
});

test("the attacker gets minus what the defenders get in the mean", () => {
  for (const { rewards } of attack([0, 2, 1])) {
    expect(rewards["attacker"]).toBeCloseTo(-meanOf(defenders.map((agent) => rewards[agent]!)), 12);
  }
});

test("no attack is the game of the defenders alone; each level of traffic hurts more", () => {
  const [none, some, most] = [0, 2, 4].map((level) => violationOf(attack([0, level, 0])));
  expect(some).toBeGreaterThan(none! + 0.05);
  expect(most).toBeGreaterThan(some!);
});

function meanViolationUnder(alteration: number): number {
  return meanOf([1, 2, 3, 4].map((seed) => violationOf(attack([0, 0, alteration], 8, seed))));
}

test("altered data crashes replicas of the entry, traffic alone does not", () => {
  expect(meanViolationUnder(2)).toBeGreaterThan(1.02 * meanViolationUnder(0));
});

test("the attacker's requests are nobody's, and cost no pods while sizes are held", () => {
  expect(attack([0, 4, 0]).map(costOf)).toEqual(attack([0, 0, 0]).map(costOf));
});

test("the name of the attacker is no service's", () => {
  const [first, ...others] = chain.services;
  const renamed = { ...chain, services: [{ ...first!, name: "attacker" }, ...others] };
  const env: ParallelEnv = createAttack(
    specOf({ topology: { ...renamed, entries: [{ ...chain.entries[0]!, service: "attacker" }] } }),
  );
  expect(env.possibleAgents.at(-1)).toBe("attacker_");
});
