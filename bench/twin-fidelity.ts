import { readFileSync, readdirSync } from "node:fs";
import type { CpuQuota } from "../src/control/loop/cpu-quota.ts";
import { kubernetesTiming } from "../src/control/loop/timing.ts";
import { createHistogram, quantileOf } from "../src/core/histogram.ts";
import type { Histogram } from "../src/core/histogram.ts";
import { createRng } from "../src/core/rng.ts";
import { bottleneckRatePerS, cpuMsPerEntryRequest } from "../src/system/topology/bottleneck.ts";
import { parseTopology } from "../src/system/topology/parse.ts";
import type { Topology } from "../src/system/topology/topology.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { createFluidTwin } from "../src/twin/fluid/create-fluid-twin.ts";
import { createRequestTwin } from "../src/twin/requests/create-request-twin.ts";
import type { BenchRow } from "./row.ts";
import { truthScenarios } from "./twin-truth-scenarios.ts";

const UTILISATIONS = [0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95];
/** Quota phases are drawn with a seed and move p95 where replicas are few: as many seeds as make so many requests. */
const REQUESTS = 500_000;
const SEEDS = { least: 3, most: 10, mostOfPods: 40 };
const WARM_UP_MS = 120_000;
const LENGTH_MS = 600_000;
/** Replicas of the bottleneck; the others have as many as keep them about equally busy. */
const MOST_REPLICAS = 8;

const folder = new URL("../topologies/", import.meta.url);

/** CPU limits of the services that `npm run truth` plays, times this: .3, .5 and .6 cores for the one that is alone. */
const LIMIT_FACTORS = [0.6, 1, 1.2];

/**
 * Latency and CPU of the fluid twin against the request-level twin, by utilisation of the busiest service.
 *
 * @param quota  that of replicas on both; with it the fluid twin without is shown too
 */
export async function benchTwinFidelity(
  progress: (line: string) => void,
  quota?: CpuQuota,
): Promise<readonly BenchRow[]> {
  return [...aloneTopologies(), ...shippedTopologies()].flatMap((topology) =>
    UTILISATIONS.flatMap((rho) => {
      const rows = rowsAt(topology, rho, quota);
      progress(rows.map(({ name, ratio }) => `${name}: ${(100 * (ratio - 1)).toFixed(1)} %`).join("; "));
      return rows;
    }),
  );
}

function shippedTopologies(): readonly Topology[] {
  const files = readdirSync(folder).filter(
    (file) => /\.(json|ya?ml)$/.test(file) && !/\.(schema|scenario)\./.test(file),
  );
  return files.map((file) => {
    const decoded = parseTopology(readFileSync(new URL(file, folder), "utf8"), file);
    if (!decoded.ok) throw new Error(`topologies/${file} is broken`);
    return balanced(decoded.value);
  });
}

/** One replica of each service, work of 20 ms. */
function aloneTopologies(): readonly Topology[] {
  return LIMIT_FACTORS.flatMap((factor) =>
    truthScenarios(factor)
      .filter(({ name }) => name === "single" || name === "chain")
      .map(({ topology }) => aloneIn(topology)),
  );
}

function aloneIn(scenario: object): Topology {
  const decoded = parseTopology(JSON.stringify(scenario), "truth.json");
  if (!decoded.ok) throw new Error("a truth scenario is broken");
  const { name, services } = decoded.value;
  const one = services.map((service) => Object.assign({}, service, { maxReplicas: 1 }));
  return { ...decoded.value, name: `${name} of ${services[0]!.cpuMilli} m`, services: one };
}

/** Sizes under which all services are about equally loaded, as the largest each may have. */
function balanced(topology: Topology): Topology {
  const needs = cpuMsPerEntryRequest(topology).map((cpuMs, index) => cpuMs / topology.services[index]!.cpuMilli);
  const unit = MOST_REPLICAS / Math.max(...needs);
  const sized = topology.services.map((service, index) =>
    Object.assign({}, service, {
      maxReplicas: Math.max(1, Math.min(service.maxReplicas, Math.round(needs[index]! * unit))),
    }),
  );
  return { ...topology, services: sized };
}

type Shown = { readonly latency: Histogram; readonly cpu: readonly number[] };

