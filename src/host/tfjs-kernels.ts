import type { Dense, Kernels } from "../nn/kernels.ts";
import { addTo, matrix, row, type TensorFlow, write } from "./tensors.ts";
import { tfjsLayers } from "./tfjs-layers.ts";

/** Names of back ends that TensorFlow.js computes. */
export type TfjsBackEnd = "tfjs" | "tfjs-node";

/**
 * Kernels of TensorFlow.js, 32-bit, on whatever back end it is set to. Vectors are plain memory: each call makes tensors of what
 * it reads and copies the result back, so that, unlike the others, they allocate. Many small operations make them slow:
 * docs/kernels.md says how slow.
 */
export function createTfjsKernels(tf: TensorFlow, backEnd: TfjsBackEnd): Kernels {
  return {
    backEnd,
    vector: (length) => new Float32Array(length),
    ...denseKernels(tf),
    ...tfjsLayers(tf),
    adam(parameters, gradient, moments, step, { learningRate, beta1, beta2, epsilon, gradientScale }) {
      const count = parameters.length;
      const [firsts, seconds] = [moments.subarray(0, count), moments.subarray(count, 2 * count)];
      tf.tidy(() => {
        const g = tf.mul(row(tf, gradient, 0, count), gradientScale);
        const first = tf.add(tf.mul(row(tf, firsts, 0, count), beta1), tf.mul(g, 1 - beta1));
        const second = tf.add(tf.mul(row(tf, seconds, 0, count), beta2), tf.mul(tf.square(g), 1 - beta2));
        const root = tf.add(tf.sqrt(tf.div(second, 1 - beta2 ** step)), epsilon);
        const change = tf.div(tf.mul(first, learningRate / (1 - beta1 ** step)), root);
        const changed = tf.sub(row(tf, parameters, 0, count), change);
        write(first, firsts);
        write(second, seconds);
        write(changed, parameters);
      });
    },
  };
}

function denseKernels(tf: TensorFlow): Pick<Kernels, "denseForward" | "denseBackward"> {
  const weightsOf = ({ weightsAt, fanIn, fanOut }: Dense, parameters: Parameters<Kernels["denseForward"]>[1]) =>
    matrix(tf, parameters, weightsAt, fanOut, fanIn);
  return {
    denseForward(layer, parameters, input, output, rows) {
      tf.tidy(() => {
        const x = matrix(tf, input, 0, rows, layer.fanIn);
        const products = tf.matMul(x, weightsOf(layer, parameters), false, true);
        const sums = tf.add(products, row(tf, parameters, layer.biasesAt, layer.fanOut));
        write(layer.activation === "tanh" ? tf.tanh(sums) : sums, output);
      });
    },
    denseBackward(layer, parameters, gradient, input, outputGradient, inputGradient, below, rows) {
      const { fanIn, fanOut, weightsAt, biasesAt } = layer;
      tf.tidy(() => {
        const x = matrix(tf, input, 0, rows, fanIn);
        const dy = matrix(tf, outputGradient, 0, rows, fanOut);
        addTo(gradient, weightsAt, tf.matMul(dy, x, true, false));
        addTo(gradient, biasesAt, tf.sum(dy, 0));
        if (inputGradient === undefined) return;
        const dx = tf.matMul(dy, weightsOf(layer, parameters));
        write(below === "tanh" ? tf.mul(dx, tf.sub(1, tf.square(x))) : dx, inputGradient);
      });
    },
  };
}
