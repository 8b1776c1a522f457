import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { createRng } from "../src/core/rng.ts";
import { meanOf } from "../src/core/statistics.ts";
import { createQuotaGroups, fillGroups, phaseGroups, restGroups, workGroups } from "../src/twin/quota/quota-groups.ts";
import { packagePath } from "../src/host/package-files.ts";

/**
 * The kernel's CPU quota beside the request-level twin's: the same requests, one after another, in a process whose group
 * has a limit of .3 cores, and in one whose group and the group around it have it, as Kubernetes makes them. When
 * periods begin nobody tells: the model takes the phases that suit it best, out of a grid.
 *
 *   sudo node bin/run.js bench/kernel-quota.ts        # 2 minutes; cgroup v1
 */
const CGROUP = "/sys/fs/cgroup/cpu";
const BUDGET_MS = 30;
const LENGTH_MS = 15_000;
/** Each draws its periods anew. */
const TRIALS = 6;
const RATE_PER_S = 10.5;
const WORK_MS = 20;
const GRID_MS = 2.5;

type Served = { readonly arrivedMs: number; readonly cpuMs: number; readonly endMs: number };
type Groups = 1 | 2;

/** Work is what the process has used, so it is measured as a mock does it. */
const burner = `
  const { burnCpu, processCpuMs, threadCpuMs } = await import(process.argv[1]);
  const requests = JSON.parse(process.argv[2]);
  burnCpu(300, threadCpuMs);
  const startMs = performance.now() + 100;
  const served = [];
  for (const [arrivedMs, workMs] of requests) {
    const waitMs = startMs + arrivedMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const beforeMs = processCpuMs();
    burnCpu(workMs, threadCpuMs);
    served.push({ arrivedMs, cpuMs: processCpuMs() - beforeMs, endMs: performance.now() - startMs });
  }
  console.log(JSON.stringify(served));
`;

function requestsOf(): readonly (readonly [number, number])[] {
  const rng = createRng("kernel quota");
  const requests: [number, number][] = [];
  for (let atMs = 0; atMs < LENGTH_MS; atMs += (1_000 / RATE_PER_S) * rng.exponential())
    requests.push([atMs, WORK_MS * (0.5 + rng.uniform())]);
  return requests;
}

/** Runs the burner inside the groups, which go when it is done. */
async function serve(groups: Groups): Promise<readonly Served[]> {
  const pod = join(CGROUP, `karma-quota-${process.pid}-${groups}`);
  const container = join(pod, "container");
  mkdirSync(container, { recursive: true });
  try {
    for (const one of groups === 2 ? [pod, container] : [container])
      writeFileSync(join(one, "cpu.cfs_quota_us"), String(BUDGET_MS * 1_000));
    const clock = packagePath("mocks/src/cpu-clock.ts");
    const args = ["--input-type=module", "-e", burner, clock, JSON.stringify(requestsOf())];
    const inside = ["-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', container, process.execPath, ...args];
    const { stdout } = await execa("/bin/sh", inside);
    return JSON.parse(stdout) as readonly Served[];
  } finally {
    rmdirSync(container);
    rmdirSync(pod);
  }
}

/** When each request is done in the model, ms. */
function modelled(served: readonly Served[], phasesMs: readonly number[]): readonly number[] {
  const quota = createQuotaGroups(1, { groups: phasesMs.length as Groups });
  const work = { atMs: 0, jobs: 1, threads: 1, budgetMs: BUDGET_MS };
  fillGroups(quota, 0, BUDGET_MS);
  phaseGroups(quota, 0, 0, phasesMs);
  return served.map(({ arrivedMs, cpuMs }) => {
    if (arrivedMs > work.atMs) {
      restGroups(quota, work, 0, arrivedMs);
      work.atMs = arrivedMs;
    }
    work.atMs = workGroups(quota, work, 0, Infinity, cpuMs).atMs;
    return work.atMs;
  });
}

/** Mean difference of a request's end under the phases that suit best, ms. */
function errorOf(served: readonly Served[], groups: Groups): number {
  const grid = Array.from({ length: 100 / GRID_MS }, (_, step) => GRID_MS * (step + 1));
  const phases = groups === 1 ? grid.map((one) => [one]) : grid.flatMap((one) => grid.map((other) => [one, other]));
  const errors = phases.map((phase) => {
    const ends = modelled(served, phase);
    return meanOf(served.map(({ endMs }, index) => Math.abs(endMs - ends[index]!)));
  });
  return Math.min(...errors);
}

const served: Record<Groups, (readonly Served[])[]> = { 1: [], 2: [] };
for (let trial = 0; trial < TRIALS; trial++) {
  const [one, two] = await Promise.all([serve(1), serve(2)]);
  served[1].push(one);
  served[2].push(two);
}
for (const groups of [1, 2] as const) {
  const latencyMs = meanOf(served[groups].flat().map(({ endMs, arrivedMs }) => endMs - arrivedMs));
  const found = ([1, 2] as const).map((model) => {
    const errorsMs = served[groups].map((one) => errorOf(one, model));
    return `model of ${model} off by ${meanOf(errorsMs).toFixed(1)} ms (${errorsMs.map((ms) => ms.toFixed(1)).join(", ")})`;
  });
  console.log(`limit kept by ${groups}: mean latency ${latencyMs.toFixed(0)} ms; ${found.join("; ")}`);
}
