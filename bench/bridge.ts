import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type BenchRow, median } from "./row.ts";

const BATCH = 64;
const ROUNDS = 5;
const SECONDS = 2;

/** Steps per second. */
type Round = { readonly peer: number; readonly one: number; readonly batch: number };

/** How fast somebody else's learner can play; nothing where there is no Python with PettingZoo. */
export async function benchBridge(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const rounds = await measure(progress);
  if (rounds === undefined) return [];
  const row = (name: string, of: (round: Round) => number): BenchRow => ({
    name: `${name} (peer: a PettingZoo env of the same size in the learner's process)`,
    value: median(rounds.map(of)),
    unit: "steps/s",
    peer: median(rounds.map(({ peer }) => peer)),
    ratio: median(rounds.map((round) => of(round) / round.peer)),
    target: "to be known",
  });
  return [
    row("bridge to Python, one game of chained-wide", ({ one }) => one),
    row(`bridge to Python, ${BATCH} games of chained-wide at once`, ({ batch }) => batch),
  ];
}

async function measure(progress: (line: string) => void): Promise<readonly Round[] | undefined> {
  const topology = pathOf("../topologies/chained-wide.json");
  const args = [pathOf("bridge_peer.py"), topology, String(BATCH), String(ROUNDS), String(SECONDS)];
  const python = pythonOf();
  try {
    await promisify(execFile)(python, ["-c", "import pettingzoo, numpy"]);
  } catch {
    progress(`env: no rows of the bridge: ${python} has no pettingzoo; npm run test:python installs one`);
    return undefined;
  }
  const { stdout } = await promisify(execFile)(python, args);
  const rounds = JSON.parse(stdout) as readonly Round[];
  progress(
    `env: bridge ${rounds.map(({ one, batch }) => `${one.toFixed(0)}, ${batch.toFixed(0)}`).join("; ")} steps/s`,
  );
  return rounds;
}

/** The interpreter of the tests, where they ran. */
function pythonOf(): string {
  const own = pathOf("../node_modules/.cache/karma-python/bin/python");
  return existsSync(own) ? own : "python3";
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
