import { KarmaError } from "../src/core/errors.ts";
import { buildNativeKernels } from "../src/host/native-build.ts";
import { loadNativeLibrary, nativeVariants } from "../src/host/native-library.ts";
import type { Kernels } from "../src/nn/kernels.ts";
import { createNativeKernels } from "../src/nn/native.ts";
import { createPlainKernels } from "../src/nn/plain.ts";
import { createWasmKernels } from "../src/nn/wasm.ts";
import { act, learnFromSamples, rowsPerS, trainNetworks, type Work } from "./learn-works.ts";
import { measureRounds, rowOf } from "./pairs.ts";
import type { BenchRow } from "./row.ts";

type Progress = (line: string) => void;
type NamedKernels = { readonly name: string; readonly create: () => Kernels };

const plain: NamedKernels = { name: "plain", create: createPlainKernels };
const wasm: NamedKernels = { name: "wasm", create: createWasmKernels };
const trained = "train actor and critic on 1024 rows: forward, backward, Adam";

/** The kernels against each other, in turns in one process. */
export async function benchLearn(progress: Progress): Promise<readonly BenchRow[]> {
  const learnt = "learn from 1024 samples: gather, PPO losses, the above";
  return [
    await compare(trained, trainNetworks, wasm, plain, ">= 7", progress),
    await compare(learnt, learnFromSamples, wasm, plain, ">= 5", progress),
    await compare("actor on a batch of 64 rows", (kernels) => act(kernels, 64), wasm, plain, ">= 5", progress),
    await compare("actor on 1 row", (kernels) => act(kernels, 1), wasm, plain, ">= 2", progress),
    ...(await benchNative(learnt, progress)),
  ];
}

/** Each instruction set that is here. */
async function benchNative(learnt: string, progress: Progress): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const variant of nativeVariants) {
    try {
      await buildNativeKernels();
      const library = loadNativeLibrary(variant);
      const native = { name: `native ${variant}`, create: () => createNativeKernels(library) };
      const target = variant === "avx512" ? ">= 3.5" : "to be known";
      rows.push(await compare(trained, trainNetworks, native, wasm, target, progress));
      rows.push(await compare(learnt, learnFromSamples, native, wasm, "to be known", progress));
    } catch (error) {
      if (!(error instanceof KarmaError)) throw error;
      progress(`learn: SKIPPED, NOT MEASURED: native ${variant}: ${error.message}; ${error.hint}`);
    }
  }
  return rows;
}

async function compare(
  what: string,
  work: (kernels: Kernels) => Work,
  ours: NamedKernels,
  peer: NamedKernels,
  target: string,
  progress: Progress,
): Promise<BenchRow> {
  const [own, other] = [work(ours.create()), work(peer.create())];
  const pairs = await measureRounds(() => ({ peer: rowsPerS(other), value: rowsPerS(own) }));
  return rowOf({ name: `${what}; ${ours.name} (peer: ${peer.name})`, unit: "rows/s", target }, pairs, progress);
}
