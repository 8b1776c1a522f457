import { expect, test } from "vitest";
import {
  generalisedAdvantages,
  momentsOf,
  scaleByGroup,
  standardise,
  subtractGroupMeans,
} from "../../../src/team/learn/advantages.ts";

const one = { steps: 3, agents: 1, environments: 1, groupSize: 1 };

function advantagesOf(ended: readonly number[], gamma: number, lambda: number): number[] {
  const advantages = new Float64Array(3);
  const rewards = Float64Array.of(1, 2, 4);
  const values = Float64Array.of(10, 20, 30);
  const nextValues = Float64Array.of(20, 30, 40);
  generalisedAdvantages(one, { rewards, values, nextValues, ended: Uint8Array.from(ended), advantages }, gamma, lambda);
  return [...advantages];
}

test("with lambda 0 an advantage is the error of one step", () => {
  expect(advantagesOf([0, 0, 0], 0.5, 0)).toEqual([1 + 10 - 10, 2 + 15 - 20, 4 + 20 - 30]);
});

test("with lambda 1 an advantage is the discounted return minus the value", () => {
  const [first] = advantagesOf([0, 0, 0], 0.5, 1);
  expect(first).toBe(1 + 0.5 * 2 + 0.25 * 4 + 0.125 * 40 - 10);
});

test("nothing flows back over the end of an episode, but its last state still has a value", () => {
  const [first, second] = advantagesOf([0, 1, 0], 0.5, 1);
  expect(second).toBe(2 + 15 - 20);
  expect(first).toBe(1 + 10 - 10 + 0.5 * second!);
});

test("columns are steps, agents, environments", () => {
  const shape = { steps: 2, agents: 2, environments: 2, groupSize: 1 };
  const advantages = new Float64Array(8);
  const rewards = Float64Array.from({ length: 8 }, (_, k) => k);
  const zero = new Float64Array(8);
  const ended = Uint8Array.of(0, 1, 0, 0);
  generalisedAdvantages(shape, { rewards, values: zero, nextValues: zero, ended, advantages }, 1, 1);
  expect([...advantages]).toEqual([0 + 4, 1, 2 + 6, 3, 4, 5, 6, 7]);
});

test("group means are taken per step and agent", () => {
  const advantages = Float64Array.of(1, 3, 10, 20, 5, 5, 0, 2);
  subtractGroupMeans({ steps: 1, agents: 2, environments: 4, groupSize: 2 }, advantages, new Uint8Array(0));
  expect([...advantages]).toEqual([-1, 1, -5, 5, 0, 0, -1, 1]);
});

test("a loud group is turned down to the root of its loudness", () => {
  const advantages = Float64Array.of(1, -1, 100, -100);
  scaleByGroup({ steps: 1, agents: 1, environments: 4, groupSize: 2 }, advantages);
  expect(advantages[0]).toBeCloseTo(1, 6);
  expect(advantages[2]).toBeCloseTo(10, 6);
});

test("standardised advantages have mean 0, deviation 1, and a limit", () => {
  const advantages = Float64Array.of(1, 2, 3, 4);
  standardise(advantages, 10, new Uint8Array(0));
  expect(momentsOf(advantages).mean).toBeCloseTo(0, 12);
  expect(momentsOf(advantages).deviation).toBeCloseTo(1, 6);
  const outlier = new Float64Array(1_000);
  outlier[0] = 1e9;
  standardise(outlier, 10, new Uint8Array(0));
  expect(outlier[0]).toBe(10);
});
