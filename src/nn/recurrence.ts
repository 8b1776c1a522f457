import type { Activation, GruGradients, GruStep, Kernels, Vector } from "./kernels.ts";
import type { Gru } from "./network.ts";

/** Room for a recurrent layer on its way through the steps of a batch: rows are [steps][sequences]. */
export type Memory = {
  /** What each row starts from: [rows][width]. The caller fills in those of the first step. */
  readonly before: Vector;
  /** 1 where a row starts from nothing, whatever was before: [rows]. The caller's, but for those of the first step. */
  readonly starts: Uint8Array;
  readonly sums: { readonly ofInput: Vector; readonly ofState: Vector };
  readonly gradients: GruGradients;
  /** By the state before, through its sums: [rows][width]. */
  readonly through: Vector;
};

export function createMemory(kernels: Kernels, { fanOut }: Gru, rows: number): Memory {
  const wide = (): Vector => kernels.vector(3 * rows * fanOut);
  const narrow = (): Vector => kernels.vector(rows * fanOut);
  return {
    before: narrow(),
    starts: new Uint8Array(rows),
    sums: { ofInput: wide(), ofState: wide() },
    gradients: { ofInput: wide(), ofState: wide(), before: narrow() },
    through: narrow(),
  };
}

/** A recurrent layer and the batch it works on. */
export type Recurrence = {
  readonly kernels: Kernels;
  readonly gru: Gru;
  readonly parameters: Vector;
  readonly memory: Memory;
  /** [steps][sequences] together. */
  readonly rows: number;
  readonly steps: number;
};

/** `input` to `output`, step by step: each starts from what the one before gave. */
export function recur(recurrence: Recurrence, input: Vector, output: Vector): void {
  const { kernels, gru, parameters, memory, rows, steps } = recurrence;
  kernels.denseForward(gru.ofInput, parameters, input, memory.sums.ofInput, rows);
  for (let step = 0; step < steps; step++) {
    const { sequences, at, part } = stepOf(recurrence, step);
    if (step > 0) {
      part.before.set(output.subarray(at - part.before.length, at));
      forgetStarts(recurrence, part.before, step);
    }
    kernels.denseForward(gru.ofState, parameters, part.before, part.ofState, sequences);
    kernels.gruForward(part, output.subarray(at, at + part.before.length), sequences);
  }
}

/**
 * Backwards through the steps. Overwrites `outputGradient` with all that follows from a row's output, in its step and later.
 *
 * @param inputGradient, below  as in {@link Kernels.denseBackward}
 */
export function recurBack(
  recurrence: Recurrence,
  gradient: Vector,
  input: Vector,
  outputGradient: Vector,
  inputGradient: Vector | undefined,
  below: Activation,
): void {
  const { kernels, gru, parameters, memory, rows, steps } = recurrence;
  const { gradients } = memory;
  for (let step = steps - 1; step >= 0; step--) {
    const { sequences, at, part } = stepOf(recurrence, step);
    const end = at + part.before.length;
    if (step + 1 < steps) addLater(recurrence, outputGradient, step);
    const own: GruGradients = {
      ofInput: gradients.ofInput.subarray(3 * at, 3 * end),
      ofState: gradients.ofState.subarray(3 * at, 3 * end),
      before: gradients.before.subarray(at, end),
    };
    const through = memory.through.subarray(at, end);
    kernels.gruBackward(part, outputGradient.subarray(at, end), own, sequences);
    kernels.denseBackward(gru.ofState, parameters, gradient, part.before, own.ofState, through, "linear", sequences);
  }
  kernels.denseBackward(gru.ofInput, parameters, gradient, input, gradients.ofInput, inputGradient, below, rows);
}

/** The rows of one step, and where they start in columns as wide as the memory. */
function stepOf({ gru, memory, rows, steps }: Recurrence, step: number) {
  const sequences = rows / steps;
  const width = gru.fanOut;
  const at = step * sequences * width;
  const end = at + sequences * width;
  const part: GruStep = {
    width,
    ofInput: memory.sums.ofInput.subarray(3 * at, 3 * end),
    ofState: memory.sums.ofState.subarray(3 * at, 3 * end),
    before: memory.before.subarray(at, end),
  };
  return { sequences, at, part };
}

function forgetStarts({ gru, memory, rows, steps }: Recurrence, before: Vector, step: number): void {
  const sequences = rows / steps;
  for (let k = 0; k < sequences; k++)
    if (memory.starts[step * sequences + k] === 1) before.fill(0, k * gru.fanOut, (k + 1) * gru.fanOut);
}

/** What the next step makes of this one's output, except where it started from nothing. */
function addLater({ gru, memory, rows, steps }: Recurrence, outputGradient: Vector, step: number): void {
  const sequences = rows / steps;
  const { before } = memory.gradients;
  for (let row = step * sequences; row < (step + 1) * sequences; row++) {
    if (memory.starts[row + sequences] === 1) continue;
    const from = (row + sequences) * gru.fanOut;
    const to = row * gru.fanOut;
    for (let k = 0; k < gru.fanOut; k++)
      outputGradient[to + k] = outputGradient[to + k]! + before[from + k]! + memory.through[from + k]!;
  }
}
