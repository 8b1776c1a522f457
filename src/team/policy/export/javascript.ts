import { numbersToBase64 } from "../../../core/base64.ts";
import { normEpsilon } from "../../../nn/kernels.ts";
import type { ExportedFile, ExportedPolicy } from "./exported-policy.ts";

/**
 * One ES module that needs nothing, in Node, a browser or a worker: `probabilities(observation, forbidden)`,
 * `act(observation, forbidden)` and `notes`. Its arithmetic is that of the plain kernels, sum by sum.
 */
export function javaScriptFiles({ network, weights, notes }: ExportedPolicy): readonly ExportedFile[] {
  const data = [
    `export const notes = ${JSON.stringify(notes, undefined, 2)};`,
    `const layers = ${JSON.stringify(network.layers)};`,
    `const weights = numbersOf("${numbersToBase64(weights)}");`,
  ];
  return [{ path: "policy.mjs", content: `${opening}\n${data.join("\n")}\n${program}` }];
}

const opening = `// A policy trained by karma. See docs/policy.md of karma-sim for what the features and actions mean.`;

const program = `
/**
 * How probable each action is.
 *
 * @param {ArrayLike<number>} observation  one number for each of notes.features
 * @param {readonly number[]} forbidden  actions that must not be taken: notes.forbidden[agent]
 * @returns {Float64Array} one number for each of notes.actions; their sum is 1
 */
export function probabilities(observation, forbidden = []) {
  let values = Float64Array.from({ length: layers[0].fanIn }, (_, k) => observation[k]);
  if (observation.length !== values.length || values.some(Number.isNaN))
    throw new TypeError("expected " + values.length + " numbers, found others");
  for (const layer of layers) values = forward(layer, values);
  for (const action of forbidden) values[action] = -Infinity;
  return softmax(values);
}

/** The most probable action that is not forbidden: an index of notes.actions. */
export function act(observation, forbidden = []) {
  const all = probabilities(observation, forbidden);
  return all.indexOf(Math.max(...all));
}

function forward(layer, input) {
  if (layer.kind === "activate") return input.map(nonlinearities[layer.of]);
  return layer.kind === "norm" ? normalised(layer, input) : sums(layer, input);
}

function sums({ fanIn, fanOut, weightsAt, biasesAt, activation }, input) {
  return Float64Array.from({ length: fanOut }, (_, o) => {
    let sum = weights[biasesAt + o];
    for (let i = 0; i < fanIn; i++) sum += input[i] * weights[weightsAt + o * fanIn + i];
    return activation === "tanh" ? tanh(sum) : sum;
  });
}

function normalised({ fanOut, gainsAt, biasesAt }, input) {
  const mean = input.reduce((sum, x) => sum + x, 0) / fanOut;
  const variance = input.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / fanOut;
  const scale = 1 / Math.sqrt(variance + ${normEpsilon});
  return input.map((x, k) => (x - mean) * scale * weights[gainsAt + k] + weights[biasesAt + k]);
}

const nonlinearities = {
  tanh: (x) => tanh(x),
  relu: (x) => (x <= 0 ? 0 : x),
  silu: (x) => x * (0.5 + 0.5 * tanh(0.5 * x)),
};

function softmax(logits) {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** tanh to 3e-7, the rational function with which the policy was trained (Eigen, ptanh_float). */
function tanh(x) {
  const c = Math.max(-7.905311, Math.min(7.905311, x));
  const s = c * c;
  let p = s * -2.76076847742355e-16 + 2.00018790482477e-13;
  p = p * s - 8.60467152213735e-11;
  p = p * s + 5.12229709037114e-8;
  p = p * s + 1.48572235717979e-5;
  p = p * s + 6.37261928875436e-4;
  p = p * s + 4.89352455891786e-3;
  let q = s * 1.19825839466702e-6 + 1.18534705686654e-4;
  q = q * s + 2.268434632439e-3;
  q = q * s + 4.89352518554385e-3;
  return (c * p) / q;
}

/** 32-bit numbers, little endian. */
function numbersOf(base64) {
  const view = new DataView(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
  return Float64Array.from({ length: view.byteLength / 4 }, (_, k) => view.getFloat32(4 * k, true));
}
`;
