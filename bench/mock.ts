import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchRow, median } from "./row.ts";

const MOCK = fileURLToPath(new URL("../mocks/src/main.ts", import.meta.url));
const PEER = fileURLToPath(new URL("mock-peer.ts", import.meta.url));
const LOAD = fileURLToPath(new URL("mock-load.ts", import.meta.url));

const ROUNDS = 7;
const ROUND_S = 1.5;
const CONNECTIONS = 32;
const DEMAND_MS = 5;
const FAST_ENOUGH = ">= 0.85";
const EXACT_ENOUGH = "0.97 to 1.03";

/** A mock service against a bare Express 5 route without work, and against the CPU that it declares. */
export async function benchMock(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "karma-bench-"));
  try {
    const speed = await speedRows(folder, progress);
    const exactness = [];
    for (const { ratePerS, seconds } of [
      { ratePerS: 30, seconds: 20 },
      { ratePerS: 170, seconds: 12 },
    ])
      exactness.push(await cpuRow(folder, ratePerS, seconds, progress));
    return [...speed, ...exactness];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Requests per second that each server can answer, in turns; medians. */
async function speedRows(folder: string, progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const servers = [
    await startServer(PEER, []),
    await startServer(MOCK, [configFile(folder, { workMs: 0, isLimited: false })]),
    await startServer(MOCK, [configFile(folder, { workMs: 0, isLimited: true })]),
  ];
  const perS: number[][] = servers.map(() => []);
  for (let round = -1; round < ROUNDS; round++) {
    for (const [index, { port }] of servers.entries()) {
      const { answered, seconds } = await load(["saturate", port, ROUND_S, CONNECTIONS]);
      // The first round warms up.
      if (round >= 0) perS[index]!.push(answered / seconds);
    }
    progress(
      `round ${round + 1} of ${ROUNDS}: ${perS.map((values) => (values.at(-1) ?? 0).toFixed(0)).join(", ")} requests/s`,
    );
  }
  for (const { child } of servers) child.kill();
  const [bare, mock, limited] = perS;
  return [
    speedRow("mock without work, against bare Express", mock!, bare!),
    speedRow("the same, CPU limit emulated", limited!, bare!),
  ];
}

/** The ratio is the median over the rounds, because what else the machine does changes from round to round. */
function speedRow(name: string, perS: readonly number[], peerPerS: readonly number[]): BenchRow {
  const ratio = median(perS.map((value, round) => value / peerPerS[round]!));
  return { name, value: median(perS), unit: "requests/s", peer: median(peerPerS), ratio, target: FAST_ENOUGH };
}

async function cpuRow(
  folder: string,
  ratePerS: number,
  seconds: number,
  progress: (line: string) => void,
): Promise<BenchRow> {
  const { child, port } = await startServer(MOCK, [configFile(folder, { workMs: DEMAND_MS, isLimited: false })]);
  await load(["poisson", port, 3, ratePerS]);
  const before = await readMetrics(port);
  await load(["poisson", port, seconds, ratePerS]);
  const after = await readMetrics(port);
  child.kill();
  const value = ((after.cpuS - before.cpuS) * 1_000) / (after.requests - before.requests);
  progress(`${ratePerS} requests/s: ${value.toFixed(3)} ms of CPU each`);
  const name = `CPU per request at ${ratePerS} requests/s, against the declared`;
  return { name, value, unit: "ms", peer: DEMAND_MS, ratio: value / DEMAND_MS, target: EXACT_ENOUGH };
}

function configFile(folder: string, { workMs, isLimited }: { workMs: number; isLimited: boolean }): string {
  const work = { name: "work", workMs: constant(workMs), errorRate: 0, addedLatencyMs: constant(0), calls: [] };
  const config = {
    service: "bench",
    cpuLimitMilli: 1_000,
    emulateCpuLimit: isLimited,
    concurrency: 64,
    queueLimit: 1_000,
    endpoints: [work],
    upstreams: {},
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
    connectionLifeMs: 10_000,
    timeScale: 1,
  };
  const path = join(folder, `${workMs}-${isLimited}.json`);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

const constant = (mean: number): object => ({ kind: "constant", mean });

type Server = { readonly child: ChildProcess; readonly port: number };

async function startServer(path: string, args: readonly string[]): Promise<Server> {
  const child = fork(path, args, { env: { ...process.env, PORT: "0" } });
  const [message] = await once(child, "message");
  return { child, port: message.port };
}

async function load(args: readonly (string | number)[]): Promise<{ answered: number; seconds: number }> {
  const child = fork(LOAD, args.map(String));
  const exited = once(child, "exit");
  const [report] = await Promise.race([
    once(child, "message"),
    exited.then(() => Promise.reject(new Error("no report from the load"))),
  ]);
  await exited;
  return report;
}

async function readMetrics(port: number): Promise<{ cpuS: number; requests: number }> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const read = (series: string): number =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(series))!
        .split(" ")[1],
    );
  return {
    cpuS: read("process_cpu_seconds_total "),
    requests: read(`http_requests_total{endpoint="work",code="200"} `),
  };
}
