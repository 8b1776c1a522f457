import { loadNativeLibrary } from "../host/native-library.ts";
import { loadTensorFlow } from "../host/tensorflow.ts";
import { createTfjsKernels } from "../host/tfjs-kernels.ts";
import type { BackEnd, Kernels } from "../nn/kernels.ts";
import { createNativeKernels } from "../nn/native.ts";
import { createPlainKernels } from "../nn/plain.ts";
import { createWasmKernels } from "../nn/wasm.ts";

/** Kernels of their own for each thread that learns or plays. Throws where this machine does not have them. */
export function trainingKernels(backEnd: BackEnd): Kernels {
  switch (backEnd) {
    case "plain":
      return createPlainKernels();
    case "wasm":
      return createWasmKernels();
    case "native":
      return createNativeKernels(loadNativeLibrary());
    case "tfjs":
    case "tfjs-node":
      return createTfjsKernels(loadTensorFlow(backEnd), backEnd);
  }
}
