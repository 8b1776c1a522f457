import * as tf from "@tensorflow/tfjs-core";
import { createTfjsKernels } from "../../src/host/tfjs-kernels.ts";
import type { Kernels } from "../../src/nn/kernels.ts";
import { createPlainKernels } from "../../src/nn/plain.ts";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import { nativeBackEnds } from "./native-back-ends.ts";

await import("@tensorflow/tfjs-backend-cpu");
// No advice on stderr to install another back end.
tf.env().set("PROD", true);

/** Every back end that can be had where tests run, to be held to the same. */
export const backEnds: Readonly<Record<string, () => Kernels>> = {
  plain: createPlainKernels,
  wasm: createWasmKernels,
  tfjs: () => createTfjsKernels(tf, "tfjs"),
  ...(await nativeBackEnds()),
};
