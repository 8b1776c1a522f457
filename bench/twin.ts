import { readFileSync } from "node:fs";
import { kubernetesTiming } from "../src/control/loop/timing.ts";
import { createRng } from "../src/core/rng.ts";
import { parseTopology } from "../src/system/topology/parse.ts";
import type { Topology } from "../src/system/topology/topology.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { createTwinCluster } from "../src/twin/cluster/twin-cluster.ts";
import { createFluidTwin } from "../src/twin/fluid/create-fluid-twin.ts";
import { usualEdgeNoise } from "../src/twin/fluid/edge-noise.ts";
import type { FluidTwin } from "../src/twin/fluid/fluid-twin.ts";
import type { BenchRow } from "./row.ts";
import { tree } from "./twin-requests.ts";

const ROUNDS = 12;
const CONTROL_STEPS = 40;
const TICKS_PER_STEP = 15;
const DAY_S = 86_400;

/** How fast the twin simulates: many environments at once against one by one, and a day against a day. */
export async function benchTwin(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const path = new URL("../topologies/chained-wide.json", import.meta.url);
  const decoded = parseTopology(readFileSync(path, "utf8"), "chained-wide.json");
  if (!decoded.ok) throw new Error("topologies/chained-wide.json is broken");
  const topology = decoded.value;
  progress("twin: 256 environments, then one");
  const many = serviceStepsPerS(topology, 256);
  const single = serviceStepsPerS(topology, 1);
  progress(`twin: trees of ${TREES.join(", ")} services`);
  // The first one also pays for what is compiled on the way.
  treeOf(TREES[0]);
  const trees = TREES.map(treeOf);
  progress("twin: one day, a decision each 15 s");
  const daySeconds = await simulateDay(topology);
  return [
    {
      name: "service-steps of chained-wide x 256, metrics, start-up and edge noise on (peer: x 1)",
      value: many / 1e6,
      unit: "M/s",
      peer: single / 1e6,
      ratio: many / single,
      target: "value >= 5",
    },
    {
      name: "24 h of chained-wide as a cluster, a decision each 15 s (peer: the same live)",
      value: daySeconds,
      unit: "s",
      peer: DAY_S,
      ratio: daySeconds / DAY_S,
      target: "value < 1",
    },
    ...trees.map((stepsPerS, index) => {
      const name = `service-steps, tree of ${TREES[index]!} services x 16 (peer: of ${TREES[0]})`;
      const [value, peer] = [stepsPerS / 1e6, trees[0]! / 1e6];
      return { name, value, unit: "M/s", peer, ratio: value / peer, target: "ratio >= .5: linear" };
    }),
  ];
}

const TREES = [10, 100, 1_000] as const;

function treeOf(size: number): number {
  const environments = 16;
  const topology = tree(size);
  const calibration = declaredCalibration(topology, kubernetesTiming);
  const twin = createFluidTwin(topology, calibration, { environments, tickMs: 1_000 });
  resetAll(twin, 1);
  twin.advance(20);
  const ticks = Math.ceil(100_000 / size);
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    twin.advance(ticks);
    best = Math.max(best, (ticks * size * environments * 1_000) / (performance.now() - startMs));
  }
  return best;
}

/** The best of several short rounds: what others do on the machine only slows down. */
function serviceStepsPerS(topology: Topology, environments: number): number {
  const twin = createFluidTwin(topology, declaredCalibration(topology, kubernetesTiming), {
    environments,
    tickMs: 1_000,
    edgeNoise: usualEdgeNoise(1),
  });
  const rounds = environments === 1 ? ROUNDS * 2 : ROUNDS;
  const steps = environments === 1 ? CONTROL_STEPS * 20 : CONTROL_STEPS;
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    resetAll(twin, round);
    const startMs = performance.now();
    for (let step = 0; step < steps; step++) controlStep(twin);
    const seconds = (performance.now() - startMs) / 1_000;
    best = Math.max(best, (steps * TICKS_PER_STEP * twin.services * environments) / seconds);
  }
  return best;
}

function resetAll(twin: FluidTwin, seed: number): void {
  const rng = createRng(seed);
  for (let e = 0; e < twin.environments; e++)
    twin.reset(e, {
      ratePerS: Float64Array.from({ length: 900 }, (_, s) => 400 * (1 + 0.4 * Math.sin(s / 200 + e))),
      stepMs: 1_000,
      rng: rng.split(e),
      initialReplicas: new Float64Array(twin.services).fill(8),
    });
}

/** Observes, scales every service to 60 % CPU, and lets 15 s pass. */
function controlStep(twin: FluidTwin): void {
  const { cpu, ready } = twin.observe();
  for (let k = 0; k < cpu.length; k++) twin.desired[k] = replicasFor(cpu[k]!, ready[k]!);
  twin.advance(TICKS_PER_STEP);
}

function replicasFor(cpu: number, ready: number): number {
  return cpu >= 0 ? Math.min(24, Math.max(2, Math.ceil((cpu * ready) / 0.6))) : 8;
}

async function simulateDay(topology: Topology): Promise<number> {
  const startMs = performance.now();
  const { cluster, clock } = createTwinCluster(topology, declaredCalibration(topology, kubernetesTiming), {
    workload: {
      ratePerS: Float64Array.from({ length: DAY_S / 60 }, (_, minute) => 400 + 200 * Math.sin(minute / 229)),
      stepMs: 60_000,
      faults: [],
    },
    rng: createRng(1),
    initialReplicas: new Float64Array(topology.services.length).fill(8),
  });
  for (let atS = 15; atS <= DAY_S; atS += 15) {
    await clock.sleepUntil(atS * 1_000);
    const { cpu, ready } = await cluster.observe();
    for (const [s, { name }] of topology.services.entries()) await cluster.scale(name, replicasFor(cpu[s]!, ready[s]!));
  }
  return (performance.now() - startMs) / 1_000;
}
