import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { kubernetesTiming } from "../src/control/loop/timing.ts";
import type { Distribution } from "../src/core/distribution.ts";
import { createRng } from "../src/core/rng.ts";
import { parseTopology } from "../src/system/topology/parse.ts";
import type { Topology } from "../src/system/topology/topology.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { type RequestTwin, createRequestTwin } from "../src/twin/requests/create-request-twin.ts";
import { PAIRS, perCpuSecond } from "./cpu-speed.ts";
import { type BenchRow, median } from "./row.ts";
import { callOf, serviceOf, topologyOf } from "./tree.ts";

const SIMPY_JOBS = 10_000;
const TWIN_JOBS = 200_000;

/** How fast the request-level twin simulates, per second of CPU time. SimPy runs where a Python has it: `KARMA_PYTHON=path`. */
export async function benchTwinRequests(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  progress("twin-requests: two M/M/4 stations in tandem, in turn with SimPy");
  const againstSimpy = await compareTandem();
  if (againstSimpy === undefined) progress(`twin-requests: SKIPPED, NOT MEASURED: no SimPy; ${HOW_TO_SIMPY}`);
  progress("twin-requests: chained-wide at 400 requests/s, 8 replicas each");
  const chain = chainRequestsPerS();
  return [
    ...(againstSimpy === undefined ? [] : [againstSimpy]),
    {
      name: "entry requests of chained-wide, 400/s on 8 replicas each (peer: the same live)",
      value: chain / 1e3,
      unit: "k/s",
      peer: 0.4,
      ratio: chain / 400,
      target: "value >= 150",
    },
  ];
}

export function requestTwinOf(topology: Topology, ratePerS: number, replicas: number): RequestTwin {
  return createRequestTwin(topology, declaredCalibration(topology, kubernetesTiming), {
    rng: createRng(1),
    ratePerS: Float64Array.of(ratePerS),
    stepMs: 1_000,
    initialReplicas: new Float64Array(topology.services.length).fill(replicas),
  });
}

/** Median over rounds of a warm twin. */
function chainRequestsPerS(): number {
  const path = new URL("../topologies/chained-wide.json", import.meta.url);
  const decoded = parseTopology(readFileSync(path, "utf8"), "chained-wide.json");
  if (!decoded.ok) throw new Error("topologies/chained-wide.json is broken");
  const twin = requestTwinOf(decoded.value, 400, 8);
  twin.advanceTo(100_000);
  return median(Array.from({ length: PAIRS }, () => servedPerCpuSecond(twin, 200_000)));
}

function servedPerCpuSecond(twin: RequestTwin, lengthMs: number): number {
  return perCpuSecond(() => {
    const before = twin.entry.served;
    twin.advanceTo(twin.nowMs() + lengthMs);
    return twin.entry.served - before;
  });
}

const HOW_TO_SIMPY = "pip install simpy into a virtual environment and set KARMA_PYTHON to its python";

type Peer = ChildProcessByStdio<Writable, Readable, null>;

async function compareTandem(): Promise<BenchRow | undefined> {
  const python = process.env["KARMA_PYTHON"] ?? "python3";
  if (spawnSync(python, ["-c", "import simpy"], { stdio: "ignore" }).status !== 0) return undefined;
  const script = fileURLToPath(new URL("simpy-tandem.py", import.meta.url));
  const peer: Peer = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const pairs = await runPairs(peer);
    const value = median(pairs.map(({ twin }) => twin));
    return {
      name: "jobs through two M/M/4 stations in tandem at .8 (peer: SimPy)",
      value: value / 1e3,
      unit: "k/s",
      peer: median(pairs.map(({ simpy }) => simpy)) / 1e3,
      ratio: median(pairs.map(({ twin, simpy }) => twin / simpy)),
      target: "ratio >= 15",
    };
  } finally {
    peer.stdin.end();
    peer.kill();
  }
}

async function runPairs(peer: Peer): Promise<readonly { readonly twin: number; readonly simpy: number }[]> {
  const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  const twin = requestTwinOf(tandem(), TANDEM_PER_S, 1);
  twin.advanceTo(100_000);
  const pairs = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    peer.stdin.write(`${SIMPY_JOBS}\n`);
    const answer = await answers.next();
    if (answer.done === true) throw new Error("SimPy ended early");
    const lengthMs = (TWIN_JOBS / TANDEM_PER_S) * 1_000;
    pairs.push({ simpy: Number(answer.value), twin: servedPerCpuSecond(twin, lengthMs) });
  }
  return pairs;
}

const exponential = (mean: number): Distribution => ({ kind: "exponential", mean });
/** Work of 10 ms on four cores at load .8. */
const TANDEM_PER_S = 320;

/**
 * The first station shares its cores, the second takes four at a time: the number in both is that of M/M/4. A caller
 * keeps its slot, so slots must not limit the first.
 */
function tandem(): Topology {
  const first = serviceOf("first", exponential(10), [callOf("second", 1)], { cpuMilli: 4_000, concurrency: 100_000 });
  return topologyOf([first, serviceOf("second", exponential(10), [], { cpuMilli: 4_000, concurrency: 4 })]);
}
