import { expect, test } from "vitest";
import type { Service } from "../../../../src/system/topology/topology.ts";
import { checkParallelEnv } from "../../../../src/team/env/checker/check-parallel-env.ts";
import { type ActionNames, parseActions } from "../../../../src/team/env/games/action-sets.ts";
import { createAttack } from "../../../../src/team/env/games/attack.ts";
import { createAutoscaling } from "../../../../src/team/env/games/autoscaling.ts";
import type { ServiceGameSpec } from "../../../../src/team/env/games/service-game.ts";
import type { ParallelEnv, StepResult } from "../../../../src/team/env/parallel/parallel-env.ts";
import { chain } from "../../chain.ts";
import { linesOf, specOf } from "./games.ts";

const keep = 0;
const names = chain.services.map(({ name }) => name);
const [entry] = names;
/** Everything but the actions stands still. */
const still: Partial<ServiceGameSpec> = {
  traffic: () => ({ ratePerS: Float64Array.of(400), stepMs: 1_000 }),
  randomisation: { capacity: 0, startup: 0, initial: [1.5, 1.5], edges: 0 },
};

function gameOf(actions: ActionNames, change: Partial<ServiceGameSpec> = {}): ParallelEnv {
  const env = createAutoscaling(specOf({ ...still, actions, maxSteps: 40, ...change }));
  env.reset(1);
  return env;
}

/** Who is named does something once, everybody keeps the rest for some steps: the last result. */
function act(env: ParallelEnv, actions: Readonly<Record<string, number>>, steps = 8): StepResult {
  const kept = Object.fromEntries(names.map((name) => [name, keep]));
  let result = env.step({ ...kept, ...actions });
  for (let step = 1; step < steps; step++) result = env.step(kept);
  return result;
}

function signal({ infos }: StepResult, name: string, agent: string): number {
  return Number(infos[agent]![name]);
}

function violationOf(result: StepResult): number {
  return names.reduce((sum, agent) => sum + signal(result, "violation", agent), 0);
}

function maskOf({ infos }: StepResult, agent: string): number[] {
  return [...(infos[agent]!.actionMask as Uint8Array)];
}

/** What an agent sees of its last lever. */
function seenOf({ observations }: StepResult, agent: string): number {
  return (observations[agent] as Float32Array).at(-1)!;
}

test("with all levers both games pass the checker", () => {
  const actions = parseActions("delta,resize,limit,restart,isolate,throttle");
  const spec = specOf({ actions, observations: "microk8s", maxSteps: 8 });
  expect(checkParallelEnv(() => createAutoscaling(spec))).toEqual([]);
  expect(checkParallelEnv(() => createAttack({ ...spec, actions: ["resize", "limit"] }))).toEqual([]);
});

test("resize doubles the CPU of the replicas, and what they cost; requests wait less", () => {
  const [plain, resized] = [act(gameOf(["resize"]), {}), act(gameOf(["resize"]), { a: 4, b: 4, c: 4, d: 4 })];
  expect(signal(plain, "cpuMilli", "c")).toBe(500);
  expect(signal(resized, "cpuMilli", "c")).toBe(1_000);
  expect(signal(resized, "replicas", "c")).toBe(signal(plain, "replicas", "c"));
  expect(signal(resized, "cost", "c")).toBeCloseTo(2 * signal(plain, "cost", "c"), 9);
  expect(violationOf(resized)).toBeLessThan(0.5 * violationOf(plain));
  expect(seenOf(resized, "c")).toBe(2);
  const { cost, violation } = resized.infos["c"]!;
  expect(resized.rewards["c"]).toBeCloseTo(-40 * Number(violation) - Number(cost), 9);
});

test("limits stay within the guard's bounds, in whole millicores, and are as declared after a reset", () => {
  const env = gameOf(["resize"]);
  expect(maskOf(act(env, { c: 4 }, 1), "c")).toEqual([1, 1, 1, 0, 0]);
  expect(signal(act(env, { c: 4 }, 1), "cpuMilli", "c")).toBe(1_000);
  const small = [1, 1, 1, 1].map(() => act(env, { c: 1 }, 1)).at(-1)!;
  expect(signal(small, "cpuMilli", "c")).toBe(63);
  expect(maskOf(small, "c")).toEqual([1, 0, 1, 1, 1]);
  const { infos } = env.reset(1);
  expect(infos["c"]!["cpuMilli"]).toBe(500);
});

test("a limit at the entry refuses who is too many, and those who get in are answered in time", () => {
  const overloaded: Partial<ServiceGameSpec> = {
    traffic: () => ({ ratePerS: Float64Array.of(1_600), stepMs: 1_000 }),
    randomisation: { capacity: 0, startup: 0, initial: [0.3, 0.3], edges: 0 },
  };
  const [open, limited] = [act(gameOf(["limit"], overloaded), {}), act(gameOf(["limit"], overloaded), { a: 2 })];
  // A violation is counted in requests of a mean step: of four of them all are, or three.
  expect(violationOf(open)).toBeGreaterThan(3.9);
  expect(violationOf(limited)).toBeLessThan(3.3);
  expect(seenOf(limited, "a")).toBeCloseTo(0.2, 6);
  expect(seenOf(open, "a")).toBe(1);
});

test("only entries have a limit to choose, and never the one they have", () => {
  const result = act(gameOf(["limit"]), { a: 2 }, 1);
  expect(maskOf(result, entry!)).toEqual([1, 1, 0, 1, 1, 1]);
  expect(maskOf(result, "b")).toEqual([1, 0, 0, 0, 0, 0]);
});

