import type { AdamRate, Dense, Kernels, Vector } from "./kernels.ts";
import { activateBackward, activateForward } from "./plain-activation.ts";
import { gruBackward, gruForward } from "./plain-gru.ts";
import { normBackward, normForward } from "./plain-norm.ts";
import { tanh } from "./tanh.ts";

/**
 * Kernels in plain TypeScript: the reference, the fallback, and what runs inside a cluster. Loops work on tiles of
 * 2 x 4 sums that stay in registers. Vectors are 64-bit: V8 computes in double precision anyway, and 32-bit memory,
 * converted at each access, was measured a sixth slower.
 */
export function createPlainKernels(): Kernels {
  return {
    backEnd: "plain",
    vector: (length) => new Float64Array(length),
    denseForward,
    denseBackward(layer, parameters, gradient, input, outputGradient, inputGradient, below, rows) {
      addBiasGradient(layer, gradient, outputGradient, rows);
      addWeightGradient(layer, gradient, input, outputGradient, rows);
      if (inputGradient === undefined) return;
      backInput(layer, parameters, outputGradient, inputGradient, rows);
      if (below === "tanh") multiplyByTanhSlope(input, inputGradient, rows * layer.fanIn);
    },
    activateForward,
    activateBackward,
    normForward,
    normBackward,
    gruForward,
    gruBackward,
    adam,
  };
}

function denseForward(layer: Dense, parameters: Vector, input: Vector, output: Vector, rows: number): void {
  const { fanOut } = layer;
  const tiledRows = rows & ~1;
  const tiledOutputs = fanOut & ~3;
  for (let r = 0; r < tiledRows; r += 2) {
    for (let o = 0; o < tiledOutputs; o += 4) forwardTile(layer, parameters, input, output, r, o);
    for (let o = tiledOutputs; o < fanOut; o++) {
      forwardOne(layer, parameters, input, output, r, o);
      forwardOne(layer, parameters, input, output, r + 1, o);
    }
  }
  for (let r = tiledRows; r < rows; r++)
    for (let o = 0; o < fanOut; o++) forwardOne(layer, parameters, input, output, r, o);
  if (layer.activation === "linear") return;
  const length = rows * fanOut;
  for (let k = 0; k < length; k++) output[k] = tanh(output[k]!);
}

function forwardTile(layer: Dense, p: Vector, input: Vector, output: Vector, r: number, o: number): void {
  const { fanIn, fanOut, weightsAt, biasesAt } = layer;
  let x0 = r * fanIn;
  let x1 = x0 + fanIn;
  let w0 = weightsAt + o * fanIn;
  let w1 = w0 + fanIn;
  let w2 = w1 + fanIn;
  let w3 = w2 + fanIn;
  let a0 = p[biasesAt + o]!;
  let a1 = p[biasesAt + o + 1]!;
  let a2 = p[biasesAt + o + 2]!;
  let a3 = p[biasesAt + o + 3]!;
  let b0 = a0;
  let b1 = a1;
  let b2 = a2;
  let b3 = a3;
  for (let i = 0; i < fanIn; i++) {
    const a = input[x0++]!;
    const b = input[x1++]!;
    const v0 = p[w0++]!;
    const v1 = p[w1++]!;
    const v2 = p[w2++]!;
    const v3 = p[w3++]!;
    a0 += a * v0;
    a1 += a * v1;
    a2 += a * v2;
    a3 += a * v3;
    b0 += b * v0;
    b1 += b * v1;
    b2 += b * v2;
    b3 += b * v3;
  }
  const y0 = r * fanOut + o;
  const y1 = y0 + fanOut;
  put4(output, y0, a0, a1, a2, a3);
  put4(output, y1, b0, b1, b2, b3);
}

/** Writes four numbers that stand beside one another. */
function put4(to: Vector, at: number, a: number, b: number, c: number, d: number): void {
  to[at] = a;
  to[at + 1] = b;
  to[at + 2] = c;
  to[at + 3] = d;
}

function forwardOne(layer: Dense, p: Vector, input: Vector, output: Vector, r: number, o: number): void {
  const { fanIn, fanOut, weightsAt, biasesAt } = layer;
  const x = r * fanIn;
  const w = weightsAt + o * fanIn;
  let sum = p[biasesAt + o]!;
  for (let i = 0; i < fanIn; i++) sum += input[x + i]! * p[w + i]!;
  output[r * fanOut + o] = sum;
}

function addBiasGradient(layer: Dense, gradient: Vector, outputGradient: Vector, rows: number): void {
  const { fanOut, biasesAt } = layer;
  for (let o = 0; o < fanOut; o++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += outputGradient[r * fanOut + o]!;
    gradient[biasesAt + o] = gradient[biasesAt + o]! + sum;
  }
}

/** gradient W[o][i] += sum over rows of outputGradient[r][o] * input[r][i], in tiles of 2 outputs x 4 inputs. */
function addWeightGradient(layer: Dense, gradient: Vector, input: Vector, dy: Vector, rows: number): void {
  const { fanIn, fanOut } = layer;
  const tiledOutputs = fanOut & ~1;
  const tiledInputs = fanIn & ~3;
  for (let o = 0; o < tiledOutputs; o += 2) {
    for (let i = 0; i < tiledInputs; i += 4) weightTile(layer, gradient, input, dy, rows, o, i);
    for (let i = tiledInputs; i < fanIn; i++) {
      weightOne(layer, gradient, input, dy, rows, o, i);
      weightOne(layer, gradient, input, dy, rows, o + 1, i);
    }
  }
  for (let o = tiledOutputs; o < fanOut; o++)
    for (let i = 0; i < fanIn; i++) weightOne(layer, gradient, input, dy, rows, o, i);
}

