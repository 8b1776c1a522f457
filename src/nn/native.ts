import { type AddressedFunctions, addressedKernels } from "./addressed.ts";
import { createArena } from "./arena.ts";
import type { Kernels } from "./kernels.ts";

/** The compiled kernels of kernels/native/, loaded into this process. */
export type NativeLibrary = {
  readonly functions: AddressedFunctions;
  /** Where memory that JavaScript holds lies in this process. */
  addressOf(memory: Uint8Array): number;
};

/**
 * Kernels in C for processors with AVX2 or AVX-512, 32-bit. Both give the same bits, which are not those of the other back
 * ends: sums are made in another order, and products are added before they are rounded. A row's output does not depend on
 * the batch it is in. Memory and threads: as with WebAssembly.
 *
 * @param options.memoryMiB  256 unless told, 4096 at most
 */
export function createNativeKernels(library: NativeLibrary, options: { readonly memoryMiB?: number } = {}): Kernels {
  const arena = createArena("native", options.memoryMiB ?? 256);
  // The memory never moves: it is of fixed size, and the arena holds it.
  const start = library.addressOf(new Uint8Array(arena.memory.buffer, 0, 1));
  return addressedKernels(
    "native",
    library.functions,
    arena,
    (vector, at, length) => start + arena.offsetOf(vector, at, length),
  );
}
