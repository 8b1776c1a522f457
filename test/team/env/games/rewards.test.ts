import { expect, test } from "vitest";
import { operationalReward } from "../../../../src/team/env/games/karma-reward.ts";
import { kubsmartReward } from "../../../../src/team/env/games/kubsmart-reward.ts";
import { baseReward, shapedReward } from "../../../../src/team/env/games/thesis-rewards.ts";

test.each([
  { what: "all is well", violating: 0, pending: 0, latencyMs: 0, answered: 1, reward: 1 },
  { what: "nothing is", violating: 1, pending: 1, latencyMs: 1_000, answered: 0, reward: 0 },
  { what: "a fifth violates", violating: 0.2, pending: 0, latencyMs: 0, answered: 1, reward: 0.96 },
  { what: "half of the pods are not ready", violating: 0, pending: 0.5, latencyMs: 0, answered: 1, reward: 0.9 },
  { what: "latency is at the objective", violating: 0, pending: 0, latencyMs: 200, answered: 1, reward: 0.96 },
  { what: "half of the requests get no answer", violating: 0.5, pending: 0, latencyMs: 0, answered: 0.5, reward: 0.7 },
  { what: "latency is not known", violating: 0, pending: 0, latencyMs: Number.NaN, answered: 1, reward: 1 },
])("KARMA's five parts, .2 each, when $what", ({ violating, pending, latencyMs, answered, reward }) => {
  const seen = { violatingShare: violating, pendingPodShare: pending, latencyMs, answeredShare: answered };
  expect(operationalReward(seen, 200)).toBeCloseTo(reward, 12);
});

const calm = { latencyS: 0.1, cpu: 0.85, podShare: 0.6, change: 0, changeBefore: 0 };

test.each([
  { what: "on target and unchanged", moment: {}, reward: 0.1 },
  { what: "at twice the latency", moment: { latencyS: 0.4 }, reward: -0.4 + 0.1 },
  { what: "at 1.5 times the latency", moment: { latencyS: 0.3 }, reward: -0.2 + 0.1 },
  { what: "at ten times the latency, capped", moment: { latencyS: 2 }, reward: -0.4 + 0.1 },
  { what: "with idle CPU", moment: { cpu: 0 }, reward: -0.3 + 0.1 },
  { what: "growing", moment: { change: 1 }, reward: 0 },
  { what: "growing again", moment: { change: 1, changeBefore: 2 }, reward: 0 },
  { what: "growing after shrinking", moment: { change: 1, changeBefore: -1 }, reward: -0.2 },
])("the thesis' shaped reward $what", ({ moment, reward }) => {
  expect(shapedReward({ ...calm, ...moment })).toBeCloseTo(reward, 12);
});

const steady = { latencyS: 0.16, cpu: 0.5, podShare: 0.6, change: 0, changeBefore: 0 };

test.each([
  { what: "below 150 ms", moment: { latencyS: 0.1 }, reward: 8 + 1.5 },
  { what: "below 200 ms", moment: {}, reward: 3 + 1.5 },
  { what: "below 300 ms", moment: { latencyS: 0.25 }, reward: 1.5 },
  { what: "at 600 ms", moment: { latencyS: 0.6 }, reward: -20 + 1.5 },
  { what: "with CPU at 70 %", moment: { cpu: 0.7 }, reward: 3 + 1.5 },
  { what: "with CPU above 70 %", moment: { cpu: 0.8 }, reward: 3 - 1 },
  { what: "with CPU below 40 %", moment: { cpu: 0.35 }, reward: 3 },
  { what: "fast on few pods", moment: { latencyS: 0.1, cpu: 0.45, podShare: 0.4 }, reward: 8 + 1.5 + 1.5 },
  { what: "fast on many idle pods", moment: { latencyS: 0.1, cpu: 0.2, podShare: 0.9 }, reward: 8 - 0.4 },
  { what: "fast on many busy pods", moment: { latencyS: 0.1, cpu: 0.45, podShare: 0.9 }, reward: 8 + 1.5 },
  { what: "growing because CPU is above 50 %", moment: { cpu: 0.6, change: 1 }, reward: 3 + 1.5 + 1 },
  { what: "growing because of latency", moment: { latencyS: 0.25, cpu: 0.4, change: 2 }, reward: 1.5 + 1 },
  { what: "growing without need", moment: { cpu: 0.4, change: 1 }, reward: 3 + 1.5 },
  { what: "shrinking under latency", moment: { cpu: 0.4, change: -1 }, reward: 3 + 1.5 - 5 },
  { what: "shrinking under load", moment: { latencyS: 0.1, cpu: 0.65, change: -1 }, reward: 8 + 1.5 - 5 },
  { what: "shrinking at ease", moment: { latencyS: 0.1, cpu: 0.55, change: -1 }, reward: 8 + 1.5 },
])("the thesis' base reward $what", ({ moment, reward }) => {
  expect(baseReward({ ...steady, ...moment })).toBeCloseTo(reward, 12);
});

test.each([
  { what: "all is in use", cpu: 1, memory: 1, reward: -0.5 - 1 },
  { what: "the headroom is just kept", cpu: 0.9, memory: 0.9, reward: -0.05 - 0.05 },
  { what: "half is idle", cpu: 0.5, memory: 0.9, reward: -0.25 - 0.05 },
  { what: "CPU has half of its headroom", cpu: 0.95, memory: 0.9, reward: -0.025 - 0.25 - 0.05 },
  { what: "memory is not known", cpu: 0.9, memory: Number.NaN, reward: -0.05 },
])("KubSmart's reward in shares of the request when $what", ({ cpu, memory, reward }) => {
  expect(kubsmartReward(cpu, memory)).toBeCloseTo(reward, 12);
});
