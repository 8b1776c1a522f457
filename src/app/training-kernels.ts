import type { BackEnd, Kernels } from "../nn/kernels.ts";
import { createPlainKernels } from "../nn/plain.ts";
import { createWasmKernels } from "../nn/wasm.ts";

/** Kernels of their own for each thread that learns or plays. */
export function trainingKernels(backEnd: BackEnd): Kernels {
  return backEnd === "wasm" ? createWasmKernels() : createPlainKernels();
}
