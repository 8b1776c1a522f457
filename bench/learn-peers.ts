import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { loadNativeLibrary, nativeObstacle } from "../src/host/native-library.ts";
import { createNativeKernels } from "../src/nn/native.ts";
import { createWasmKernels } from "../src/nn/wasm.ts";
import { flopPerRow, learnFromSamples, rowsPerS } from "./learn-works.ts";
import { measureRounds, type Pair, rowOf } from "./pairs.ts";
import type { BenchRow } from "./row.ts";
import { createWasmPeak } from "./wasm-peak.ts";

const ROUND_MS = 300;
const HOW_TO = "pip install torch 'jax[cpu]' into a virtual environment and set KARMA_PYTHON to its python";

type Python = ChildProcessByStdio<Writable, Readable, null>;
/** What is compared with a peer. */
type Own = { readonly name: string; readonly target: string; readonly rowsPerS: () => number };

/** Our kernels against what others learn with, in turns; peers where a Python has them: `KARMA_PYTHON=path`. */
export async function benchLearnPeers(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const path = process.env["KARMA_PYTHON"] ?? "python3";
  const script = fileURLToPath(new URL("learn-peers.py", import.meta.url));
  const python: Python = spawn(path, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const isGone = new Promise<undefined>((resolve) => void python.on("error", () => resolve(undefined)));
  try {
    const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
    const titles = await Promise.race([isGone, answers.next()]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what learn-peers.py writes
    const here = titles?.done === false ? (JSON.parse(titles.value) as Record<string, string>) : {};
    if (Object.keys(here).length === 0) progress(`learn: SKIPPED, NOT MEASURED: ${path} has no peer; ${HOW_TO}`);
    const rows: BenchRow[] = [];
    for (const [name, title] of Object.entries(here)) {
      const theirs = (): Promise<number> => ask(python, answers, name);
      rows.push(...(await against(title, theirs, await oursAgainst(name), progress)));
    }
    return rows;
  } finally {
    python.stdin.end();
    python.kill();
  }
}

async function ask(python: Python, answers: AsyncIterator<string>, name: string): Promise<number> {
  python.stdin.write(`${name} ${ROUND_MS}\n`);
  const answer = await answers.next();
  if (answer.done === true) throw new Error(`${name} ended early`);
  return Number(answer.value);
}

/** WebAssembly against all; against the strongest also native kernels, and what WebAssembly could do at most. */
async function oursAgainst(peer: string): Promise<readonly Own[]> {
  const isStrongest = peer === "jax";
  const what = "learn from 1024 samples: gather, PPO losses, forward, backward, Adam";
  const wasm = learnFromSamples(createWasmKernels());
  const own: Own[] = [
    { name: `${what}; wasm`, target: isStrongest ? ">= 0.9" : "> 1", rowsPerS: () => rowsPerS(wasm) },
  ];
  if (!isStrongest) return own;
  const peak = await createWasmPeak();
  const most = "rows to train if 128-bit multiplications and additions in registers were all there is";
  own.push({ name: most, target: "what wasm can reach at most", rowsPerS: () => peak() / flopPerRow });
  if (nativeObstacle() !== undefined) return own;
  const native = learnFromSamples(createNativeKernels(loadNativeLibrary()));
  own.push({ name: `${what}; native`, target: ">= 0.9", rowsPerS: () => rowsPerS(native) });
  return own;
}

/** One round measures all, so that each of ours has the peer's of the same moment. */
async function against(
  title: string,
  theirs: () => Promise<number>,
  ours: readonly Own[],
  progress: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const rounds = await measureRounds(async () => {
    const peer = await theirs();
    return ours.map((own): Pair => ({ value: own.rowsPerS(), peer }));
  });
  const beside = `(peer: ${title}, without the gather)`;
  return ours.map(({ name, target }, k) =>
    rowOf(
      { name: `${name} ${beside}`, unit: "rows/s", target },
      rounds.map((round) => round[k]!),
      progress,
    ),
  );
}
