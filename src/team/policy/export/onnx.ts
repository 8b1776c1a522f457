import { type Nonlinearity, normEpsilon } from "../../../nn/kernels.ts";
import type { ExportedFile, ExportedPolicy, Memoryless } from "./exported-policy.ts";
import { type Field, float, joined, message, raw, text, whole } from "./protobuf.ts";

/** Fixed: what every runtime since 2022 reads. */
const irVersion = 8;
const opsetVersion = 17;

/** Numbers of `onnx.proto`: element type, and types of attributes. */
const floatElement = 1;
const attributeTypes = { float: 1, int: 2 } as const;

/**
 * One ONNX file: `observations` [rows][features] to `logits` and `probabilities`, both [rows][actions]. The notes are its
 * metadata, a JSON text each.
 *
 * @source onnx/onnx.proto, IR version 8, opset 17: field numbers; operators Gemm, Tanh, Relu, Sigmoid, Mul, LayerNormalization, Softmax
 */
export function onnxFiles(policy: ExportedPolicy): readonly ExportedFile[] {
  const metadata = Object.entries(policy.notes).map(([name, value]) =>
    message(14, [text(1, name), text(2, JSON.stringify(value))]),
  );
  const content = joined([
    whole(1, irVersion),
    text(2, "karma-sim"),
    message(7, graphOf(policy)),
    message(8, [text(1, ""), whole(2, opsetVersion)]),
    ...metadata,
  ]);
  return [{ path: "policy.onnx", content }];
}

function graphOf({ network, weights }: ExportedPolicy): Field[] {
  const { layers, inputs, outputs } = network;
  const nodes = layers.flatMap((layer, k) => layerNodes(layer, k, layers.length));
  return [
    ...nodes.map((fields) => message(1, fields)),
    message(1, nodeOf("Softmax", ["logits"], "probabilities", [intAttribute("axis", 1)])),
    text(2, "policy"),
    ...layers.flatMap((layer, k) => parametersOf(layer, k, weights).map((tensor) => message(5, tensor))),
    message(11, valueOf("observations", inputs)),
    message(12, valueOf("logits", outputs)),
    message(12, valueOf("probabilities", outputs)),
  ];
}

/** A dense layer's weights or a norm's gains, and the biases of either. */
function parametersOf(layer: Memoryless, k: number, weights: Float32Array): Field[][] {
  const { fanIn, fanOut } = layer;
  if (layer.kind === "activate") return [];
  const biases = tensorOf(`biases${k}`, [fanOut], weights.subarray(layer.biasesAt, layer.biasesAt + fanOut));
  if (layer.kind === "norm")
    return [tensorOf(`gains${k}`, [fanOut], weights.subarray(layer.gainsAt, layer.gainsAt + fanOut)), biases];
  const ofInputs = weights.subarray(layer.weightsAt, layer.weightsAt + fanIn * fanOut);
  return [tensorOf(`weights${k}`, [fanOut, fanIn], ofInputs), biases];
}

function layerNodes(layer: Memoryless, k: number, layers: number): Field[][] {
  const input = k === 0 ? "observations" : `values${k - 1}`;
  const output = k === layers - 1 ? "logits" : `values${k}`;
  if (layer.kind === "activate") return activationNodes(layer.of, k, input, output);
  if (layer.kind === "norm") {
    const details = [intAttribute("axis", 1), floatAttribute("epsilon", normEpsilon)];
    return [nodeOf("LayerNormalization", [input, `gains${k}`, `biases${k}`], output, details)];
  }
  // With the weights transposed.
  const scales = [floatAttribute("alpha", 1), floatAttribute("beta", 1), intAttribute("transB", 1)];
  const sums = layer.activation === "tanh" ? `sums${k}` : output;
  const gemm = nodeOf("Gemm", [input, `weights${k}`, `biases${k}`], sums, scales);
  return layer.activation === "tanh" ? [gemm, nodeOf("Tanh", [sums], output, [])] : [gemm];
}

function activationNodes(of: Nonlinearity, k: number, input: string, output: string): Field[][] {
  if (of === "tanh") return [nodeOf("Tanh", [input], output, [])];
  if (of === "relu") return [nodeOf("Relu", [input], output, [])];
  return [nodeOf("Sigmoid", [input], `shares${k}`, []), nodeOf("Mul", [input, `shares${k}`], output, [])];
}

function nodeOf(operator: string, inputs: readonly string[], output: string, attributes: readonly Field[]): Field[] {
  return [...inputs.map((name) => text(1, name)), text(2, output), text(3, output), text(4, operator), ...attributes];
}

function intAttribute(name: string, value: number): Field {
  return message(5, [text(1, name), whole(3, value), whole(20, attributeTypes.int)]);
}

function floatAttribute(name: string, value: number): Field {
  return message(5, [text(1, name), float(2, value), whole(20, attributeTypes.float)]);
}

function tensorOf(name: string, shape: readonly number[], numbers: Float32Array): Field[] {
  const bytes = new DataView(new ArrayBuffer(4 * numbers.length));
  for (let k = 0; k < numbers.length; k++) bytes.setFloat32(4 * k, numbers[k]!, true);
  return [
    ...shape.map((length) => whole(1, length)),
    whole(2, floatElement),
    text(8, name),
    raw(9, new Uint8Array(bytes.buffer)),
  ];
}

/** A matrix of any number of rows. */
function valueOf(name: string, width: number): Field[] {
  const shape = [message(1, [text(2, "rows")]), message(1, [whole(1, width)])];
  return [text(1, name), message(2, [message(1, [whole(1, floatElement), message(2, shape)])])];
}
