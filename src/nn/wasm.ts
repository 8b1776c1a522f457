import type { Kernels, Nonlinearity, Vector } from "./kernels.ts";
import { wasmBinary } from "./wasm-binary.ts";

/** What kernels/index.ts exports. Numbers before the counts are addresses in bytes; 0 stands for none. */
type Exports = {
  denseForward(
    x: number,
    w: number,
    b: number,
    y: number,
    rows: number,
    fanIn: number,
    fanOut: number,
    isTanh: boolean,
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
    isTanhBelow: boolean,
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

type Arena = {
  readonly memory: WebAssembly.Memory;
  readonly vector: (length: number) => Float32Array;
  /** Address of a vector's number `at`, from which `length` numbers are wanted. */
  readonly addressOf: (vector: Vector, at: number, length: number) => number;
};

const PAGE_BYTES = 65_536;
/** Behind the kernels' constants, which start at 1024. */
const HEAP_START = 2_048;
/** Vectors start at cache lines. */
const ALIGNMENT = 64;
/** Kernels read, but ignore, up to 15 bytes behind a vector. */
const MARGIN_BYTES = 64;

let compiled: WebAssembly.Module | undefined;

/**
 * Kernels in strict 128-bit WebAssembly SIMD, 32-bit: the same bits on every machine, several times faster than the
 * plain ones. A row's output does not depend on the batch it is in.
 *
 * Vectors are views into one memory and live as long as it does. Its size is fixed, because growing it would detach
 * every view; pages that were never written take no room in the machine. Not to be shared between threads: each worker
 * makes its own.
 *
 * @param options.memoryMiB  256 unless told, 4096 at most
 */
export function createWasmKernels(options: { readonly memoryMiB?: number } = {}): Kernels {
  const arena = createArena(options.memoryMiB ?? 256);
  const { addressOf, vector } = arena;
  const wasm = instantiate(arena.memory);
  return {
    backEnd: "wasm",
    vector,
    denseForward({ fanIn, fanOut, weightsAt, biasesAt, activation }, parameters, input, output, rows) {
      const x = addressOf(input, 0, rows * fanIn);
      const w = addressOf(parameters, weightsAt, fanIn * fanOut);
      const b = addressOf(parameters, biasesAt, fanOut);
      const y = addressOf(output, 0, rows * fanOut);
      wasm.denseForward(x, w, b, y, rows, fanIn, fanOut, activation === "tanh");
    },
    denseBackward(layer, parameters, gradient, input, outputGradient, inputGradient, below, rows) {
      const { fanIn, fanOut, weightsAt, biasesAt } = layer;
      const x = addressOf(input, 0, rows * fanIn);
      const w = addressOf(parameters, weightsAt, fanIn * fanOut);
      const wGradient = addressOf(gradient, weightsAt, fanIn * fanOut);
      const bGradient = addressOf(gradient, biasesAt, fanOut);
      const dy = addressOf(outputGradient, 0, rows * fanOut);
      const dx = inputGradient === undefined ? 0 : addressOf(inputGradient, 0, rows * fanIn);
      wasm.denseBackward(x, w, wGradient, bGradient, dy, dx, rows, fanIn, fanOut, below === "tanh");
    },
    ...otherLayers(wasm, arena),
    adam(parameters, gradient, moments, step, { learningRate, beta1, beta2, epsilon, gradientScale }) {
      const count = parameters.length;
      const p = addressOf(parameters, 0, count);
      const g = addressOf(gradient, 0, count);
      const m = addressOf(moments, 0, 2 * count);
      const first = 1 / (1 - power(beta1, step));
      const second = 1 / (1 - power(beta2, step));
      const betas = [beta1, 1 - beta1, beta2, 1 - beta2] as const;
      wasm.adam(p, g, m, count, gradientScale, ...betas, first, second, epsilon, learningRate);
    },
  };
}

/** Numbers of kernels/activation.ts. */
const nonlinearities: Readonly<Record<Nonlinearity, number>> = { tanh: 1, relu: 2, silu: 3 };

/** What is not dense. */
function otherLayers(wasm: Exports, { addressOf }: Arena): Layers {
  return {
    activateForward(of, input, output, count) {
      const [x, y] = [addressOf(input, 0, count), addressOf(output, 0, count)];
      wasm.activateForward(nonlinearities[of], x, y, count);
    },
    activateBackward(of, input, outputGradient, inputGradient, count) {
      const [x, dy, dx] = [input, outputGradient, inputGradient].map((one) => addressOf(one, 0, count));
      wasm.activateBackward(nonlinearities[of], x!, dy!, dx!, count);
    },
    normForward({ gainsAt, biasesAt, fanOut }, parameters, input, output, rows) {
      const [gains, biases] = [addressOf(parameters, gainsAt, fanOut), addressOf(parameters, biasesAt, fanOut)];
      const [x, y] = [addressOf(input, 0, rows * fanOut), addressOf(output, 0, rows * fanOut)];
      wasm.normForward(x, gains, biases, y, rows, fanOut);
    },
    normBackward({ gainsAt, biasesAt, fanOut }, parameters, gradient, input, outputGradient, inputGradient, rows) {
      const gains = addressOf(parameters, gainsAt, fanOut);
      const [dGains, dBiases] = [addressOf(gradient, gainsAt, fanOut), addressOf(gradient, biasesAt, fanOut)];
      const [x, dy, dx] = [input, outputGradient, inputGradient].map((one) => addressOf(one, 0, rows * fanOut));
      wasm.normBackward(x!, gains, dGains, dBiases, dy!, dx!, rows, fanOut);
    },
    gruForward({ width, ofInput, ofState, before }, after, rows) {
      const [x, u] = [addressOf(ofInput, 0, 3 * rows * width), addressOf(ofState, 0, 3 * rows * width)];
      const [h, y] = [addressOf(before, 0, rows * width), addressOf(after, 0, rows * width)];
      wasm.gruForward(x, u, h, y, rows, width);
    },
    gruBackward({ width, ofInput, ofState, before }, afterGradient, gradients, rows) {
      const wide = [ofInput, ofState, gradients.ofInput, gradients.ofState];
      const [x, u, dx, du] = wide.map((one) => addressOf(one, 0, 3 * rows * width));
      const narrow = [before, afterGradient, gradients.before];
      const [h, dy, dh] = narrow.map((one) => addressOf(one, 0, rows * width));
      wasm.gruBackward(x!, u!, h!, dy!, dx!, du!, dh!, rows, width);
    },
  };
}

function createArena(memoryMiB: number): Arena {
  const pages = Math.ceil((memoryMiB * 1024 * 1024) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { buffer } = memory;
  let freeFrom = HEAP_START;
  return {
    memory,
    vector(length) {
      const from = freeFrom;
      const end = from + length * 4;
      if (end + MARGIN_BYTES > buffer.byteLength) throw full(memoryMiB, from, length);
      freeFrom = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      return new Float32Array(buffer, from, length);
    },
    addressOf(vector, at, length) {
      if (vector.buffer !== buffer)
        throw new Error("This vector was not made by vector() of these WebAssembly kernels.");
      if (at + length > vector.length)
        throw new RangeError(`A vector of ${vector.length} numbers is too short: ${length} from ${at} are needed.`);
      return vector.byteOffset + at * 4;
    },
  };
}

function full(memoryMiB: number, usedBytes: number, length: number): Error {
  const used = (usedBytes / 1024 / 1024).toFixed(1);
  return new RangeError(
    `The WebAssembly memory is full: ${used} of ${memoryMiB} MiB are taken, ${length} numbers (4 bytes each) do not fit. ` +
      `Ask createWasmKernels for more memoryMiB, or for fewer rows at a time.`,
  );
}

function instantiate(memory: WebAssembly.Memory): Exports {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(wasmBinary), (char) => char.charCodeAt(0)));
  return new WebAssembly.Instance<Exports>(compiled, { env: { memory } }).exports;
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
