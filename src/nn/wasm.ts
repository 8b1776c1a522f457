import { type AddressedFunctions, addressedKernels } from "./addressed.ts";
import { createArena } from "./arena.ts";
import type { Kernels } from "./kernels.ts";
import { wasmBinary } from "./wasm-binary.ts";

let compiled: WebAssembly.Module | undefined;

/**
 * Kernels in strict 128-bit WebAssembly SIMD, 32-bit: the same bits on every machine, several times faster than the
 * plain ones. A row's output does not depend on the batch it is in.
 *
 * Vectors are views into one memory and live as long as it does. Not to be shared between threads: each worker makes its
 * own.
 *
 * @param options.memoryMiB  256 unless told, 4096 at most
 */
export function createWasmKernels(options: { readonly memoryMiB?: number } = {}): Kernels {
  const arena = createArena("wasm", options.memoryMiB ?? 256);
  return addressedKernels("wasm", instantiate(arena.memory), arena, arena.offsetOf);
}

/** What kernels/index.ts exports. */
function instantiate(memory: WebAssembly.Memory): AddressedFunctions {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(wasmBinary), (char) => char.charCodeAt(0)));
  return new WebAssembly.Instance<AddressedFunctions>(compiled, { env: { memory } }).exports;
}
