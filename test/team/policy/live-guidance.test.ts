import { expect, test } from "vitest";
import type { Proposal } from "../../../src/control/loop/autoscaler.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { scalingActions } from "../../../src/team/policy/actions.ts";
import type { CarriedOrganization } from "../../../src/team/policy/carried-organization.ts";
import type { Checkpoint } from "../../../src/team/policy/checkpoint.ts";
import { createLearnedAutoscaler } from "../../../src/team/policy/learned.ts";
import { observationSize, observedFeatures } from "../../../src/team/policy/observe.ts";
import { calibrationOf, calmReadings, chain } from "../chain.ts";
import { chainTeam, drawWeights } from "./chain-team.ts";

const { timing } = calibrationOf(chain);
const context = { topology: chain, timing };
const keep = scalingActions.findIndex(({ of }) => of === "size");

/** A team whose agents all prefer one action. */
function team(preferred: number, extras: Partial<Checkpoint> = {}): Checkpoint {
  const network = defineMlp([observationSize, scalingActions.length]);
  const weights = drawWeights(network, 0.001);
  weights[network.layers.at(-1)!.biasesAt + preferred] = 1;
  return chainTeam(network, { weights, ...extras });
}

/** Role a for the first service, b for the second, none for the others; more as given. */
function organization(structural: object): CarriedOrganization {
  const document = {
    name: "small",
    labels: { small: [{ signal: "desired", below: 5 }], large: [{ signal: "desired", above: 5 }] },
    structural: { roles: { a: {}, b: {} }, ...structural },
  };
  return { document: JSON.parse(JSON.stringify(document)), roles: [["a"], ["b"], [], []] };
}

const group = { id: "g", roles: { a: {}, b: {} } };

/** The second decision on these sizes: needs are known by then. */
function decide(checkpoint: Checkpoint, desired: readonly number[], ready = desired): readonly Proposal[] {
  const autoscaler = createLearnedAutoscaler(checkpoint, context);
  const readings = calmReadings(1, 400, 6);
  readings.desired.set(desired);
  readings.ready.set(ready);
  autoscaler.decide(readings);
  return autoscaler.decide({ ...readings, atMs: timing.syncPeriodMs });
}

const shrinking = [9, 9, 9, 9];
const largest = scalingActions.findIndex(({ factor }) => factor === 3);

test("a rule takes actions from the agents that play its role; the decision says which rule, which actions, and what the agent would have done", () => {
  const rules = [{ history: "#any_seq,large", allow: ["keep"] }];
  const carried = organization({ roles: { a: { rules }, b: {} }, group });
  const [bound, free] = decide(team(largest, { organization: carried }), [60, 60, 60, 60]);
  expect(bound).toMatchObject({
    replicas: 60,
    evidence: {
      ruled: {
        forbidden: [{ rule: "a: after #any_seq,large only keep" }],
        preferred: largest,
      },
    },
    reasons: [expect.stringContaining("; its role forbids 3 x the feed-forward need")],
  });
  // What is left keeps the size: `keep`, and multiples of the need that are hardly below it.
  const { probabilities, ruled } = bound!.evidence!;
  const left = probabilities.flatMap((one, action) => (one > 0 ? [action] : []));
  expect(left).toContain(keep);
  expect(ruled!.forbidden.flatMap(({ actions }) => actions)).toEqual(
    scalingActions.map((_, action) => action).filter((action) => !left.includes(action)),
  );
  expect(free!.evidence).not.toHaveProperty("ruled");
});

test("a rule that does not speak changes nothing", () => {
  const rules = [{ history: "#any_seq,small", allow: ["keep"] }];
  const carried = organization({ roles: { a: { rules }, b: {} }, group });
  const bare = organization({ group });
  expect(decide(team(largest, { organization: carried }), shrinking)).toEqual(
    decide(team(largest, { organization: bare }), shrinking),
  );
});

test("a rule never brings back what the checkpoint forbids for good", () => {
  const rules = [{ history: "#any_seq,large", allow: ["keep"] }];
  const carried = organization({ roles: { a: { rules }, b: {} }, group });
  const forbidden = chain.services.map(() => [keep]);
  const [bound] = decide(team(largest, { organization: carried, forbidden }), shrinking);
  expect(bound!.evidence!.action).not.toBe(keep);
});

test.each([
  ["with authority, the subordinate keeps its size and the decision says by whose word", "authority", true],
  ["with communication alone, it shrinks", "communication", false],
])("where one agent grows while another shrinks: %s", (_, type, isOverruled) => {
  const carried = organization({ group: { ...group, links: [{ type, from: "a", to: "b" }] } });
  const [superior, subordinate] = decide(team(largest, { organization: carried }), [1, 300, 300, 300], [6, 6, 6, 6]);
  expect(superior!.replicas).toBeGreaterThan(1);
  if (isOverruled) {
    const { name } = chain.services[0]!;
    expect(subordinate).toMatchObject({
      replicas: 300,
      evidence: { action: largest, ruled: { forbidden: [], overruled: { by: name, action: keep } } },
      reasons: [expect.stringContaining(`${name} grows, and overrules 3 x the feed-forward need`)],
    });
  } else expect(subordinate!.replicas).toBeLessThan(300);
});

test("a link lets an agent hear another one's shortage; without it, it does not", () => {
  const feature = observedFeatures.indexOf("upstreamReadyToNeed");
  const heard = (type: string | undefined): number => {
    const links = type === undefined ? [] : [{ type, from: "a", to: "b" }];
    const carried = organization({ group: { ...group, links } });
    return decide(team(keep, { organization: carried }), [1, 99, 99, 99])[1]!.evidence!.observation[feature]!;
  };
  const everyone = decide(team(keep), [1, 99, 99, 99])[1]!.evidence!.observation[feature]!;
  expect(everyone).toBeLessThan(0);
  expect(heard("communication")).toBe(everyone);
  expect(heard("authority")).toBe(everyone);
  expect(heard("acquaintance")).toBe(1);
  expect(heard(undefined)).toBe(1);
});
