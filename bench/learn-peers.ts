import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createWasmKernels } from "../src/nn/wasm.ts";
import { learnFromSamples, rowsPerS } from "./learn-works.ts";
import { measurePairs, type Pair, rowOf } from "./pairs.ts";
import type { BenchRow } from "./row.ts";

const ROUND_MS = 300;
const HOW_TO = "pip install torch 'jax[cpu]' into a virtual environment and set KARMA_PYTHON to its python";
const targets: Readonly<Record<string, string>> = { jax: ">= 0.9" };

type Peer = ChildProcessByStdio<Writable, Readable, null>;

/** The WebAssembly kernels against what others learn with, in turns; peers where a Python has them: `KARMA_PYTHON=path`. */
export async function benchLearnPeers(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const python = process.env["KARMA_PYTHON"] ?? "python3";
  const script = fileURLToPath(new URL("learn-peers.py", import.meta.url));
  const peer: Peer = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const isGone = new Promise<undefined>((resolve) => void peer.on("error", () => resolve(undefined)));
  try {
    const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
    const titles = await Promise.race([isGone, answers.next()]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what learn-peers.py writes
    const here = titles?.done === false ? (JSON.parse(titles.value) as Record<string, string>) : {};
    if (Object.keys(here).length === 0) progress(`learn: SKIPPED, NOT MEASURED: ${python} has no peer; ${HOW_TO}`);
    return await measureAll(peer, answers, here, progress);
  } finally {
    peer.stdin.end();
    peer.kill();
  }
}

/** One peer after another, each in turns with ours. */
async function measureAll(
  peer: Peer,
  answers: AsyncIterator<string>,
  here: Readonly<Record<string, string>>,
  progress: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const work = learnFromSamples(createWasmKernels());
  const rows: BenchRow[] = [];
  for (const [name, title] of Object.entries(here)) {
    const measure = async (): Promise<Pair> => {
      peer.stdin.write(`${name} ${ROUND_MS}\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error(`${title} ended early`);
      return { peer: Number(answer.value), value: rowsPerS(work) };
    };
    const what = `learn from 1024 samples, wasm (peer: ${title}; one thread each, theirs without the gather)`;
    const row = { name: what, unit: "rows/s", target: targets[name] ?? "> 1" };
    rows.push(rowOf(row, await measurePairs(measure), progress));
  }
  return rows;
}
