import { expect, test } from "vitest";
import { sumOf } from "../../../../src/core/statistics.ts";
import { checkParallelEnv } from "../../../../src/team/env/checker/check-parallel-env.ts";
import { createAttack } from "../../../../src/team/env/games/attack.ts";
import { createAutoscaling } from "../../../../src/team/env/games/autoscaling.ts";
import type { ParallelEnv, ResetOptions } from "../../../../src/team/env/parallel/parallel-env.ts";
import type { TroubleChoice } from "../../../../src/team/env/trouble/trouble.ts";
import { linesOf, specOf } from "./games.ts";

/** Everyone takes 1.25 x the need in an episode of half an hour: the rewards of each step together. */
function rewardsOf(env: ParallelEnv, options?: ResetOptions): number[] {
  env.reset(3, options);
  const rewards: number[] = [];
  const actions = Object.fromEntries(env.possibleAgents.map((agent) => [agent, 4]));
  while (env.agents.length > 0) {
    const result = env.step(actions);
    rewards.push(sumOf(Object.values(result.rewards)));
  }
  return rewards;
}

function gameWith(trouble: TroubleChoice): ParallelEnv {
  return createAutoscaling(specOf({ maxSteps: 120, reward: "karma", trouble }));
}

test("with trouble both games pass the checker", () => {
  const spec = specOf({ trouble: { family: "any" }, maxSteps: 8 });
  expect(checkParallelEnv(() => createAutoscaling(spec))).toEqual([]);
  expect(checkParallelEnv(() => createAttack({ ...spec, trouble: { family: "mixed" } }))).toEqual([]);
});

test.each([
  ["bottleneck", 2, 5],
  ["ddos", 2, 8],
  ["pod-failure", 5, 60],
  ["contention", 1, 5],
  ["mixed", 1, 4],
] as const)("%s costs reward, and more of it more", (family, mild, hard) => {
  const calm = sumOf(rewardsOf(gameWith({ family: "none" })));
  const [some, much] = [mild, hard].map((intensity) => sumOf(rewardsOf(gameWith({ family, intensity }))));
  expect(some).toBeLessThan(calm);
  expect(much).toBeLessThan(some!);
});

test("a reset may ask for other trouble than the game's; the next one has the game's again", () => {
  const [calm, flooded] = [gameWith({ family: "none" }), gameWith({ family: "ddos", intensity: 4 })];
  const asked = rewardsOf(calm, { trouble: "ddos", intensity: 4 });
  expect(asked).toEqual(rewardsOf(flooded));
  expect(rewardsOf(calm)).toEqual(rewardsOf(flooded, { trouble: "none" }));
  expect(rewardsOf(calm)).not.toEqual(asked);
});

test("until trouble begins an episode is the one without it", () => {
  const [calm, troubled] = [rewardsOf(gameWith({ family: "none" })), rewardsOf(gameWith({ family: "bottleneck" }))];
  const first = troubled.findIndex((reward, step) => reward !== calm[step]);
  expect(first).toBeGreaterThanOrEqual(0.1 * 120 - 2);
  expect(first).toBeLessThan(0.5 * 120);
});

test("what is no trouble is refused by name, and other people's options are left to them", () => {
  const env = gameWith({ family: "none" });
  expect(() => env.reset(1, { trouble: "earthquake" })).toThrow(/expected a trouble of none, .*, found "earthquake"/);
  expect(() => env.reset(1, { trouble: "ddos", intensity: -1 })).toThrow("found -1");
  expect(env.reset(1, { options: 1 })).toEqual(env.reset(1));
});

test("a refused reset leaves no trace: the next episode is the one it would have been", () => {
  const [refused, other] = [gameWith({ family: "none" }), gameWith({ family: "none" })];
  expect(() => refused.reset(undefined, { trouble: "earthquake" })).toThrow("earthquake");
  expect(() => refused.render("ansi")).toThrow("expected a reset before the first rendering");
  expect(refused.reset()).toEqual(other.reset());
  expect(() => refused.reset(undefined, { trouble: "earthquake" })).toThrow("earthquake");
  expect(refused.state!()).toEqual(other.state!());
  expect(refused.reset()).toEqual(other.reset());
});

test("the game as text names its trouble below the services, and none where there is none", () => {
  const env = gameWith({ family: "any" });
  env.reset(1, { trouble: "ddos", intensity: 4 });
  expect(linesOf(env).at(-1)).toMatch(/^trouble: ddos, 4 times the arrivals, from \d+ s to \d+ s$/);
  env.reset(1, { trouble: "none" });
  expect(env.render("ansi")).not.toMatch("trouble");
});
