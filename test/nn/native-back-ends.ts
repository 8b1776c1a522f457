import { KarmaError } from "../../src/core/errors.ts";
import { buildNativeKernels } from "../../src/host/native-build.ts";
import {
  loadNativeLibrary,
  nativeObstacle,
  type NativeVariant,
  nativeVariants,
} from "../../src/host/native-library.ts";
import type { Kernels } from "../../src/nn/kernels.ts";
import { createNativeKernels } from "../../src/nn/native.ts";

/** Why there are no native kernels of this kind here; undefined where there are. Compiles them first if need be. */
export async function nativeAbsence(variant?: NativeVariant): Promise<string | undefined> {
  try {
    await buildNativeKernels();
  } catch (error) {
    if (error instanceof KarmaError && error.code === "TOOL_MISSING") return error.message;
    throw error;
  }
  return nativeObstacle(variant);
}

/** Native kernels for each instruction set of this machine, by name; it is said loudly which are not there, and why. */
export async function nativeBackEnds(): Promise<Readonly<Record<string, () => Kernels>>> {
  const found: Record<string, () => Kernels> = {};
  for (const variant of nativeVariants) {
    const absence = await nativeAbsence(variant);
    if (absence === undefined) found[`native (${variant})`] = () => createNativeKernels(loadNativeLibrary(variant));
    else console.warn(`SKIPPED, NOT TESTED: kernels for ${variant}: ${absence}`);
  }
  return found;
}
