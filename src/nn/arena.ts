import type { BackEnd, Vector } from "./kernels.ts";

/** Memory of kernels that work on addresses. */
export type Arena = {
  readonly memory: WebAssembly.Memory;
  readonly vector: (length: number) => Float32Array;
  /** Where a vector's number `at` lies, from which `length` numbers are wanted: bytes from the start of the memory. */
  readonly offsetOf: (vector: Vector, at: number, length: number) => number;
};

const PAGE_BYTES = 65_536;
/** Behind the constants of the WebAssembly kernels, which start at 1024. */
const HEAP_START = 2_048;
/** Vectors start at cache lines. */
const ALIGNMENT = 64;
/** Kernels read, but ignore, up to 15 bytes behind a vector. */
const MARGIN_BYTES = 64;

/**
 * One memory of fixed size, because growing it would detach every view; pages that were never written take no room in the
 * machine.
 *
 * @param backEnd  whose memory it is, for messages
 * @param memoryMiB  4096 at most
 */
export function createArena(backEnd: BackEnd, memoryMiB: number): Arena {
  const pages = Math.ceil((memoryMiB * 1024 * 1024) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { buffer } = memory;
  let freeFrom = HEAP_START;
  return {
    memory,
    vector(length) {
      const from = freeFrom;
      const end = from + length * 4;
      if (end + MARGIN_BYTES > buffer.byteLength) throw full(backEnd, memoryMiB, from, length);
      freeFrom = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      return new Float32Array(buffer, from, length);
    },
    offsetOf(vector, at, length) {
      if (vector.buffer !== buffer)
        throw new Error(`This vector was not made by vector() of these kernels (${backEnd}).`);
      if (at + length > vector.length)
        throw new RangeError(`A vector of ${vector.length} numbers is too short: ${length} from ${at} are needed.`);
      return vector.byteOffset + at * 4;
    },
  };
}

function full(backEnd: BackEnd, memoryMiB: number, usedBytes: number, length: number): Error {
  const used = (usedBytes / 1024 / 1024).toFixed(1);
  return new RangeError(
    `The memory is full: ${used} of ${memoryMiB} MiB are taken, ${length} numbers (4 bytes each) do not fit. ` +
      `Ask for ${backEnd} kernels with more memoryMiB, or for fewer rows at a time.`,
  );
}
