import { createRng } from "../../../src/core/rng.ts";
import type { CheckName } from "../../../src/team/env/checker/finding.ts";
import type { ParallelEnv, ResetResult, StepResult } from "../../../src/team/env/parallel/parallel-env.ts";
import { type BoxSpace, box, discrete } from "../../../src/team/env/spaces/space.ts";
import { createWalkers, walkerSteps } from "./walkers.ts";

/** One way to break the walkers, and the check that must name it. */
export type Mutant = { readonly fault: string; readonly check: CheckName; readonly create: () => ParallelEnv };

/** The walkers with some parts replaced; getters stay getters. */
function mutant(fault: string, check: CheckName, change: (walkers: ParallelEnv) => object): Mutant {
  return {
    fault,
    check,
    create() {
      const walkers = createWalkers();
      const copy: object = Object.defineProperties({}, Object.getOwnPropertyDescriptors(walkers));
      return Object.defineProperties(copy, Object.getOwnPropertyDescriptors(change(walkers))) as ParallelEnv;
    },
  };
}

/** Changes what steps return; `at` counts them from 1 in each episode. */
function stepped(fault: string, check: CheckName, change: (result: StepResult, at: number) => object): Mutant {
  return mutant(fault, check, (walkers) => {
    let at = 0;
    return {
      reset(seed?: number) {
        at = 0;
        return walkers.reset(seed);
      },
      step(actions: Parameters<ParallelEnv["step"]>[0]) {
        const result = walkers.step(actions);
        return { ...result, ...change(result, ++at) };
      },
    };
  });
}

function afterReset(fault: string, check: CheckName, change: (result: ResetResult) => object): Mutant {
  return mutant(fault, check, (walkers) => ({
    reset: (seed?: number) => {
      const result = walkers.reset(seed);
      return { ...result, ...change(result) };
    },
  }));
}

/** Every value of a result replaced. */
function each<T>(values: { readonly [agent: string]: T }, change: (value: T, agent: string) => unknown): object {
  return Object.fromEntries(Object.entries(values).map(([agent, value]) => [agent, change(value, agent)]));
}

function without(values: object, agent: string): object {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== agent));
}

const everybody = (value: unknown): object => each({ walker_0: 0, walker_1: 0, walker_2: 0 }, () => value);

const fine = box([0, 0], [6, walkerSteps], [2]);
const cut: BoxSpace = { ...fine, low: Float32Array.of(0) };
const crossed: BoxSpace = { ...fine, low: Float32Array.of(7, 0) };
const fields = ["observations", "rewards", "terminations", "truncations", "infos"] as const;
const seen = (observation: unknown): Float32Array => observation as Float32Array;

