import { expect, test } from "vitest";
import { KarmaError } from "../../../src/core/errors.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { defineNetwork, type NetworkStyle } from "../../../src/nn/network.ts";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
} from "../../../src/team/policy/checkpoint.ts";
import { createLearnedAutoscaler } from "../../../src/team/policy/learned.ts";
import { observationSize } from "../../../src/team/policy/observe.ts";
import { calibrationOf, calmReadings, chain, shippedTopology } from "../chain.ts";
import { chainTeam } from "./chain-team.ts";

const { timing } = calibrationOf(chain);

function example(): Checkpoint {
  const training = { algorithm: "ippo", seed: 1, steps: 100, config: { kappa: 40 } } as const;
  return chainTeam(defineMlp([observationSize, 8, 15]), { training });
}

test("what is written is read, to the bit, and writes the same text again", () => {
  const text = encodeCheckpoint(example());
  const decoded = readCheckpoint(text, "x.json");
  expect(decoded).toEqual(example());
  expect(encodeCheckpoint(decoded)).toBe(text);
});

const small = { name: "small", structural: { roles: { a: {} }, group: { id: "g", roles: { a: {} } } } };

const whole = { document: small, roles: [["a"], ["a"], [], []] };

test.each<NetworkStyle>([{ activation: "relu" }, { activation: "silu", normalisation: "layer" }, { memory: "gru" }])(
  "what stands between the layers is kept: %o",
  (style) => {
    const team = chainTeam(defineNetwork([observationSize, 8, 8, 15], style));
    const text = encodeCheckpoint(team);
    expect(readCheckpoint(text, "x.json")).toEqual(team);
    expect(JSON.parse(text)).toMatchObject({ network: { sizes: [31, 8, 8, 15], ...style } });
  },
);

test("one agent for all services is kept, with a network of its own size, and has no organization", () => {
  const network = defineMlp([4 * observationSize, 8, 4 * 15]);
  const one = { ...example(), agents: "one" as const, network, weights: new Float32Array(network.endsAt) };
  expect(readCheckpoint(encodeCheckpoint(one), "x.json")).toEqual(one);
  expect(decodeCheckpoint(encodeCheckpoint({ ...one, organization: whole }))).toMatchObject({
    ok: false,
    problems: [{ path: "organization" }],
  });
});

test("an organization is kept, with who plays what", () => {
  const full = { ...example(), organization: whole };
  const text = encodeCheckpoint(full);
  expect(readCheckpoint(text, "x.json")).toEqual(full);
  expect(encodeCheckpoint(readCheckpoint(text, "x.json"))).toBe(text);
});

test("ranges seen in training and forbidden actions are kept", () => {
  const width = observationSize;
  const seen = {
    samples: 7,
    low: Array.from({ length: width }, () => -1),
    high: Array.from({ length: width }, () => 1),
  };
  const full = { ...example(), seen, forbidden: [[0], [], [1, 2], []] };
  expect(readCheckpoint(encodeCheckpoint(full), "x.json")).toEqual(full);
});

test.each([
  { what: "ranges of other features", extras: { seen: { samples: 7, low: [0], high: [1] } }, path: "seen" },
  { what: "roles of fewer agents", extras: { forbidden: [[0]] }, path: "forbidden" },
  {
    what: "an organization for fewer agents",
    extras: { organization: { document: small, roles: [["a"]] } },
    path: "organization.roles",
  },
  {
    what: "a role that its organization does not have",
    extras: { organization: { document: small, roles: [["a"], ["b"], [], []] } },
    path: "organization.roles[1]",
  },
  {
    what: "an organization without roles",
    extras: { organization: { document: { ...small, structural: { group: { id: "g" } } }, roles: [[], [], [], []] } },
    path: "organization.document.structural.roles",
  },
  {
    what: "an organization for one agent",
    extras: { agents: "one" as const, organization: whole },
    path: "network.sizes",
  },
  { what: "an action that is none", extras: { forbidden: [[15], [], [], []] }, path: "forbidden" },
  {
    what: "an agent with no action left",
    extras: { forbidden: [Array.from({ length: 15 }, (_, k) => k), [], [], []] },
    path: "forbidden",
  },
])("a checkpoint with $what is refused at $path", ({ extras, path }) => {
  const decoded = decodeCheckpoint(encodeCheckpoint({ ...example(), ...extras }));
  expect(decoded).toMatchObject({ ok: false, problems: [{ path }] });
});

