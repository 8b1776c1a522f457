import { expect, test } from "vitest";
import { createAutoscaler } from "../../../src/control/autoscalers/autoscalers.ts";
import type { Autoscaler } from "../../../src/control/loop/autoscaler.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { defineNetwork } from "../../../src/nn/network.ts";
import { scalingActions } from "../../../src/team/policy/actions.ts";
import type { Checkpoint } from "../../../src/team/policy/checkpoint.ts";
import { createDoubtedTeam } from "../../../src/team/policy/doubted.ts";
import { createLearnedAutoscaler } from "../../../src/team/policy/learned.ts";
import { observationSize } from "../../../src/team/policy/observe.ts";
import { calibrationOf, calmReadings, chain } from "../chain.ts";
import { chainTeam } from "./chain-team.ts";

const { timing } = calibrationOf(chain);
const context = { topology: chain, timing };

function team(extras: Partial<Checkpoint> = {}): Checkpoint {
  return chainTeam(defineMlp([observationSize, 8, scalingActions.length]), extras);
}

test("a proposal tells what the agent saw, how probable each action was, and which it took", () => {
  const [proposal] = createLearnedAutoscaler(team(), context).decide(calmReadings(1, 400, 6));
  const { observation, probabilities, action } = proposal!.evidence!;
  expect(observation).toHaveLength(observationSize);
  expect(probabilities).toHaveLength(scalingActions.length);
  expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
  expect(probabilities[action]).toBe(Math.max(...probabilities));
});

test("an action that a checkpoint forbids its agent is never taken, and has probability 0", () => {
  const free = createLearnedAutoscaler(team(), context).decide(calmReadings(1, 400, 6));
  const favourite = free[1]!.evidence!.action;
  const forbidden = chain.services.map((_, agent) => (agent === 1 ? [favourite] : []));
  const bound = createLearnedAutoscaler(team({ forbidden }), context).decide(calmReadings(1, 400, 6));
  expect(bound[1]!.evidence!.action).not.toBe(favourite);
  expect(bound[1]!.evidence!.probabilities[favourite]).toBe(0);
  expect(bound[0]).toEqual(free[0]);
});

test("an agent with one action left takes it, however improbable it was", () => {
  const forbidden = chain.services.map(() => scalingActions.flatMap((_, action) => (action === 3 ? [] : [action])));
  for (const { evidence } of createLearnedAutoscaler(team({ forbidden }), context).decide(calmReadings(1, 400, 6)))
    expect(evidence).toMatchObject({ action: 3 });
});

function probabilitiesOf(autoscaler: Autoscaler): readonly (readonly number[])[] {
  return autoscaler.decide(calmReadings(1, 400, 6)).map(({ evidence }) => evidence!.probabilities);
}

test("a team with a memory decides by what it saw before; a new autoscaler remembers nothing", () => {
  const remembering = chainTeam(defineNetwork([observationSize, 8, scalingActions.length], { memory: "gru" }));
  const autoscaler = createLearnedAutoscaler(remembering, context);
  const first = probabilitiesOf(autoscaler);
  expect(probabilitiesOf(createLearnedAutoscaler(remembering, context))).toEqual(first);
  expect(probabilitiesOf(autoscaler)).not.toEqual(first);
});

const wide = {
  samples: 1,
  low: Array.from({ length: observationSize }, () => -9),
  high: Array.from({ length: observationSize }, () => 9),
};
const hpa = (): ReturnType<typeof createAutoscaler> => createAutoscaler("hpa:60", context);

test("a team that sees what training showed speaks for itself", () => {
  const doubted = createDoubtedTeam(team({ seen: wide }), context, hpa());
  for (const proposal of doubted.decide(calmReadings(1, 400, 6))) expect(proposal).not.toHaveProperty("substitution");
});

test.each([
  { what: "a feature outside of training", high: -8, column: undefined, because: /^unseen: cpu is/ },
  { what: "a missing reading", high: 9, column: "cpu" as const, because: /^missing: the CPU use$/ },
])("$what lets the HPA decide", ({ high, column, because }) => {
  const seen = { ...wide, high: wide.high.map((each, at) => (at === 4 ? high : each)) };
  const readings = calmReadings(1, 400, 6);
  if (column !== undefined) readings[column].fill(Number.NaN);
  for (const { substitution } of createDoubtedTeam(team({ seen }), context, hpa()).decide(readings))
    expect(substitution).toMatchObject({ by: "hpa:60", because: [expect.stringMatching(because)] });
});