function rowsAt(topology: Topology, rho: number, quota: CpuQuota | undefined): BenchRow[] {
  const ratePerS = rho * bottleneckRatePerS(topology);
  const requests = runRequests(topology, ratePerS, quota);
  const own = rowsOf(topology, rho, runFluid(topology, ratePerS, quota), requests, "fluid");
  if (quota === undefined) return own;
  return [...own, ...rowsOf(topology, rho, runFluid(topology, ratePerS), requests, "fluid of a mock's quota")];
}

function rowsOf(topology: Topology, rho: number, fluid: Shown, requests: Shown, who: string): BenchRow[] {
  const row = (name: string, unit: string, value: number, peer: number): BenchRow => {
    const target = unit === "ms" ? "ratio .9 to 1.1 below .9" : "difference <= .02";
    const title = `${topology.name}: ${name} at ${rho}, ${who} (peer: requests)`;
    return { name: title, value, unit, peer, ratio: value / peer, target };
  };
  const at = (q: number, name: string): BenchRow =>
    row(name, "ms", quantileOf(fluid.latency, q), quantileOf(requests.latency, q));
  const gaps = fluid.cpu.map((cpu, service) => Math.abs(cpu - requests.cpu[service]!));
  const worst = gaps.indexOf(Math.max(...gaps));
  return [
    row("cpu that differs most", "of limit", fluid.cpu[worst]!, requests.cpu[worst]!),
    at(0.5, "p50"),
    at(0.95, "p95"),
    at(0.99, "p99"),
  ];
}

function sizesOf({ services }: Topology): Float64Array {
  return Float64Array.from(services, ({ maxReplicas }) => maxReplicas);
}

function runFluid(topology: Topology, ratePerS: number, cpuQuota?: CpuQuota): Shown {
  const calibration = declaredCalibration(topology, kubernetesTiming);
  const twin = createFluidTwin(topology, calibration, {
    environments: 1,
    tickMs: 1_000,
    recordLatency: true,
    ...(cpuQuota === undefined ? {} : { cpuQuota }),
  });
  const initialReplicas = sizesOf(topology);
  twin.reset(0, { ratePerS: Float64Array.of(ratePerS), stepMs: 1_000, rng: createRng(1), initialReplicas });
  twin.advance(WARM_UP_MS / 1_000);
  twin.clearOutcome();
  twin.advance((LENGTH_MS - WARM_UP_MS) / 1_000);
  return { latency: twin.latency!, cpu: Array.from(twin.stations.busy) };
}

function runRequests(topology: Topology, ratePerS: number, cpuQuota: CpuQuota | undefined): Shown {
  const calibration = declaredCalibration(topology, kubernetesTiming);
  const latency = createHistogram();
  const cpu = topology.services.map(() => 0);
  const sizes = sizesOf(topology);
  const perSeed = (ratePerS * (LENGTH_MS - WARM_UP_MS)) / 1_000;
  const most = cpuQuota === undefined ? SEEDS.most : SEEDS.mostOfPods;
  const seeds = Math.max(SEEDS.least, Math.min(most, Math.ceil(REQUESTS / perSeed)));
  for (let seed = 0; seed < seeds; seed++) {
    const twin = createRequestTwin(topology, calibration, {
      rng: createRng(seed),
      ratePerS: Float64Array.of(ratePerS),
      stepMs: 1_000,
      initialReplicas: sizes,
      ...(cpuQuota === undefined ? {} : { cpuQuota }),
    });
    twin.advanceTo(WARM_UP_MS);
    twin.latency.counts.fill(0);
    const before = usedMs(twin);
    twin.advanceTo(LENGTH_MS);
    for (const [bucket, count] of twin.latency.counts.entries()) latency.counts[bucket]! += count;
    for (const [service, used] of usedMs(twin).entries()) {
      const limitMs = (LENGTH_MS - WARM_UP_MS) * sizes[service]! * 0.001 * topology.services[service]!.cpuMilli;
      cpu[service]! += (used - before[service]!) / limitMs / seeds;
    }
  }
  return { latency, cpu };
}

/** CPU of ready replicas so far, and of those that are gone: [services]. */
function usedMs({ world }: ReturnType<typeof createRequestTwin>): number[] {
  return world.services.ready.map(
    (pods, service) =>
      pods.reduce((sum, pod) => sum + world.processors.usedMs[pod]! - world.pods.usedBeforeReadyMs[pod]!, 0) +
      world.services.retiredCpuMs[service]!,
  );
}
