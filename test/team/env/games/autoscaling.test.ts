import { expect, test } from "vitest";
import { checkParallelEnv } from "../../../../src/team/env/checker/check-parallel-env.ts";
import { actionNames } from "../../../../src/team/env/games/action-sets.ts";
import { createAutoscaling } from "../../../../src/team/env/games/autoscaling.ts";
import { observationSetNames } from "../../../../src/team/env/games/observation-sets.ts";
import { rewardNames } from "../../../../src/team/env/games/reward-rules.ts";
import type { ServiceGameSpec } from "../../../../src/team/env/games/service-game.ts";
import type { ParallelEnv, StepResult } from "../../../../src/team/env/parallel/parallel-env.ts";
import { chain } from "../../chain.ts";
import { specOf } from "./games.ts";

/** Everyone takes the same action for some steps. */
function play(env: ParallelEnv, action: number, steps: number): StepResult {
  const actions = Object.fromEntries(env.possibleAgents.map((agent) => [agent, action]));
  let result = env.step(actions);
  for (let step = 1; step < steps; step++) result = env.step(actions);
  return result;
}

function replicasOf({ infos }: Pick<StepResult, "infos">): unknown[] {
  return Object.values(infos).map(({ replicas }) => replicas);
}

const options: readonly (readonly [string, Partial<ServiceGameSpec>])[] = [
  ...actionNames.map((name) => [`the actions ${name}`, { actions: [name] }] as const),
  ...observationSetNames.map((observations) => [`the observations ${observations}`, { observations }] as const),
  ...rewardNames.map((reward) => [`the reward ${reward}`, { reward }] as const),
];

test.each(options)("the autoscaling game with %s passes the checker", (_, change) => {
  expect(checkParallelEnv(() => createAutoscaling(specOf(change)))).toEqual([]);
});

test("an agent for each service, and an episode as long as asked for", () => {
  const env = createAutoscaling(specOf({ maxSteps: 3 }));
  env.reset(1);
  expect(env.agents).toEqual(chain.services.map(({ name }) => name));
  expect(Object.values(play(env, 0, 2).truncations)).not.toContain(true);
  expect(Object.values(play(env, 0, 1).truncations)).not.toContain(false);
  expect(env.agents).toEqual([]);
});

test("the default reward is minus kappa times violation minus cost", () => {
  const env = createAutoscaling(specOf({ kappa: 7 }));
  env.reset(2);
  const { rewards, infos } = play(env, 0, 3);
  for (const agent of env.possibleAgents) {
    const { cost, violation } = infos[agent]!;
    expect(Number(cost)).toBeGreaterThan(0);
    expect(rewards[agent]).toBeCloseTo(-7 * Number(violation) - Number(cost), 12);
  }
});

test("an action of delta adds or takes as many replicas as it says, within the bounds of the service", () => {
  const env = createAutoscaling(specOf({ actions: ["delta"], alpha: 3 }));
  const before = replicasOf(env.reset(3)).map(Number);
  const after = replicasOf(play(env, 3 + 2, 1)).map(Number);
  expect(after).toEqual(before.map((replicas, k) => Math.min(chain.services[k]!.maxReplicas, replicas + 2)));
  const { infos } = play(env, 6, 10);
  expect(replicasOf({ infos })).toEqual(chain.services.map(({ maxReplicas }) => maxReplicas));
  for (const agent of env.possibleAgents) expect(infos[agent]!.actionMask).toEqual(Uint8Array.of(1, 1, 1, 1, 0, 0, 0));
});

/** Replicas after ten steps of one CPU target. */
function podsAt(action: number): number {
  const env = createAutoscaling(specOf({ actions: ["target"] }));
  env.reset(4);
  return replicasOf(play(env, action, 10)).reduce<number>((sum, replicas) => sum + Number(replicas), 0);
}

/** What the thesis' shaped reward gives for the last of some changes of everyone's replicas. */
function shapedAfter(...changes: readonly number[]): number {
  const env = createAutoscaling(specOf({ actions: ["delta"], reward: "microk8s" }));
  env.reset(3);
  return changes.map((change) => play(env, 3 + change, 1).rewards["a"]!).at(-1)!;
}

test("the thesis' shaped reward of the game loses .1 for a change, and .2 more for one back", () => {
  // Replicas that start do not work yet: nothing else changes in one step.
  expect(shapedAfter(0) - shapedAfter(1)).toBeCloseTo(0.1, 9);
  // One that goes moves CPU a little.
  expect(shapedAfter(1, 0) - shapedAfter(1, -1)).toBeCloseTo(0.1 + 0.2, 1);
});

test("a low CPU target ends with more replicas than a high one", () => {
  expect(podsAt(0)).toBeGreaterThan(1.5 * podsAt(6));
});

function first(env: ParallelEnv): unknown {
  return env.reset().observations;
}

test("episodes without a seed differ from each other and are those of the stream", () => {
  const env = createAutoscaling(specOf());
  const [one, two] = [first(env), first(env)];
  expect(one).not.toEqual(two);
  const again = createAutoscaling(specOf());
  expect([first(again), first(again)]).toEqual([one, two]);
  expect(first(createAutoscaling(specOf({ stream: "another" })))).not.toEqual(one);
});

test("the game as text has a line for each service below the entry's", () => {
  const env = createAutoscaling(specOf());
  env.reset(5);
  const drawn = env.render("ansi");
  const lines = typeof drawn === "string" ? drawn.split("\n") : [];
  expect(lines).toHaveLength(1 + chain.services.length);
  expect(lines[0]).toMatch(/^step 0, \d+ requests\/s, [\d.]+ % violating, \d+ ms$/);
});