test("a restart has one replica fewer serve, until another has started, and as many are asked for as before", () => {
  const env = gameOf(["restart"]);
  const asked = signal(act(env, {}, 1), "replicas", "c");
  act(env, { c: 1 }, 1);
  expect(readyOf(env, "c")).toBe(asked - 1);
  expect(signal(act(env, {}, 6), "replicas", "c")).toBe(asked);
  expect(readyOf(env, "c")).toBe(asked);
});

function readyOf(env: ParallelEnv, agent: string): number {
  const line = linesOf(env).find((text) => text.startsWith(agent));
  return Number(/(\d+)\/\d+ ready/.exec(line!)![1]);
}

const BASE_MIB = 30;

/** What a replica takes is its base and what it has gathered; there is room for all of it. */
function withLeak(service: Service): Service {
  return { ...service, memoryMiB: 1_000, memory: { baseMiB: BASE_MIB, perRequestMiB: 0, retainedMiB: 0.01 } };
}

/** What replicas of d have gathered, in the mean, after one of n was restarted in each of so many of 40 steps. */
function gatheredAfter(restarts: number): { readonly replicas: number; readonly gatheredMiB: number } {
  const leaking = { ...chain, services: chain.services.map(withLeak) };
  const env = gameOf(["restart"], { topology: leaking, observations: "microk8s", maxSteps: 50 });
  act(env, {}, 34 - restarts);
  for (let one = 0; one < restarts; one++) act(env, { d: 1 }, 1);
  const { observations } = act(env, {}, 6);
  const memory = (observations["d"] as Float32Array)[3]!;
  return { replicas: readyOf(env, "d"), gatheredMiB: 1_000 * memory - BASE_MIB };
}

test("a restart frees the memory that a replica has gathered: after n restarts of n replicas every one is new", () => {
  const { replicas, gatheredMiB } = gatheredAfter(0);
  expect(replicas).toBeGreaterThan(2);
  // Each of the new ones has gathered for less than a quarter of the time; one old one is beyond that.
  expect(gatheredAfter(replicas).gatheredMiB).toBeLessThan(0.25 * gatheredMiB);
  expect(gatheredAfter(replicas - 1).gatheredMiB).toBeGreaterThan(0.25 * gatheredMiB);
});

test("who isolates a service has its requests fail at once; released, they are answered again", () => {
  const env = gameOf(["isolate"]);
  const before = violationOf(act(env, {}));
  const isolated = act(env, { b: 1 });
  // .7 of the requests call b.
  expect(violationOf(isolated)).toBeGreaterThan(0.65);
  expect(violationOf(isolated)).toBeLessThan(0.75 + before);
  expect(maskOf(isolated, "b")).toEqual([1, 0, 1]);
  expect(seenOf(isolated, "b")).toBe(1);
  const released = act(env, { b: 2 });
  expect(violationOf(released)).toBeLessThan(before + 0.05);
  expect(maskOf(released, "b")).toEqual([1, 1, 0]);
});

test("an isolated entry lets no attack in: nothing crashes", () => {
  const env = createAttack(specOf({ ...still, actions: ["isolate"], maxSteps: 40 }));
  const crashed = (action: number): boolean => {
    env.reset(1);
    const kept = Object.fromEntries(names.map((name) => [name, keep]));
    env.step({ ...kept, a: action, attacker: Int32Array.of(0, 0, 0) });
    const ready = readyOf(env, "a");
    for (let step = 0; step < 4; step++) env.step({ ...kept, attacker: Int32Array.of(0, 4, 2) });
    return readyOf(env, "a") < ready;
  };
  expect(crashed(keep)).toBe(true);
  expect(crashed(1)).toBe(false);
});

test("who throttles a service slows it, for the price it has; released, it is as fast as before", () => {
  const env = gameOf(["throttle"]);
  const before = act(env, {});
  const throttled = act(env, { c: 1 });
  expect(signal(throttled, "violation", "c")).toBeGreaterThan(signal(before, "violation", "c") + 0.05);
  expect(signal(throttled, "cost", "c")).toBeCloseTo(signal(before, "cost", "c"), 9);
  expect(maskOf(throttled, "c")).toEqual([1, 0, 1]);
  expect(violationOf(act(env, { c: 2 }))).toBeLessThan(violationOf(throttled));
});

test("one action in a step: with several sets those of the replicas come first, then each lever's", () => {
  const env = gameOf(parseActions("throttle,delta"));
  const before = act(env, { a: 3, b: 3, c: 3, d: 3 }, 1);
  expect(maskOf(before, "c")).toHaveLength(7 + 2);
  const after = env.step({ a: 3, b: 3, c: 7, d: 5 });
  expect(signal(after, "replicas", "d")).toBe(signal(before, "replicas", "d") + 2);
  expect(signal(after, "replicas", "c")).toBe(signal(before, "replicas", "c"));
  expect(seenOf(after, "c")).toBe(1);
});

test("names of action sets are read in any order", () => {
  expect(parseActions("multiples")).toEqual(["multiples"]);
  expect(parseActions("limit,resize,delta")).toEqual(["delta", "resize", "limit"]);
});

test.each(["", "scale", "delta,target", "delta,delta", "delta,", "delta;resize"])(
  "the action sets %j are refused",
  (text) => {
    expect(() => parseActions(text)).toThrow("and any of resize, limit, restart, isolate and throttle");
  },
);
