import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { checkParallelEnv } from "../../../src/team/env/checker/check-parallel-env.ts";
import { drawActions } from "../../../src/team/env/checker/episode.ts";
import type { ParallelEnv } from "../../../src/team/env/parallel/parallel-env.ts";
import { box, discrete } from "../../../src/team/env/spaces/space.ts";
import { indicateAgent } from "../../../src/team/env/wrappers/agent-indicator.ts";
import { clipActions, clipRewards } from "../../../src/team/env/wrappers/clip.ts";
import { maskDeaths } from "../../../src/team/env/wrappers/death-mask.ts";
import { delayObservations } from "../../../src/team/env/wrappers/delay.ts";
import { enforceOrder } from "../../../src/team/env/wrappers/enforce-order.ts";
import { stackFrames } from "../../../src/team/env/wrappers/frame-stack.ts";
import { normaliseObservations } from "../../../src/team/env/wrappers/normalise.ts";
import { type RecordedEvent, recordEnv } from "../../../src/team/env/wrappers/record.ts";
import { stickActions } from "../../../src/team/env/wrappers/sticky-actions.ts";
import { wrap } from "../../../src/team/env/wrappers/wrap.ts";
import { createWalkers } from "./walkers.ts";

const stay = { walker_0: 1, walker_1: 1, walker_2: 1 };
const right = { walker_0: 2, walker_1: 2, walker_2: 2 };
const stickyRng = (seed: number | undefined) => createRng(`sticky ${seed ?? "unseeded"}`);

const wrappers: readonly [string, (env: ParallelEnv) => ParallelEnv][] = [
  ["nothing changed", (env) => wrap(env, {})],
  ["order enforced", enforceOrder],
  ["an agent indicator", indicateAgent],
  ["stacked frames", (env) => stackFrames(env, 3)],
  ["a delay", (env) => delayObservations(env, 2)],
  ["normalised observations", (env) => normaliseObservations(env)],
  ["clipped rewards", (env) => clipRewards(env, -1, 0.5)],
  ["clipped actions", clipActions],
  ["sticky actions", (env) => stickActions(env, 0.25, stickyRng)],
  ["masked deaths", maskDeaths],
  ["a recorder", (env) => recordEnv(env, () => {})],
  ["four wrappers at once", (env) => stackFrames(indicateAgent(maskDeaths(clipRewards(env, -1, 1))), 2)],
];

test.each(wrappers)("an environment with %s keeps the contract", (_, wrapped) => {
  expect(checkParallelEnv(() => wrapped(createWalkers()))).toEqual([]);
});

/** Observations of one agent over some steps of everyone. */
function seenBy(env: ParallelEnv, agent: string, steps: readonly Record<string, number>[]): number[][] {
  const first = env.reset(3).observations[agent] as Float32Array;
  return [[...first], ...steps.map((actions) => [...(env.step(actions).observations[agent] as Float32Array)])];
}

describe("observations", () => {
  const [plain] = [seenBy(createWalkers(), "walker_0", [stay, stay, stay])];

  test("an agent indicator marks the agent", () => {
    const seen = seenBy(indicateAgent(createWalkers()), "walker_1", [stay]);
    for (const one of seen) expect(one.slice(2)).toEqual([0, 1, 0]);
  });

  test("stacked frames show the newest last, and the first one until there are more", () => {
    const [a, b, c] = plain;
    const stacked = seenBy(stackFrames(createWalkers(), 3), "walker_0", [stay, stay]);
    expect(stacked).toEqual([
      [...a!, ...a!, ...a!],
      [...a!, ...a!, ...b!],
      [...a!, ...b!, ...c!],
    ]);
  });

  test("a delay shows what was, and first what was first", () => {
    const delayed = seenBy(delayObservations(createWalkers(), 2), "walker_0", [stay, stay, stay]);
    expect(delayed).toEqual([plain[0], plain[0], plain[0], plain[1]]);
  });

  test("normalised observations have mean 0 and deviation 1 in the long run", () => {
    const env = normaliseObservations(createWalkers());
    const rng = createRng("many episodes");
    const seen: number[] = [];
    for (let episode = 0; episode < 400; episode++) {
      let { infos } = env.reset(episode === 0 ? 1 : undefined);
      while (env.agents.length > 0) {
        const result = env.step(drawActions(env, infos, rng));
        ({ infos } = result);
        if (episode > 100 && result.observations["walker_0"] !== undefined)
          seen.push((result.observations["walker_0"] as Float32Array)[1]!);
      }
    }
    const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
    const variance = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length;
    expect(Math.abs(mean)).toBeLessThan(0.2);
    expect(Math.abs(variance - 1)).toBeLessThan(0.2);
  });

  test("wrappers of numbers refuse other spaces", () => {
    expect(() => indicateAgent(wrap(createWalkers(), { observationSpace: () => discrete(3) }))).toThrow(
      "expected a box as the observation space of walker_0, got discrete",
    );
  });
});

