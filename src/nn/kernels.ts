/** Numbers of a network, in the precision of the back end. */
export type Vector = Float32Array | Float64Array;

/** Which kernels computed a network. Stands in every checkpoint: other kernels round differently. */
export type BackEnd = "plain" | "wasm";

export type Activation = "linear" | "tanh";

/** One dense layer inside a flat parameter vector. */
export type Dense = {
  readonly fanIn: number;
  readonly fanOut: number;
  /** Where its weights start: [fanOut][fanIn]. */
  readonly weightsAt: number;
  /** Where its biases start: [fanOut]. */
  readonly biasesAt: number;
  readonly activation: Activation;
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
  /**
   * One step of Adam. `moments` holds the first moments, then the second ones: [2][parameters].
   *
   * @param step  number of this step, from 1, for the correction of the bias
   */
  adam(parameters: Vector, gradient: Vector, moments: Vector, step: number, rate: AdamRate): void;
};
