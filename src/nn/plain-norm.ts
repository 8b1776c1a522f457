import { type Norm, normEpsilon, type Vector } from "./kernels.ts";

/** See {@link Kernels.normForward}. */
export function normForward(layer: Norm, parameters: Vector, input: Vector, output: Vector, rows: number): void {
  const { fanOut: width, gainsAt, biasesAt } = layer;
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    const mean = meanOf(input, at, width);
    const scale = scaleOf(input, at, width, mean);
    for (let k = 0; k < width; k++)
      output[at + k] = (input[at + k]! - mean) * scale * parameters[gainsAt + k]! + parameters[biasesAt + k]!;
  }
}

/** See {@link Kernels.normBackward}. */
export function normBackward(
  layer: Norm,
  parameters: Vector,
  gradient: Vector,
  input: Vector,
  outputGradient: Vector,
  inputGradient: Vector,
  rows: number,
): void {
  const { fanOut: width, gainsAt, biasesAt } = layer;
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    const mean = meanOf(input, at, width);
    const scale = scaleOf(input, at, width, mean);
    let sum = 0;
    let along = 0;
    for (let k = 0; k < width; k++) {
      const dy = outputGradient[at + k]!;
      const standard = (input[at + k]! - mean) * scale;
      gradient[gainsAt + k] = gradient[gainsAt + k]! + dy * standard;
      gradient[biasesAt + k] = gradient[biasesAt + k]! + dy;
      const d = dy * parameters[gainsAt + k]!;
      inputGradient[at + k] = d;
      sum += d;
      along += d * standard;
    }
    // What moves the mean or the deviation alone changes nothing.
    for (let k = 0; k < width; k++) {
      const standard = (input[at + k]! - mean) * scale;
      inputGradient[at + k] = scale * (inputGradient[at + k]! - sum / width - standard * (along / width));
    }
  }
}

function meanOf(input: Vector, at: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += input[at + k]!;
  return sum / width;
}

/** 1 / deviation */
function scaleOf(input: Vector, at: number, width: number, mean: number): number {
  let squares = 0;
  for (let k = 0; k < width; k++) squares += (input[at + k]! - mean) * (input[at + k]! - mean);
  return 1 / Math.sqrt(squares / width + normEpsilon);
}
