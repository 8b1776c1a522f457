// Compiles the native kernels: node bin/run.js bin/build-native.js. With --optional a machine that cannot is no failure.
import { KarmaError } from "../src/core/errors.ts";
import { buildNativeKernels } from "../src/host/native-build.ts";

try {
  const { path, compiler } = await buildNativeKernels();
  console.error(
    compiler === undefined
      ? `native kernels: already built: ${path}`
      : `native kernels: built with ${compiler}: ${path}`,
  );
} catch (error) {
  if (!(error instanceof KarmaError)) throw error;
  console.error(`NO NATIVE KERNELS: ${error.message}\n  ${error.hint}`);
  if (!process.argv.includes("--optional")) process.exitCode = 2;
}
