import * as fc from "fast-check";
import { expect, test } from "vitest";
import { exportedPolicyOf } from "../../../../src/team/policy/export/exported-policy.ts";
import { onnxFiles } from "../../../../src/team/policy/export/onnx.ts";
import { joined, text, whole } from "../../../../src/team/policy/export/protobuf.ts";
import { observationSize } from "../../../../src/team/policy/observe.ts";
import {
  exampleCheckpoint,
  exampleObservations,
  exampleStyles,
  largestDistance,
  ownProbabilities,
} from "./example-policy.ts";
import { floatsOf, messagesOf, numbersOf, type ReadField, readFields, textsOf } from "./protobuf-fields.ts";

// The real runtime's verdict is in test/python/test_onnx_export.py; this needs no Python.

const checkpoint = exampleCheckpoint();
const model = readFields(onnxFiles(exportedPolicyOf(checkpoint))[0]!.content as Uint8Array);
const [graph] = messagesOf(model, 7);

type Matrix = { readonly shape: readonly number[]; readonly values: readonly number[] };

/** Runs a graph node after node on one observation. */
function run(own: ReadField[], observation: readonly number[]): ReadonlyMap<string, Matrix> {
  const known = new Map<string, Matrix>([["observations", { shape: [1, observation.length], values: observation }]]);
  for (const tensor of messagesOf(own, 5)) {
    const bytes = tensor.find(({ number }) => number === 9)!.value as Uint8Array;
    known.set(textsOf(tensor, 8)[0]!, { shape: numbersOf(tensor, 1), values: floatsOf(bytes) });
  }
  for (const node of messagesOf(own, 1)) {
    const inputs = textsOf(node, 1).map((name) => known.get(name)!);
    const values = operators[textsOf(node, 4)[0]!]!(inputs.map((input) => input.values));
    known.set(textsOf(node, 2)[0]!, { shape: [1, values.length], values });
  }
  return known;
}

const operators: Readonly<Record<string, (inputs: readonly (readonly number[])[]) => readonly number[]>> = {
  Gemm: ([x = [], w = [], b = []]) => b.map((bias, o) => x.reduce((sum, v, i) => sum + v * w[o * x.length + i]!, bias)),
  Tanh: ([x = []]) => x.map(Math.tanh),
  Relu: ([x = []]) => x.map((v) => Math.max(0, v)),
  Sigmoid: ([x = []]) => x.map((v) => 1 / (1 + Math.exp(-v))),
  Mul: ([x = [], y = []]) => x.map((v, k) => v * y[k]!),
  LayerNormalization: ([x = [], gains = [], biases = []]) => {
    const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
    const variance = x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length;
    return x.map((v, k) => ((v - mean) / Math.sqrt(variance + 1e-5)) * gains[k]! + biases[k]!);
  },
  Softmax: ([x = []]) => {
    const sum = x.reduce((total, v) => total + Math.exp(v), 0);
    return x.map((v) => Math.exp(v) / sum);
  },
};

test.each(exampleStyles)("the graph of a team of %o, run by hand, gives our own probabilities to 1e-5", (style) => {
  const team = exampleCheckpoint(style);
  const [own] = messagesOf(readFields(onnxFiles(exportedPolicyOf(team))[0]!.content as Uint8Array), 7);
  const rows = 20;
  const observations = exampleObservations(rows);
  const found = Array.from({ length: rows }, (_, row) => {
    const observation = [...observations.subarray(row * observationSize, (row + 1) * observationSize)];
    return [...run(own!, observation).get("probabilities")!.values];
  }).flat();
  expect(largestDistance(found, ownProbabilities(team, observations))).toBeLessThan(1e-5);
});

/** [name, width] of inputs or outputs. */
function valuesOf(number: number): (readonly [string, number])[] {
  return messagesOf(graph!, number).map((value) => {
    const shape = messagesOf(messagesOf(messagesOf(value, 2)[0]!, 1)[0]!, 2)[0]!;
    const [rows, width] = messagesOf(shape, 1);
    expect(textsOf(rows!, 2)).toEqual(["rows"]);
    return [textsOf(value, 1)[0]!, numbersOf(width!, 1)[0]!];
  });
}

test("inputs and outputs take any number of rows and have our widths", () => {
  expect(valuesOf(11)).toEqual([["observations", 31]]);
  expect(valuesOf(12)).toEqual([
    ["logits", 15],
    ["probabilities", 15],
  ]);
});

test("the opset is fixed, and the notes are metadata", () => {
  expect(numbersOf(model, 1)).toEqual([8]);
  expect(messagesOf(model, 8).map((fields) => [textsOf(fields, 1), numbersOf(fields, 2)])).toEqual([[[""], [17]]]);
  const notes = messagesOf(model, 14).map((one: ReadField[]) => [textsOf(one, 1)[0]!, JSON.parse(textsOf(one, 2)[0]!)]);
  expect(Object.fromEntries(notes)).toEqual(exportedPolicyOf(checkpoint).notes);
});

test("numbers and texts of any size come back from the wire as they were", () => {
  const field = fc.record({ number: fc.integer({ min: 1, max: 3_000 }), value: fc.maxSafeNat() });
  fc.assert(
    fc.property(fc.array(field), fc.string({ unit: "grapheme" }), (fields, word) => {
      const read = readFields(joined([...fields.map((one) => whole(one.number, one.value)), text(7_000, word)]));
      expect(read.slice(0, -1)).toEqual(fields);
      expect(textsOf(read, 7_000)).toEqual([word]);
    }),
  );
});