export const mutants: readonly Mutant[] = [
  mutant("an id without a version", "metadata-id", ({ metadata }) => ({ metadata: { ...metadata, id: "walkers" } })),
  mutant("no last step", "metadata-steps", ({ metadata }) => ({ metadata: { ...metadata, maxSteps: Infinity } })),
  mutant("half a step", "metadata-steps", ({ metadata }) => ({ metadata: { ...metadata, maxSteps: 2.5 } })),
  mutant("an unknown render mode", "metadata-render-modes", ({ metadata }) => ({
    metadata: { ...metadata, renderModes: ["hologram"] },
  })),
  mutant("nobody possible", "possible-agents", () => ({ possibleAgents: [] })),
  mutant("a name twice", "possible-agents", () => ({ possibleAgents: ["walker_0", "walker_0"] })),
  mutant("an empty name", "agent-names", (walkers) => ({
    possibleAgents: [...walkers.possibleAgents, ""],
    observationSpace: (agent: string) => walkers.observationSpace(agent === "" ? "walker_0" : agent),
    actionSpace: (agent: string) => walkers.actionSpace(agent === "" ? "walker_0" : agent),
  })),
  mutant("a new observation space at each call", "space-identity", () => ({ observationSpace: () => ({ ...fine }) })),
  mutant("a new action space at each call", "space-identity", () => ({ actionSpace: () => discrete(3) })),
  mutant("too few bounds", "space-bounds", () => ({ observationSpace: () => cut })),
  mutant("low above high", "space-bounds", () => ({ observationSpace: () => crossed })),
  mutant("low equal to high", "space-flat", () => {
    const flat = box([0, 0], [6, 0], [2]);
    return { observationSpace: () => flat };
  }),
  mutant("actions without bounds", "space-unbounded-action", () => {
    const endless = box(-Infinity, Infinity, [1]);
    return { actionSpace: () => endless };
  }),
  mutant("spaces for everybody", "unknown-agent", () => {
    const action = discrete(3);
    return { observationSpace: () => fine, actionSpace: () => action };
  }),
  mutant("a state without its space", "state-declared", () => ({ stateSpace: undefined })),
  mutant("a state space without a state", "state-declared", () => ({ state: undefined })),
  mutant("a first step out of nothing", "step-before-reset", (walkers) => {
    let isBegun = false;
    const begin = (): void => {
      if (!isBegun) walkers.reset(1);
      isBegun = true;
    };
    return {
      reset: (seed?: number) => ((isBegun = true), walkers.reset(seed)),
      step: () => (begin(), walkers.step(Object.fromEntries(walkers.agents.map((agent) => [agent, 1])))),
    };
  }),
  mutant("agents before the first reset", "agents-before-reset", (walkers) => ({
    get agents() {
      return walkers.agents.length === 0 ? walkers.possibleAgents : walkers.agents;
    },
  })),
  mutant("a reset that takes no options", "reset-options", (walkers) => ({
    reset(seed?: number, options?: object) {
      if (options !== undefined) throw new Error("no options, please");
      return walkers.reset(seed);
    },
  })),
  mutant("a reset that returns observations alone", "reset-result", (walkers) => ({
    reset: (seed?: number) => walkers.reset(seed).observations,
  })),
  afterReset("infos of a reset as a list", "reset-result", () => ({ infos: [] })),
  mutant("a reset after which nobody acts", "reset-agents", () => ({ agents: [] })),
  afterReset("a reset without somebody's observation", "keys-missing", ({ observations }) => ({
    observations: without(observations, "walker_1"),
  })),
  afterReset("a reset without somebody's info", "keys-missing", ({ infos }) => ({ infos: without(infos, "walker_1") })),
  afterReset("a first observation out of bounds", "observation-space", ({ observations }) => ({
    observations: each(observations, () => Float32Array.of(-1, 0)),
  })),
  mutant("a reset that is none in the middle of an episode", "reset-again", (walkers) => {
    let last: ResetResult | undefined;
    return {
      reset(seed?: number) {
        if (walkers.agents.length === 0 || last === undefined) last = walkers.reset(seed);
        return last;
      },
    };
  }),
  ...fields.map((field) => stepped(`a step without ${field}`, "step-result", () => ({ [field]: undefined }))),
  ...fields.map((field) =>
    stepped(`${field} without an agent that acted`, "keys-missing", (result) => ({
      [field]: without(result[field], "walker_2"),
    })),
  ),
  ...fields.map((field) =>
    stepped(`${field} with a ghost`, "keys-ghost", (result) => ({
      [field]: { ...result[field], ghost: Object.values(result[field])[0] },
    })),
  ),
  mutant("somebody unknown acts", "agents-unknown", (walkers) => ({
    get agents() {
      return walkers.agents.map((agent) => (agent === "walker_2" ? "stranger" : agent));
    },
    step: () => walkers.step({ walker_0: 1, walker_1: 1, walker_2: 1 }),
    actionSpace: (agent: string) => walkers.actionSpace(agent === "stranger" ? "walker_2" : agent),
  })),
  mutant("somebody acts twice", "agents-twice", (walkers) => ({
    get agents() {
      return [...walkers.agents, ...walkers.agents.slice(0, 1)];
    },
  })),
  mutant("agents that are finished and stay", "agents-leave", (walkers) => ({
    get agents() {
      return walkers.agents.length === 0 ? [] : walkers.possibleAgents;
    },
    step: (actions: Record<string, number>) =>
      walkers.step(Object.fromEntries(walkers.agents.map((agent) => [agent, actions[agent] ?? 1]))),
  })),
  stepped("agents that leave before they are finished", "agents-leave", ({ terminations, truncations }) => ({
    terminations: each(terminations, () => false),
    truncations: each(truncations, () => false),
  })),
  mutant("an agent that comes back", "agents-return", (walkers) => {
    let at = 0;
    return {
      get agents() {
        return at >= 3 && at < 6 ? ["walker_0"] : at === 2 ? ["walker_1"] : at >= 6 ? [] : walkers.possibleAgents;
      },
      reset: (seed?: number) => ((at = 0), walkers.reset(seed)),
      step() {
        at++;
        const acted = at === 1 ? walkers.possibleAgents : at === 2 ? ["walker_0", "walker_1"] : ["walker_0"];
        const all = <T>(value: T): Record<string, T> => Object.fromEntries(acted.map((agent) => [agent, value]));
        const observations = all(Float32Array.of(1, 1));
        const terminations = { ...all(false), ...(at === 2 ? { walker_0: true } : {}) };
        return { observations, rewards: all(0), terminations, truncations: all(false), infos: all({}) };
      },
    };
  }),
  mutant("possible agents that change", "possible-agents-change", (walkers) => ({
    get possibleAgents() {
      return walkers.agents.length === 3 || walkers.agents.length === 0
        ? ["walker_0", "walker_1", "walker_2"]
        : ["walker_0", "walker_1", "walker_2", "walker_3"];
    },
  })),
  stepped("an observation beyond its bounds", "observation-space", ({ observations }, at) => ({
    observations: each(observations, (one) => (at === 4 ? Float32Array.of(7, 1) : one)),
  })),
  stepped("an observation that is not a number", "observation-space", ({ observations }) => ({
    observations: each(observations, () => Float32Array.of(Number.NaN, 1)),
  })),
  stepped("an observation of doubles", "observation-space", ({ observations }) => ({
    observations: each(observations, (one) => Float64Array.from(seen(one))),
  })),
  stepped("an observation as a list", "observation-space", ({ observations }) => ({
    observations: each(observations, (one) => [...seen(one)]),
  })),
  stepped("an observation too short", "observation-space", ({ observations }) => ({
    observations: each(observations, (one) => seen(one).subarray(1)),
  })),
  mutant("one buffer for all observations", "observation-kept", (walkers) => {
    const buffers: Record<string, Float32Array> = {};
    const share = (observations: object): object =>
      each(observations as Record<string, Float32Array>, (one, agent) => {
        (buffers[agent] ??= new Float32Array(2)).set(one);
        return buffers[agent];
      });
    return {
      reset: (seed?: number) => ({ ...walkers.reset(seed), observations: share(walkers.reset(seed).observations) }),
      step(actions: never) {
        const result = walkers.step(actions);
        return { ...result, observations: share(result.observations) };
      },
    };
  }),
  mutant("nothing to see", "observation-constant", (walkers) => ({
    reset: (seed?: number) => ({
      ...walkers.reset(seed),
      observations: each(walkers.reset(seed).observations, () => new Float32Array(2)),
    }),
    step(actions: never) {
      const result = walkers.step(actions);
      return { ...result, observations: each(result.observations, () => new Float32Array(2)) };
    },
  })),
  stepped("a reward that is not a number", "reward-number", ({ rewards }) => ({
    rewards: each(rewards, () => Number.NaN),
  })),
  stepped("a reward in words", "reward-number", ({ rewards }) => ({ rewards: each(rewards, () => "much") })),
  stepped("an endless reward", "reward-number", ({ rewards }) => ({ rewards: each(rewards, () => Infinity) })),
  stepped("terminations as numbers", "flag-boolean", ({ terminations }) => ({
    terminations: each(terminations, (flag) => (flag ? 1 : 0)),
  })),
  stepped("truncations that are undefined", "flag-boolean", ({ truncations }) => ({
    truncations: each(truncations, (flag) => (flag ? true : undefined)),
  })),
  mutant("a signal that nobody has", "info-signal", ({ metadata }) => ({
    metadata: { ...metadata, signals: ["speed"] },
  })),
  stepped("infos as lists", "info-object", ({ infos }) => ({ infos: each(infos, () => []) })),
  stepped("a mask too short", "mask-shape", ({ infos }) => ({
    infos: each(infos, () => ({ actionMask: Uint8Array.of(1) })),
  })),
  stepped("a mask of twos", "mask-shape", ({ infos }) => ({
    infos: each(infos, () => ({ actionMask: Uint8Array.of(2, 2, 2) })),
  })),
  stepped("a mask that allows nothing", "mask-empty", ({ infos }) => ({
    infos: each(infos, () => ({ actionMask: new Uint8Array(3) })),
  })),
  afterReset("another mask in the observation than in the info", "mask-in-observation", ({ observations }) => ({
    observations: each(observations, () => ({ actionMask: Uint8Array.of(0, 0, 1) })),
  })),
  mutant("an episode without end", "episode-ends", (walkers) => ({
    get agents() {
      return walkers.possibleAgents;
    },
    step() {
      const observations = everybody(Float32Array.of(1, 1));
      const never = everybody(false);
      return { observations, rewards: everybody(0), terminations: never, truncations: never, infos: everybody({}) };
    },
  })),
  stepped("a clock that ends the first step", "truncation-first-step", ({ truncations }) => ({
    truncations: each(truncations, () => true),
  })),
  mutant("a step after the end", "step-after-end", (walkers) => ({
    step: (actions: never) =>
      walkers.agents.length === 0 && Object.keys(actions).length === 0
        ? { observations: {}, rewards: {}, terminations: {}, truncations: {}, infos: {} }
        : walkers.step(actions),
  })),
  mutant("missing actions are invented", "action-missing", (walkers) => ({
    step: (actions: Record<string, number>) =>
      walkers.step({ ...Object.fromEntries(walkers.agents.map((agent) => [agent, 1])), ...actions }),
  })),
  mutant("actions of nobody are taken", "action-ghost", (walkers) => ({
    step: (actions: object) => walkers.step(without(actions, "nobody here") as Record<string, number>),
  })),
  mutant("actions outside their space are bent", "action-outside", (walkers) => ({
    step: (actions: Record<string, number>) =>
      walkers.step(each(actions, (action) => Math.min(2, action)) as Record<string, number>),
  })),
  mutant("the caller's actions are changed", "action-kept", (walkers) => ({
    step(actions: Record<string, number>) {
      const result = walkers.step(actions);
      for (const agent of Object.keys(actions)) actions[agent] = 0;
      return result;
    },
  })),
  mutant("a state out of its space", "state-space", () => ({ state: () => Float32Array.of(9, 9, 9) })),
  mutant("first observations from elsewhere", "same-seed-reset", (walkers) => {
    const other = createRng(String(counter++));
    return {
      reset: (seed?: number) => ({
        ...walkers.reset(seed),
        observations: each(walkers.reset(seed).observations, () => Float32Array.of(other.integer(5), 0)),
      }),
    };
  }),
  mutant("drift at the third step", "same-seed-step", (walkers) => {
    const drift = counter++ * 1e-3;
    let at = 0;
    return {
      reset: (seed?: number) => ((at = 0), walkers.reset(seed)),
      step(actions: never) {
        const result = walkers.step(actions);
        return ++at === 3 ? { ...result, rewards: each(result.rewards, (reward) => reward + drift) } : result;
      },
    };
  }),
  mutant("a state from elsewhere", "same-seed-state", () => {
    const drift = (counter++ % 1_000) * 1e-3;
    return { state: () => Float32Array.of(drift, 0, 0) };
  }),
  mutant("a next episode from elsewhere", "next-episode", (walkers) => ({
    reset: (seed?: number) => walkers.reset(seed ?? counter++),
  })),
  mutant("every seed the same", "other-seed", (walkers) => ({ reset: () => walkers.reset(1) })),
  mutant("pixels too few", "render-mode", (walkers) => ({
    render: (mode: "ansi") =>
      (mode as string) === "rgb_array" ? { width: 9, height: 9, pixels: new Uint8Array(9) } : walkers.render(mode),
  })),
  mutant("text to the screen and to the caller", "render-mode", () => ({ render: () => "walkers" })),
  mutant("drawing takes a step", "render-changes", (walkers) => ({
    render(mode: "ansi") {
      if (walkers.agents.length > 0) walkers.step(Object.fromEntries(walkers.agents.map((agent) => [agent, 2])));
      return walkers.render(mode);
    },
  })),
  mutant("a step that fails now and then", "legal-call-fails", (walkers) => {
    let at = 0;
    return {
      step(actions: never) {
        if (++at % 5 === 0) throw new Error("not now");
        return walkers.step(actions);
      },
    };
  }),
  mutant("a second close that fails", "close-twice", () => {
    let isClosed = false;
    return {
      close() {
        if (isClosed) throw new Error("closed already");
        isClosed = true;
      },
    };
  }),
];

/** Makes two environments of the same seed differ, as a clock or a global random number would. */
let counter = 1;
