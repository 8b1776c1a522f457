import type { Arena } from "./arena.ts";
import type { BackEnd, Kernels, Nonlinearity, Vector } from "./kernels.ts";

/**
 * Kernels that work on addresses in bytes, in WebAssembly or native; numbers after the addresses are counts, and flags of
 * 0 or 1. The address 0 stands for none.
 */
export type AddressedFunctions = {
  denseForward(
    x: number,
    w: number,
    b: number,
    y: number,
    rows: number,
    fanIn: number,
    fanOut: number,
    isTanh: number,
  ): void;
  denseBackward(
    x: number,
    w: number,
    wGradient: number,
    bGradient: number,
    yGradient: number,
    xGradient: number,
    rows: number,
    fanIn: number,
    fanOut: number,
    isTanhBelow: number,
  ): void;
  activateForward(of: number, x: number, y: number, count: number): void;
  activateBackward(of: number, x: number, yGradient: number, xGradient: number, count: number): void;
  normForward(x: number, gains: number, biases: number, y: number, rows: number, width: number): void;
  normBackward(
    x: number,
    gains: number,
    gainGradient: number,
    biasGradient: number,
    yGradient: number,
    xGradient: number,
    rows: number,
    width: number,
  ): void;
  gruForward(ofInput: number, ofState: number, h: number, after: number, rows: number, width: number): void;
  gruBackward(
    ofInput: number,
    ofState: number,
    h: number,
    afterGradient: number,
    inputGradient: number,
    stateGradient: number,
    hGradient: number,
    rows: number,
    width: number,
  ): void;
  adam(p: number, g: number, first: number, count: number, ...rates: readonly number[]): void;
};

type Layers = Omit<Kernels, "backEnd" | "vector" | "denseForward" | "denseBackward" | "adam">;

/** Address of a vector's number `at`, from which `length` numbers are wanted. */
type AddressOf = (vector: Vector, at: number, length: number) => number;

/** The same checks and the same order of arguments for all kernels that work on addresses. */
export function addressedKernels(
  backEnd: BackEnd,
  functions: AddressedFunctions,
  { vector }: Arena,
  addressOf: AddressOf,
): Kernels {
  return {
    backEnd,
    vector,
    denseForward({ fanIn, fanOut, weightsAt, biasesAt, activation }, parameters, input, output, rows) {
      const x = addressOf(input, 0, rows * fanIn);
      const w = addressOf(parameters, weightsAt, fanIn * fanOut);
      const b = addressOf(parameters, biasesAt, fanOut);
      const y = addressOf(output, 0, rows * fanOut);
      functions.denseForward(x, w, b, y, rows, fanIn, fanOut, activation === "tanh" ? 1 : 0);
    },
    denseBackward(layer, parameters, gradient, input, outputGradient, inputGradient, below, rows) {
      const { fanIn, fanOut, weightsAt, biasesAt } = layer;
      const x = addressOf(input, 0, rows * fanIn);
      const w = addressOf(parameters, weightsAt, fanIn * fanOut);
      const wGradient = addressOf(gradient, weightsAt, fanIn * fanOut);
      const bGradient = addressOf(gradient, biasesAt, fanOut);
      const dy = addressOf(outputGradient, 0, rows * fanOut);
      const dx = inputGradient === undefined ? 0 : addressOf(inputGradient, 0, rows * fanIn);
      functions.denseBackward(x, w, wGradient, bGradient, dy, dx, rows, fanIn, fanOut, below === "tanh" ? 1 : 0);
    },
    ...otherLayers(functions, addressOf),
    adam(parameters, gradient, moments, step, { learningRate, beta1, beta2, epsilon, gradientScale }) {
      const count = parameters.length;
      const p = addressOf(parameters, 0, count);
      const g = addressOf(gradient, 0, count);
      const m = addressOf(moments, 0, 2 * count);
      const first = 1 / (1 - power(beta1, step));
      const second = 1 / (1 - power(beta2, step));
      const betas = [beta1, 1 - beta1, beta2, 1 - beta2] as const;
      functions.adam(p, g, m, count, gradientScale, ...betas, first, second, epsilon, learningRate);
    },
  };
}

/** Numbers of kernels/activation.ts and kernels/native/activation.h. */
const nonlinearities: Readonly<Record<Nonlinearity, number>> = { tanh: 1, relu: 2, silu: 3 };

/** What is not dense. */
function otherLayers(functions: AddressedFunctions, addressOf: AddressOf): Layers {
  return {
    activateForward(of, input, output, count) {
      const [x, y] = [addressOf(input, 0, count), addressOf(output, 0, count)];
      functions.activateForward(nonlinearities[of], x, y, count);
    },
    activateBackward(of, input, outputGradient, inputGradient, count) {
      const [x, dy, dx] = [input, outputGradient, inputGradient].map((one) => addressOf(one, 0, count));
      functions.activateBackward(nonlinearities[of], x!, dy!, dx!, count);
    },
    normForward({ gainsAt, biasesAt, fanOut }, parameters, input, output, rows) {
      const [gains, biases] = [addressOf(parameters, gainsAt, fanOut), addressOf(parameters, biasesAt, fanOut)];
      const [x, y] = [addressOf(input, 0, rows * fanOut), addressOf(output, 0, rows * fanOut)];
      functions.normForward(x, gains, biases, y, rows, fanOut);
    },
    normBackward({ gainsAt, biasesAt, fanOut }, parameters, gradient, input, outputGradient, inputGradient, rows) {
      const gains = addressOf(parameters, gainsAt, fanOut);
      const [dGains, dBiases] = [addressOf(gradient, gainsAt, fanOut), addressOf(gradient, biasesAt, fanOut)];
      const [x, dy, dx] = [input, outputGradient, inputGradient].map((one) => addressOf(one, 0, rows * fanOut));
      functions.normBackward(x!, gains, dGains, dBiases, dy!, dx!, rows, fanOut);
    },
    gruForward({ width, ofInput, ofState, before }, after, rows) {
      const [x, u] = [addressOf(ofInput, 0, 3 * rows * width), addressOf(ofState, 0, 3 * rows * width)];
      const [h, y] = [addressOf(before, 0, rows * width), addressOf(after, 0, rows * width)];
      functions.gruForward(x, u, h, y, rows, width);
    },
    gruBackward({ width, ofInput, ofState, before }, afterGradient, gradients, rows) {
      const wide = [ofInput, ofState, gradients.ofInput, gradients.ofState];
      const [x, u, dx, du] = wide.map((one) => addressOf(one, 0, 3 * rows * width));
      const narrow = [before, afterGradient, gradients.before];
      const [h, dy, dh] = narrow.map((one) => addressOf(one, 0, rows * width));
      functions.gruBackward(x!, u!, h!, dy!, dx!, du!, dh!, rows, width);
    },
  };
}

/** `base ** exponent` for whole exponents, without `Math.pow`, whose last bit engines may choose. */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let square = base, bits = exponent; bits >= 1; bits = Math.floor(bits / 2)) {
    if (bits % 2 === 1) product *= square;
    square *= square;
  }
  return product;
}