/** A checkpoint file in which one value was replaced; undefined leaves it out. */
function damaged(path: string, value: unknown): string {
  return JSON.stringify(JSON.parse(encodeCheckpoint(example()), reviver(path, value)));
}

function reviver(path: string, value: unknown): (key: string, found: unknown) => unknown {
  const last = path.split(".").at(-1);
  return (key, found) => (key === last ? value : found);
}

const flipped = `B${JSON.stringify(encodeCheckpoint(example()))
  .match(/base64\\": \\"(.[^\\]*)/)![1]!
  .slice(1)}`;

test.each([
  { what: "no JSON", text: "{", path: "", message: /cut off or no JSON/ },
  { what: "a list", text: "[]", path: "", message: /object/ },
  { what: "another format", text: damaged("format", "x/9"), path: "format", message: /karma-checkpoint\/1/ },
  { what: "other observations", text: damaged("observation", "old/0"), path: "observation", message: /old\/0/ },
  { what: "other actions", text: damaged("action", "old/0"), path: "action", message: /old\/0/ },
  { what: "no weights", text: damaged("weights", undefined), path: "weights", message: /./ },
  { what: "a foreign back end", text: damaged("backEnd", "gpu"), path: "backEnd", message: /plain/ },
  { what: "a headroom of 0", text: damaged("headroom", 0), path: "headroom", message: /./ },
  { what: "cut weights", text: damaged("base64", "AAAA"), path: "weights.base64", message: /numbers/ },
  { what: "a flipped bit", text: damaged("base64", flipped), path: "weights.base64", message: /damaged/ },
  { what: "other sizes", text: damaged("sizes", [3, 4, 15]), path: "network.sizes", message: /3 to 15/ },
])("a checkpoint with $what is refused at $path", ({ text, path, message }) => {
  const decoded = decodeCheckpoint(text);
  if (decoded.ok) throw new Error("it was accepted");
  expect(decoded.problems).toContainEqual({ path, message: expect.stringMatching(message) });
  expect(() => readCheckpoint(text, "x.json")).toThrow(KarmaError);
});

test("a learned autoscaler proposes a size per service and says which multiple of which need", () => {
  const autoscaler = createLearnedAutoscaler(example(), { topology: chain, timing });
  autoscaler.decide(calmReadings(1, 400, 6));
  const proposals = autoscaler.decide(calmReadings(1, 400, 6));
  expect(proposals).toHaveLength(4);
  for (const { replicas, reasons } of proposals) {
    expect(Number.isInteger(replicas)).toBe(true);
    expect(reasons).toEqual([expect.stringMatching(/^(keep \d+ replicas|.* x the .*need.*) \(probability \d+ %\)$/)]);
  }
});

test("while nothing is known, sizes stay", () => {
  const empty = calmReadings(1, 400, 6);
  for (const column of [empty.cpu, empty.arrivalsPerS, empty.entryArrivalsPerS]) column.fill(Number.NaN);
  const proposals = createLearnedAutoscaler(example(), { topology: chain, timing }).decide(empty);
  expect(proposals.map(({ replicas }) => replicas)).toEqual([6, 6, 6, 6]);
});

test("a checkpoint of another topology is refused", () => {
  const topology = shippedTopology("karma-two-services");
  expect(() => createLearnedAutoscaler(example(), { topology, timing })).toThrow(/was trained on chained-wide/);
});
