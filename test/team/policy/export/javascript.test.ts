import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { createPlainKernels } from "../../../../src/nn/plain.ts";
import { type ExportedPolicy, exportedPolicyOf } from "../../../../src/team/policy/export/exported-policy.ts";
import { javaScriptFiles } from "../../../../src/team/policy/export/javascript.ts";
import { maskOf } from "../../../../src/team/policy/action-mask.ts";
import { createGreedyPlayer } from "../../../../src/team/policy/inference.ts";
import { observationSize } from "../../../../src/team/policy/observe.ts";
import { createFolder } from "../../../host/folder.ts";
import {
  exampleCheckpoint,
  exampleObservations,
  exampleStyles,
  largestDistance,
  ownProbabilities,
} from "./example-policy.ts";

type Module = {
  readonly notes: unknown;
  probabilities(observation: ArrayLike<number>, forbidden?: readonly number[]): Float64Array;
  act(observation: ArrayLike<number>, forbidden?: readonly number[]): number;
};

const checkpoint = exampleCheckpoint();
const policy = exportedPolicyOf(checkpoint);

async function imported(exported: ExportedPolicy = policy): Promise<Module> {
  const [file] = javaScriptFiles(exported);
  const path = join(createFolder(), file!.path);
  writeFileSync(path, file!.content);
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Module;
}

const rows = 200;
const observations = exampleObservations(rows);
const rowOf = (row: number): Float32Array => observations.subarray(row * observationSize, (row + 1) * observationSize);

test.each(exampleStyles)("the exported module of %o gives the probabilities of our own inference", async (style) => {
  const team = exampleCheckpoint(style);
  const module = await imported(exportedPolicyOf(team));
  const found = Array.from({ length: rows }, (_, row) => [...module.probabilities(rowOf(row))]).flat();
  expect(largestDistance(found, ownProbabilities(team, observations))).toBeLessThan(1e-12);
});

test("it takes the action that our own inference takes, and never a forbidden one", async () => {
  const module = await imported();
  const { network, weights } = checkpoint;
  const forbidden = Array.from({ length: rows }, (_, row) => [row % 15, (row + 4) % 15]);
  const player = createGreedyPlayer(createPlainKernels(), network, weights, rows);
  player.choose(observations, maskOf(forbidden, network.outputs));
  const found = forbidden.map((each, row) => module.act(rowOf(row), each));
  expect(found).toEqual([...player.actions]);
});

test("a team that remembers is refused with what to do", () => {
  expect(() => exportedPolicyOf(exampleCheckpoint({ memory: "gru" }))).toThrow(
    expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringContaining("--memory gru") }),
  );
});

test("names of services and what the team must not do travel with it", async () => {
  expect((await imported()).notes).toEqual(policy.notes);
});

test("an observation of another length is refused", async () => {
  const module = await imported();
  expect(() => module.probabilities([1, 2])).toThrow("expected 31 numbers");
  expect(() => module.probabilities(new Float32Array(40))).toThrow("expected 31 numbers");
});
