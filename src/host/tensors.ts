import type * as tfjs from "@tensorflow/tfjs-core";
import type { Vector } from "../nn/kernels.ts";

/** The module of any of TensorFlow.js' packages. */
export type TensorFlow = typeof tfjs;

/** Rows of a flat vector as a tensor: [rows][width]. */
export function matrix(tf: TensorFlow, values: Vector, at: number, rows: number, width: number): tfjs.Tensor2D {
  return tf.tensor2d(numbersOf(values, at, rows * width), [rows, width]);
}

export function row(tf: TensorFlow, values: Vector, at: number, width: number): tfjs.Tensor1D {
  return tf.tensor1d(numbersOf(values, at, width));
}

/** A tensor may keep the memory it is given, but lives no longer than the kernel that made it. */
function numbersOf(values: Vector, at: number, length: number): Float32Array {
  if (at + length > values.length)
    throw new RangeError(`A vector of ${values.length} numbers is too short: ${length} from ${at} are needed.`);
  const part = values.subarray(at, at + length);
  return part instanceof Float32Array ? part : Float32Array.from(part);
}

/** Overwrites a vector's first numbers. */
export function write(from: tfjs.Tensor, to: Vector): void {
  to.set(from.dataSync());
}

export function addTo(to: Vector, at: number, from: tfjs.Tensor): void {
  const added = from.dataSync();
  for (let k = 0; k < added.length; k++) to[at + k] = to[at + k]! + added[k]!;
}
