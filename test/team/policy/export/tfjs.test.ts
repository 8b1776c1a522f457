import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { exportedPolicyOf } from "../../../../src/team/policy/export/exported-policy.ts";
import { tfjsFiles } from "../../../../src/team/policy/export/tfjs.ts";
import { observationSize } from "../../../../src/team/policy/observe.ts";
import {
  exampleCheckpoint,
  exampleObservations,
  exampleStyles,
  largestDistance,
  ownProbabilities,
} from "./example-policy.ts";

// Registers itself.
await import("@tensorflow/tfjs-backend-cpu");
// No advice on stderr to install another back end.
tf.env().set("PROD", true);

type ModelJson = tf.io.ModelJSON & { readonly userDefinedMetadata: unknown };

const checkpoint = exampleCheckpoint();
const [model, weights] = tfjsFiles(exportedPolicyOf(checkpoint));
const json = JSON.parse(String(model!.content)) as ModelJson;

test.each(exampleStyles)("TensorFlow.js loads a model of %o and gives our own probabilities to 1e-5", async (style) => {
  const team = exampleCheckpoint(style);
  const [file, numbers] = tfjsFiles(exportedPolicyOf(team));
  const { modelTopology, weightsManifest } = JSON.parse(String(file!.content)) as ModelJson;
  const bytes = Uint8Array.from(numbers!.content as Uint8Array);
  const loaded = await loadLayersModel({
    load: async () => ({
      modelTopology,
      weightSpecs: weightsManifest.flatMap((group) => group.weights),
      weightData: bytes.buffer,
    }),
  });
  const rows = 50;
  const observations = exampleObservations(rows);
  const output = loaded.predict(tf.tensor2d(observations, [rows, observationSize])) as tf.Tensor;
  expect(output.shape).toEqual([rows, 15]);
  expect(largestDistance(output.dataSync(), ownProbabilities(team, observations))).toBeLessThan(1e-5);
});

test("model.json names the file beside it, and says what features and actions are", () => {
  expect(json.weightsManifest.flatMap(({ paths }) => paths)).toEqual([weights!.path]);
  expect(json.userDefinedMetadata).toEqual(exportedPolicyOf(checkpoint).notes);
});