function weightTile(layer: Dense, g: Vector, input: Vector, dy: Vector, rows: number, o: number, i: number): void {
  const { fanIn, fanOut, weightsAt } = layer;
  let x = i;
  let d = o;
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  for (let r = 0; r < rows; r++) {
    const a = dy[d]!;
    const b = dy[d + 1]!;
    const v0 = input[x]!;
    const v1 = input[x + 1]!;
    const v2 = input[x + 2]!;
    const v3 = input[x + 3]!;
    a0 += a * v0;
    a1 += a * v1;
    a2 += a * v2;
    a3 += a * v3;
    b0 += b * v0;
    b1 += b * v1;
    b2 += b * v2;
    b3 += b * v3;
    x += fanIn;
    d += fanOut;
  }
  const w0 = weightsAt + o * fanIn + i;
  const w1 = w0 + fanIn;
  put4(g, w0, g[w0]! + a0, g[w0 + 1]! + a1, g[w0 + 2]! + a2, g[w0 + 3]! + a3);
  put4(g, w1, g[w1]! + b0, g[w1 + 1]! + b1, g[w1 + 2]! + b2, g[w1 + 3]! + b3);
}

function weightOne(layer: Dense, g: Vector, input: Vector, dy: Vector, rows: number, o: number, i: number): void {
  const { fanIn, fanOut, weightsAt } = layer;
  let sum = 0;
  for (let r = 0; r < rows; r++) sum += dy[r * fanOut + o]! * input[r * fanIn + i]!;
  const w = weightsAt + o * fanIn + i;
  g[w] = g[w]! + sum;
}

/** inputGradient[r][i] = sum over outputs of outputGradient[r][o] * W[o][i], in tiles of 2 rows x 4 inputs. */
function backInput(layer: Dense, p: Vector, dy: Vector, dx: Vector, rows: number): void {
  const { fanIn } = layer;
  const tiledRows = rows & ~1;
  const tiledInputs = fanIn & ~3;
  for (let r = 0; r < tiledRows; r += 2) {
    for (let i = 0; i < tiledInputs; i += 4) inputTile(layer, p, dy, dx, r, i);
    for (let i = tiledInputs; i < fanIn; i++) {
      inputOne(layer, p, dy, dx, r, i);
      inputOne(layer, p, dy, dx, r + 1, i);
    }
  }
  for (let r = tiledRows; r < rows; r++) for (let i = 0; i < fanIn; i++) inputOne(layer, p, dy, dx, r, i);
}

function inputTile(layer: Dense, p: Vector, dy: Vector, dx: Vector, r: number, i: number): void {
  const { fanIn, fanOut, weightsAt } = layer;
  let d0 = r * fanOut;
  let d1 = d0 + fanOut;
  let w = weightsAt + i;
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  for (let o = 0; o < fanOut; o++) {
    const a = dy[d0++]!;
    const b = dy[d1++]!;
    const v0 = p[w]!;
    const v1 = p[w + 1]!;
    const v2 = p[w + 2]!;
    const v3 = p[w + 3]!;
    a0 += a * v0;
    a1 += a * v1;
    a2 += a * v2;
    a3 += a * v3;
    b0 += b * v0;
    b1 += b * v1;
    b2 += b * v2;
    b3 += b * v3;
    w += fanIn;
  }
  const x0 = r * fanIn + i;
  const x1 = x0 + fanIn;
  put4(dx, x0, a0, a1, a2, a3);
  put4(dx, x1, b0, b1, b2, b3);
}

function inputOne(layer: Dense, p: Vector, dy: Vector, dx: Vector, r: number, i: number): void {
  const { fanIn, fanOut, weightsAt } = layer;
  let sum = 0;
  for (let o = 0; o < fanOut; o++) sum += dy[r * fanOut + o]! * p[weightsAt + o * fanIn + i]!;
  dx[r * fanIn + i] = sum;
}

/** The slope of tanh where its value is y: 1 - y². */
function multiplyByTanhSlope(value: Vector, gradient: Vector, length: number): void {
  for (let k = 0; k < length; k++) {
    const y = value[k]!;
    gradient[k] = gradient[k]! * (1 - y * y);
  }
}

function adam(parameters: Vector, gradient: Vector, moments: Vector, step: number, rate: AdamRate): void {
  const { beta1, beta2, epsilon, gradientScale } = rate;
  const count = parameters.length;
  const firstCorrection = 1 / (1 - beta1 ** step);
  const secondCorrection = 1 / (1 - beta2 ** step);
  for (let k = 0; k < count; k++) {
    const g = gradient[k]! * gradientScale;
    const first = beta1 * moments[k]! + (1 - beta1) * g;
    const second = beta2 * moments[count + k]! + (1 - beta2) * g * g;
    moments[k] = first;
    moments[count + k] = second;
    const change = (first * firstCorrection) / (Math.sqrt(second * secondCorrection) + epsilon);
    parameters[k] = parameters[k]! - rate.learningRate * change;
  }
}
