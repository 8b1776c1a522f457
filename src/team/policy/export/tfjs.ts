import type { Dense } from "../../../nn/kernels.ts";
import type { ExportedFile, ExportedPolicy } from "./exported-policy.ts";

/**
 * A TensorFlow.js layers model: observations [rows][features] to probabilities [rows][actions]. `model.json` names
 * `weights.bin` beside it; the notes are its `userDefinedMetadata`.
 *
 * @source tensorflow/tfjs, tfjs-core/src/io/types.ts, ModelJSON; weights in 32-bit floats, little endian
 */
export function tfjsFiles({ network, weights, notes }: ExportedPolicy): readonly ExportedFile[] {
  const { layers } = network;
  const model = {
    format: "layers-model",
    generatedBy: "karma-sim",
    convertedBy: null,
    modelTopology: {
      class_name: "Sequential",
      config: { name: "policy", layers: layers.map(layerOf) },
      keras_version: "2.15.0",
      backend: "tensor_flow",
    },
    weightsManifest: [{ paths: ["weights.bin"], weights: layers.flatMap(specsOf) }],
    userDefinedMetadata: notes,
  };
  return [
    { path: "model.json", content: `${JSON.stringify(model, undefined, 2)}\n` },
    { path: "weights.bin", content: weightBytes(layers, weights) },
  ];
}

function layerOf({ fanIn, fanOut, activation }: Dense, k: number, layers: readonly Dense[]): object {
  const config = {
    name: nameOf(k),
    trainable: true,
    dtype: "float32",
    units: fanOut,
    // The last layer's values are logits; what leaves the model are probabilities.
    activation: k === layers.length - 1 ? "softmax" : activation,
    use_bias: true,
  };
  return { class_name: "Dense", config: k === 0 ? { ...config, batch_input_shape: [null, fanIn] } : config };
}

function specsOf({ fanIn, fanOut }: Dense, k: number): readonly object[] {
  return [
    { name: `${nameOf(k)}/kernel`, shape: [fanIn, fanOut], dtype: "float32" },
    { name: `${nameOf(k)}/bias`, shape: [fanOut], dtype: "float32" },
  ];
}

function nameOf(layer: number): string {
  return `dense_${layer + 1}`;
}

/** Kernels turned to [fanIn][fanOut], each followed by its biases. */
function weightBytes(layers: readonly Dense[], weights: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 * weights.length));
  let at = 0;
  const put = (value: number): void => {
    bytes.setFloat32(at, value, true);
    at += 4;
  };
  for (const { fanIn, fanOut, weightsAt, biasesAt } of layers) {
    for (let i = 0; i < fanIn; i++) for (let o = 0; o < fanOut; o++) put(weights[weightsAt + o * fanIn + i]!);
    for (let o = 0; o < fanOut; o++) put(weights[biasesAt + o]!);
  }
  return new Uint8Array(bytes.buffer);
}
