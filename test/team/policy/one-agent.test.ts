import { expect, test } from "vitest";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { scalingActions } from "../../../src/team/policy/actions.ts";
import type { Checkpoint } from "../../../src/team/policy/checkpoint.ts";
import { createLearnedAutoscaler } from "../../../src/team/policy/learned.ts";
import { observationSize } from "../../../src/team/policy/observe.ts";
import { calibrationOf, calmReadings, chain } from "../chain.ts";
import { chainTeam } from "./chain-team.ts";

const { timing } = calibrationOf(chain);
const width = scalingActions.length;

/** One agent that would do this to this service. */
function one(service: number, action: number, extras: Partial<Checkpoint> = {}): Checkpoint {
  const network = defineMlp([4 * observationSize, 4 * width]);
  const weights = new Float32Array(network.endsAt);
  weights[network.layers.at(-1)!.biasesAt + service * width + action] = 2;
  return chainTeam(network, { agents: "one", weights, ...extras });
}

test("one agent for all moves the service it chooses, and no other", () => {
  const autoscaler = createLearnedAutoscaler(one(2, 8), { topology: chain, timing });
  autoscaler.decide(calmReadings(1, 400, 6));
  const proposals = autoscaler.decide(calmReadings(1, 400, 6));
  expect(proposals.map(({ evidence }) => evidence!.action)).toEqual([0, 0, 8, 0]);
  expect(proposals.map(({ replicas }) => replicas).toSpliced(2, 1)).toEqual([6, 6, 6]);
  expect(proposals[2]!.replicas).toBeGreaterThan(6);
  for (const { evidence } of proposals)
    expect(evidence!.probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6);
});

test("what its checkpoint forbids it, it does not choose", () => {
  const forbidden = chain.services.map((_, service) => (service === 2 ? [8] : []));
  const autoscaler = createLearnedAutoscaler(one(2, 8, { forbidden }), { topology: chain, timing });
  const [, , bound] = autoscaler.decide(calmReadings(1, 400, 6));
  expect(bound!.evidence).toMatchObject({ action: 0 });
  expect(bound!.evidence!.probabilities[8]).toBe(0);
});
