/** Numbers of a network, in the precision of the back end. */
export type Vector = Float32Array | Float64Array;

/** Which kernels computed a network. Stands in every checkpoint: other kernels round differently. */
export type BackEnd = "plain" | "wasm" | "native" | "tfjs" | "tfjs-node";

/** What a dense layer does to its sums by itself. */
export type Activation = "linear" | "tanh";

/** What a layer of its own does to each number: `silu` is x / (1 + e⁻ˣ), `relu` is max(0, x). */
export type Nonlinearity = "tanh" | "relu" | "silu";

/** One dense layer inside a flat parameter vector. */
export type Dense = {
  readonly kind: "dense";
  readonly fanIn: number;
  readonly fanOut: number;
  /** Where its weights start: [fanOut][fanIn]. */
  readonly weightsAt: number;
  /** Where its biases start: [fanOut]. */
  readonly biasesAt: number;
  readonly activation: Activation;
};

/** Layer norm inside a flat parameter vector; as wide as what it is given. */
export type Norm = {
  readonly kind: "norm";
  readonly fanIn: number;
  readonly fanOut: number;
  /** Where its factors start: [fanOut]. */
  readonly gainsAt: number;
  /** Where its biases start: [fanOut]. */
  readonly biasesAt: number;
};

/** Added to a row's variance before layer norm divides by its root. */
export const normEpsilon = 1e-5;

/** Sums of a gated recurrent unit in some rows, and the state before: the gates are made of them. */
export type GruStep = {
  readonly width: number;
  /** W x + b of the input, for the gates reset, update and new: [rows][3][width]. */
  readonly ofInput: Vector;
  /** U h + c of the state before, likewise. */
  readonly ofState: Vector;
  /** h: [rows][width] */
  readonly before: Vector;
};

/** Gradients by the columns of a {@link GruStep}. Overwritten. */
export type GruGradients = {
  readonly ofInput: Vector;
  readonly ofState: Vector;
  /** Only what goes straight to the state before, past the sums. */
  readonly before: Vector;
};

export type AdamRate = {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** The gradient is multiplied by this first: the clip of its norm. */
  readonly gradientScale: number;
};

/**
 * The arithmetic of networks, behind which any back end can stand. Batches are [rows][width], flat, row after row.
 * No function allocates; each sums in one fixed order, so that the same inputs give the same bits.
 */
export type Kernels = {
  readonly backEnd: BackEnd;
  /** Memory that the other functions can work on, all zero. */
  vector(length: number): Vector;
  /** output[rows][fanOut] = activation(input[rows][fanIn] · Wᵀ + b) */
  denseForward(layer: Dense, parameters: Vector, input: Vector, output: Vector, rows: number): void;
  /**
   * Adds the layer's gradient to `gradient`, and overwrites `inputGradient` [rows][fanIn] unless it is undefined.
   *
   * @param outputGradient  by the layer's sum before its activation: [rows][fanOut]
   * @param inputGradient  by the sum before the activation of the layer below, whose output `input` is
   * @param below  activation of the layer below
   */
  denseBackward(
    layer: Dense,
    parameters: Vector,
    gradient: Vector,
    input: Vector,
    outputGradient: Vector,
    inputGradient: Vector | undefined,
    below: Activation,
    rows: number,
  ): void;
  /** output[k] = of(input[k]) for k < count */
  activateForward(of: Nonlinearity, input: Vector, output: Vector, count: number): void;
  /** inputGradient[k] = outputGradient[k] · slope of `of` at input[k], for k < count */
  activateBackward(of: Nonlinearity, input: Vector, outputGradient: Vector, inputGradient: Vector, count: number): void;
  /**
   * Each row to mean 0 and deviation 1, times gains, plus biases.
   *
   * @source Ba et al., Layer Normalization (arXiv 1607.06450), eq. 4
   */
  normForward(layer: Norm, parameters: Vector, input: Vector, output: Vector, rows: number): void;
  /** Adds the layer's gradient to `gradient`, and overwrites `inputGradient`. */
  normBackward(
    layer: Norm,
    parameters: Vector,
    gradient: Vector,
    input: Vector,
    outputGradient: Vector,
    inputGradient: Vector,
    rows: number,
  ): void;
  /**
   * The state after: (1 - z) n + z h, where r and z are the logistic function of both sums, n = tanh(its input's sum +
   * r · its state's sum).
   *
   * @source Cho et al. (arXiv 1406.1078), eq. 5-8, with the reset behind the product, as cuDNN and PyTorch have it
   */
  gruForward(step: GruStep, after: Vector, rows: number): void;
  /** @param afterGradient  by the state after: [rows][width] */
  gruBackward(step: GruStep, afterGradient: Vector, gradients: GruGradients, rows: number): void;
  /**
   * One step of Adam. `moments` holds the first moments, then the second ones: [2][parameters].
   *
   * @param step  number of this step, from 1, for the correction of the bias
   */
  adam(parameters: Vector, gradient: Vector, moments: Vector, step: number, rate: AdamRate): void;
};
