import { readFileSync } from "node:fs";
import { kubernetesTiming } from "../src/control/loop/timing.ts";
import { createRng } from "../src/core/rng.ts";
import { bottleneckRatePerS } from "../src/system/topology/bottleneck.ts";
import { parseTopology } from "../src/system/topology/parse.ts";
import type { Topology } from "../src/system/topology/topology.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { createTwinCluster } from "../src/twin/cluster/twin-cluster.ts";
import { createFluidTwin } from "../src/twin/fluid/create-fluid-twin.ts";
import { usualEdgeNoise } from "../src/twin/fluid/edge-noise.ts";
import type { FluidTwin } from "../src/twin/fluid/fluid-twin.ts";
import { PAIRS, perCpuSecond } from "./cpu-speed.ts";
import { type BenchRow, median } from "./row.ts";
import { benchTwinRequests } from "./twin-requests.ts";
import { benchTwinSizes } from "./twin-sizes.ts";

const ENVIRONMENTS = 256;
const TICKS_PER_STEP = 15;
/** Control steps of a round: with many environments, with one. */
const STEPS = { many: 20, one: 1_000 } as const;
const DAY_S = 86_400;

/** How fast the twins simulate: many environments at once against one by one, a day, topologies of all sizes, and peers. */
export async function benchTwin(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const shop = shipped("shop");
  const chain = shipped("chained-wide");
  const speeds = [
    speedRow("the shop as it ships", shop, progress),
    speedRow("the shop, every service with memory, cold starts and work that grows", withEverything("shop"), progress),
    speedRow("chained-wide", chain, progress),
  ];
  progress("twin: one day, a decision each 15 s");
  const daySeconds = await simulateDay(chain);
  return [
    ...speeds,
    {
      name: "24 h of chained-wide as a cluster, a decision each 15 s (peer: the same live)",
      value: daySeconds,
      unit: "s",
      peer: DAY_S,
      ratio: daySeconds / DAY_S,
      target: "value < 1",
    },
    ...benchTwinSizes(progress),
    ...(await benchTwinRequests(progress)),
  ];
}

function shipped(name: string): Topology {
  return decode(JSON.parse(textOf(name)));
}

function textOf(name: string): string {
  return readFileSync(new URL(`../topologies/${name}.json`, import.meta.url), "utf8");
}

function decode(topology: unknown): Topology {
  const decoded = parseTopology(JSON.stringify(topology), "bench.json");
  if (!decoded.ok) throw new Error(`a topology of the benchmark is broken: ${JSON.stringify(decoded)}`);
  return decoded.value;
}

/** All that a service can say of itself and that costs the twin time. */
const EVERYTHING = {
  cold_start: { factor: 1.5, seconds: 30 },
  memory: { base_mib: 20, per_request_mib: 0.2, retained_mib: 0.0001 },
  work_growth: { curve: "linear", factor: 1.2 },
};

function withEverything(name: string): Topology {
  const { services, ...rest } = JSON.parse(textOf(name)) as { readonly services: Readonly<Record<string, object>> };
  const full = Object.entries(services).map(([service, own]) => [service, { ...own, ...EVERYTHING }]);
  return decode({ ...rest, services: Object.fromEntries(full) });
}

/** Service-steps per second of one core: metrics, counts, start-ups and wandering calls are on, and sizes change. */
function speedRow(what: string, topology: Topology, progress: (line: string) => void): BenchRow {
  progress(`twin: ${what}, ${ENVIRONMENTS} environments in turn with one`);
  const many = player(topology, ENVIRONMENTS, STEPS.many);
  const one = player(topology, 1, STEPS.one);
  // Compiled on the way.
  for (const play of [many, one]) play(0);
  const pairs = Array.from({ length: PAIRS }, (_, round) => {
    return [perCpuSecond(() => many(round)), perCpuSecond(() => one(round))] as const;
  });
  const middle = (of: (pair: readonly [number, number]) => number): number => median(pairs.map(of));
  return {
    name: `service-steps per core, ${what}, x ${ENVIRONMENTS} (peer: x 1)`,
    value: middle(([value]) => value) / 1e6,
    unit: "M/s",
    peer: middle(([, peer]) => peer) / 1e6,
    ratio: middle(([value, peer]) => value / peer),
    target: "value >= 5",
  };
}

/** Plays so many control steps of fresh episodes; returns how many service-steps that were. */
function player(topology: Topology, environments: number, steps: number): (seed: number) => number {
  const twin = createFluidTwin(topology, declaredCalibration(topology, kubernetesTiming), {
    environments,
    tickMs: 1_000,
    edgeNoise: usualEdgeNoise(1),
  });
  const most = topology.services.map(({ maxReplicas }) => maxReplicas);
  const rates = ratesOf(environments, 0.5 * bottleneckRatePerS(topology));
  return (seed) => {
    resetAll(twin, seed, rates, most);
    for (let step = 0; step < steps; step++) controlStep(twin, most);
    return steps * TICKS_PER_STEP * twin.services * environments;
  };
}

/** Made once: thousands of sines are no work of the twin. */
function ratesOf(environments: number, meanPerS: number): readonly Float64Array[] {
  return Array.from({ length: environments }, (_, e) =>
    Float64Array.from({ length: 900 }, (_second, s) => meanPerS * (1 + 0.4 * Math.sin(s / 200 + e))),
  );
}

function resetAll(twin: FluidTwin, seed: number, rates: readonly Float64Array[], most: readonly number[]): void {
  const rng = createRng(seed);
  for (let e = 0; e < twin.environments; e++)
    twin.reset(e, {
      ratePerS: rates[e]!,
      stepMs: 1_000,
      rng: rng.split(e),
      initialReplicas: Float64Array.from(most, (count) => Math.ceil(0.8 * count)),
    });
}

/** Observes, scales every service to 60 % CPU, and lets 15 s pass. */
function controlStep(twin: FluidTwin, most: readonly number[]): void {
  const { cpu, ready } = twin.observe();
  for (let s = 0, k = 0; s < twin.services; s++)
    for (let e = 0; e < twin.environments; e++, k++) twin.desired[k] = replicasFor(cpu[k]!, ready[k]!, most[s]!);
  twin.advance(TICKS_PER_STEP);
}

function replicasFor(cpu: number, ready: number, most: number): number {
  return cpu >= 0 ? Math.min(most, Math.max(1, Math.ceil((cpu * ready) / 0.6))) : Math.ceil(0.8 * most);
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
    for (const [s, { name, maxReplicas }] of topology.services.entries())
      await cluster.scale(name, replicasFor(cpu[s]!, ready[s]!, maxReplicas));
  }
  return (performance.now() - startMs) / 1_000;
}
