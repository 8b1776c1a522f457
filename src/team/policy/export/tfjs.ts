import { type Dense, normEpsilon } from "../../../nn/kernels.ts";
import type { ExportedFile, ExportedPolicy, Memoryless } from "./exported-policy.ts";

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

function layerOf(layer: Memoryless, k: number, layers: readonly Memoryless[]): object {
  const common = { name: nameOf(k), trainable: true, dtype: "float32" };
  // What is called silu elsewhere, TensorFlow.js calls swish.
  if (layer.kind === "activate")
    return { class_name: "Activation", config: { ...common, activation: layer.of === "silu" ? "swish" : layer.of } };
  if (layer.kind === "norm")
    return { class_name: "LayerNormalization", config: { ...common, axis: -1, epsilon: normEpsilon } };
  // The last layer's values are logits; what leaves the model are probabilities.
  const activation = k === layers.length - 1 ? "softmax" : layer.activation;
  const config = { ...common, units: layer.fanOut, activation, use_bias: true };
  return { class_name: "Dense", config: k === 0 ? { ...config, batch_input_shape: [null, layer.fanIn] } : config };
}

function specsOf(layer: Memoryless, k: number): readonly object[] {
  const { fanIn, fanOut } = layer;
  const spec = (name: string, shape: readonly number[]): object => {
    return { name: `${nameOf(k)}/${name}`, shape, dtype: "float32" };
  };
  if (layer.kind === "dense") return [spec("kernel", [fanIn, fanOut]), spec("bias", [fanOut])];
  return layer.kind === "norm" ? [spec("gamma", [fanOut]), spec("beta", [fanOut])] : [];
}

function nameOf(layer: number): string {
  return `dense_${layer + 1}`;
}

/** Of each layer kernels turned to [fanIn][fanOut], or gains, and then biases. */
function weightBytes(layers: readonly Memoryless[], weights: Float32Array): Uint8Array {
  const numbers = layers.flatMap((layer) => {
    if (layer.kind === "activate") return [];
    const biases = [...weights.subarray(layer.biasesAt, layer.biasesAt + layer.fanOut)];
    const first =
      layer.kind === "dense" ? turned(layer, weights) : weights.subarray(layer.gainsAt, layer.gainsAt + layer.fanOut);
    return [...first, ...biases];
  });
  const bytes = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [at, value] of numbers.entries()) bytes.setFloat32(4 * at, value, true);
  return new Uint8Array(bytes.buffer);
}

function turned({ fanIn, fanOut, weightsAt }: Dense, weights: Float32Array): number[] {
  const kernel: number[] = [];
  for (let i = 0; i < fanIn; i++) for (let o = 0; o < fanOut; o++) kernel.push(weights[weightsAt + o * fanIn + i]!);
  return kernel;
}