describe("rewards and actions", () => {
  test("rewards are cut to their bounds", () => {
    const env = clipRewards(createWalkers(), -0.05, 0.5);
    env.reset(3);
    expect(Object.values(env.step(stay).rewards)).toEqual([-0.05, -0.05, -0.05]);
  });

  test("box actions are cut to their bounds, others are passed on", () => {
    const space = box(-1, 1, [2]);
    const taken: unknown[] = [];
    const env = wrap(createWalkers(), {
      actionSpace: () => space,
      step(actions) {
        taken.push(actions);
        return { observations: {}, rewards: {}, terminations: {}, truncations: {}, infos: {} };
      },
    });
    clipActions(env).step({ walker_0: Float32Array.of(-3, 0.5), walker_1: 9 });
    expect(taken).toEqual([{ walker_0: Float32Array.of(-1, 0.5), walker_1: 9 }]);
  });

  test("a refused reset leaves the action that sticks", () => {
    const walkers = createWalkers();
    const taken: unknown[] = [];
    const refusing = wrap(walkers, {
      reset(seed, options = {}) {
        if (options["refused"] === true) throw new Error("refused");
        return walkers.reset(seed);
      },
      step(actions) {
        taken.push(actions["walker_0"]);
        return walkers.step(actions);
      },
    });
    const env = stickActions(refusing, 0.999, stickyRng);
    env.reset(3);
    env.step(stay);
    expect(() => env.reset(4, { refused: true })).toThrow("refused");
    env.step(right);
    expect(taken).toEqual([1, 1]);
  });

  test("actions stick with their probability, never against a mask", () => {
    let stuck = 0;
    let steps = 0;
    const walkers = createWalkers();
    const counted = wrap(walkers, {
      step(actions) {
        steps++;
        if (actions["walker_0"] === 1) stuck++;
        return walkers.step(actions);
      },
    });
    const env = stickActions(counted, 0.3, stickyRng);
    for (let seed = 0; seed < 300; seed++) {
      env.reset(seed);
      env.step(stay);
      // The first action has nothing to stick to, and is not counted.
      stuck--;
      steps--;
      if (env.agents.includes("walker_0")) env.step(Object.fromEntries(env.agents.map((agent) => [agent, 2])));
    }
    expect(stuck / steps).toBeGreaterThan(0.22);
    expect(stuck / steps).toBeLessThan(0.38);
  });
});

describe("the dead", () => {
  test("stay until the last one is finished, see zeros and earn nothing", () => {
    const env = maskDeaths(createWalkers());
    env.reset(3);
    const lives: boolean[] = [];
    while (env.agents.length > 0) {
      expect(env.agents).toEqual(env.possibleAgents);
      const result = env.step({ ...stay, walker_0: 2 });
      const isAlive = result.infos["walker_0"]!["isAlive"] !== false;
      lives.push(isAlive);
      if (isAlive) continue;
      expect(result.observations["walker_0"]).toEqual(new Float32Array(2));
      expect(result.rewards["walker_0"]).toBe(0);
    }
    expect(lives).toContain(false);
  });

  test("must act too, so that learners see the same agents at every step", () => {
    const env = maskDeaths(createWalkers());
    env.reset(3);
    expect(() => env.step({ walker_0: 1 })).toThrow("walker_1, walker_2");
  });
});

test("what was recorded can be played again", () => {
  const events: RecordedEvent[] = [];
  const env = recordEnv(createWalkers(), (event) => events.push(event));
  env.reset(5);
  env.step(right);
  const again = createWalkers();
  for (const event of events) {
    const { kind } = event;
    const { observations } = kind === "reset" ? again.reset(event.seed) : again.step(event.actions);
    expect(observations).toEqual(event.observations);
  }
  expect(events.map(({ kind }) => kind)).toEqual(["reset", "step"]);
});

describe("order", () => {
  test("says everything that is wrong with a step at once", () => {
    const env = enforceOrder(createWalkers());
    expect(() => env.step(stay)).toThrow("walkers/1: expected a reset before the first step");
    expect(() => env.render("ansi")).toThrow("expected a reset before the first rendering");
    expect(() => env.state!()).toThrow("expected a reset before the first state");
    env.reset(1);
    expect(() => env.step({ walker_0: 7, walker_1: 1, ghost: 0 })).toThrow(
      "walkers/1: expected an action of walker_2, got none; expected no action of ghost, who does not act now; " +
        "action of walker_0: expected a whole number in [0, 2], got 7",
    );
  });
});
