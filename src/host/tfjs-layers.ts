import type * as tfjs from "@tensorflow/tfjs-core";
import { type GruStep, type Kernels, type Nonlinearity, normEpsilon } from "../nn/kernels.ts";
import { addTo, matrix, row, type TensorFlow, write } from "./tensors.ts";

type Layers = Omit<Kernels, "backEnd" | "vector" | "denseForward" | "denseBackward" | "adam">;

/** What is not dense. */
export function tfjsLayers(tf: TensorFlow): Layers {
  return { ...activationKernels(tf), ...normKernels(tf), ...gruKernels(tf) };
}

function activationKernels(tf: TensorFlow): Pick<Layers, "activateForward" | "activateBackward"> {
  const values: Readonly<Record<Nonlinearity, (x: tfjs.Tensor) => tfjs.Tensor>> = {
    tanh: (x) => tf.tanh(x),
    relu: (x) => tf.relu(x),
    silu: (x) => tf.mul(x, tf.sigmoid(x)),
  };
  const slopes: Readonly<Record<Nonlinearity, (x: tfjs.Tensor) => tfjs.Tensor>> = {
    tanh: (x) => tf.sub(1, tf.square(tf.tanh(x))),
    relu: (x) => tf.step(x),
    silu: (x) => {
      const share = tf.sigmoid(x);
      return tf.mul(share, tf.add(1, tf.mul(x, tf.sub(1, share))));
    },
  };
  return {
    activateForward: (of, input, output, count) => tf.tidy(() => write(values[of](row(tf, input, 0, count)), output)),
    activateBackward: (of, input, outputGradient, inputGradient, count) =>
      tf.tidy(() => {
        const slope = slopes[of](row(tf, input, 0, count));
        write(tf.mul(row(tf, outputGradient, 0, count), slope), inputGradient);
      }),
  };
}

function normKernels(tf: TensorFlow): Pick<Layers, "normForward" | "normBackward"> {
  /** Rows of mean 0 and deviation 1, and 1 / what their deviations were. */
  const standardOf = (x: tfjs.Tensor2D) => {
    const off = tf.sub(x, tf.mean(x, 1, true));
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(off), 1, true), normEpsilon));
    return { standard: tf.mul(off, scale), scale };
  };
  return {
    normForward({ gainsAt, biasesAt, fanOut }, parameters, input, output, rows) {
      tf.tidy(() => {
        const { standard } = standardOf(matrix(tf, input, 0, rows, fanOut));
        const scaled = tf.mul(standard, row(tf, parameters, gainsAt, fanOut));
        write(tf.add(scaled, row(tf, parameters, biasesAt, fanOut)), output);
      });
    },
    normBackward({ gainsAt, biasesAt, fanOut }, parameters, gradient, input, outputGradient, inputGradient, rows) {
      tf.tidy(() => {
        const { standard, scale } = standardOf(matrix(tf, input, 0, rows, fanOut));
        const dy = matrix(tf, outputGradient, 0, rows, fanOut);
        addTo(gradient, gainsAt, tf.sum(tf.mul(dy, standard), 0));
        addTo(gradient, biasesAt, tf.sum(dy, 0));
        const ofStandard = tf.mul(dy, row(tf, parameters, gainsAt, fanOut));
        const along = tf.mul(standard, tf.mean(tf.mul(ofStandard, standard), 1, true));
        const left = tf.sub(tf.sub(ofStandard, tf.mean(ofStandard, 1, true)), along);
        write(tf.mul(left, scale), inputGradient);
      });
    },
  };
}

function gruKernels(tf: TensorFlow): Pick<Layers, "gruForward" | "gruBackward"> {
  const gatesOf = ({ width, ofInput, ofState, before }: GruStep, rows: number) => {
    const [xr, xz, xn] = tf.split(matrix(tf, ofInput, 0, rows, 3 * width), 3, 1);
    const [ur, uz, un] = tf.split(matrix(tf, ofState, 0, rows, 3 * width), 3, 1);
    const reset = tf.sigmoid(tf.add(xr!, ur!));
    const update = tf.sigmoid(tf.add(xz!, uz!));
    const fresh = tf.tanh(tf.add(xn!, tf.mul(reset, un!)));
    return { reset, update, fresh, ofFresh: un!, before: matrix(tf, before, 0, rows, width) };
  };
  return {
    gruForward: (step, after, rows) =>
      tf.tidy(() => {
        const { update, fresh, before } = gatesOf(step, rows);
        write(tf.add(fresh, tf.mul(update, tf.sub(before, fresh))), after);
      }),
    gruBackward: (step, afterGradient, gradients, rows) =>
      tf.tidy(() => {
        const { reset, update, fresh, ofFresh, before } = gatesOf(step, rows);
        const dy = matrix(tf, afterGradient, 0, rows, step.width);
        const kept = tf.mul(dy, update);
        const dFresh = tf.mul(tf.sub(dy, kept), tf.sub(1, tf.square(fresh)));
        const dUpdate = tf.mul(tf.mul(kept, tf.sub(1, update)), tf.sub(before, fresh));
        const dReset = tf.mul(tf.mul(dFresh, ofFresh), tf.mul(reset, tf.sub(1, reset)));
        write(tf.concat([dReset, dUpdate, dFresh], 1), gradients.ofInput);
        write(tf.concat([dReset, dUpdate, tf.mul(dFresh, reset)], 1), gradients.ofState);
        write(kept, gradients.before);
      }),
  };
}
