import { readFileSync } from "node:fs";
import { kubernetesTiming } from "../src/control/loop/timing.ts";
import { type Histogram, createHistogram, quantileOf } from "../src/core/histogram.ts";
import { createRng } from "../src/core/rng.ts";
import { parseTopology } from "../src/system/topology/parse.ts";
import { bottleneckRatePerS } from "../src/system/topology/bottleneck.ts";
import type { Topology } from "../src/system/topology/topology.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { createFluidTwin } from "../src/twin/fluid/create-fluid-twin.ts";
import { createRequestTwin } from "../src/twin/requests/create-request-twin.ts";
import type { BenchRow } from "./row.ts";

const UTILISATIONS = [0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9];
const SEEDS = 6;
const WARM_UP_MS = 120_000;
const LENGTH_MS = 600_000;
/** Of chained-wide: all services about equally loaded. */
const REPLICAS = [8, 7, 8, 9];

/** Latency and CPU of the fluid twin against the request-level twin, by utilisation of the busiest service. */
export async function benchTwinFidelity(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const path = new URL("../topologies/chained-wide.json", import.meta.url);
  const decoded = parseTopology(readFileSync(path, "utf8"), "chained-wide.json");
  if (!decoded.ok) throw new Error("topologies/chained-wide.json is broken");
  const sized = { ...decoded.value, services: decoded.value.services.map(atItsSize) };
  return UTILISATIONS.flatMap((rho) => {
    progress(`twin-fidelity: chained-wide at ${rho}`);
    return rowsAt(sized, rho);
  });
}

function atItsSize(service: Topology["services"][number], index: number): Topology["services"][number] {
  return Object.assign({}, service, { maxReplicas: REPLICAS[index]! });
}

type Shown = { readonly latency: Histogram; readonly cpu: readonly number[] };

function rowsAt(topology: Topology, rho: number): BenchRow[] {
  const ratePerS = rho * bottleneckRatePerS(topology);
  const fluid = runFluid(topology, ratePerS);
  const turns = runRequests(topology, ratePerS, undefined);
  const single = runRequests(topology, ratePerS, 0);
  const row = (name: string, unit: string, value: number, peer: number): BenchRow => {
    const target = unit === "ms" ? "ratio .9 to 1.1 below .9" : "difference <= .02";
    return { name: `${name} at ${rho}, fluid (peer: requests)`, value, unit, peer, ratio: value / peer, target };
  };
  const at = (q: number, name: string, peer: Shown): BenchRow =>
    row(name, "ms", quantileOf(fluid.latency, q), quantileOf(peer.latency, q));
  const busiest = fluid.cpu.indexOf(Math.max(...fluid.cpu));
  return [
    row("cpu", "of limit", fluid.cpu[busiest]!, turns.cpu[busiest]!),
    at(0.5, "p50", turns),
    at(0.95, "p95", turns),
    at(0.95, "p95, a new connection per request", single),
  ];
}

function runFluid(topology: Topology, ratePerS: number): Shown {
  const calibration = declaredCalibration(topology, kubernetesTiming);
  const twin = createFluidTwin(topology, calibration, { environments: 1, tickMs: 1_000, recordLatency: true });
  const initialReplicas = Float64Array.from(REPLICAS);
  twin.reset(0, { ratePerS: Float64Array.of(ratePerS), stepMs: 1_000, rng: createRng(1), initialReplicas });
  twin.advance(WARM_UP_MS / 1_000);
  twin.clearOutcome();
  twin.advance((LENGTH_MS - WARM_UP_MS) / 1_000);
  return { latency: twin.latency!, cpu: Array.from(twin.stations.busy) };
}

function runRequests(topology: Topology, ratePerS: number, connectionLifeMs: number | undefined): Shown {
  const calibration = declaredCalibration(topology, kubernetesTiming);
  const latency = createHistogram();
  const cpu = topology.services.map(() => 0);
  for (let seed = 0; seed < SEEDS; seed++) {
    const twin = createRequestTwin(topology, calibration, {
      rng: createRng(seed),
      ratePerS: Float64Array.of(ratePerS),
      stepMs: 1_000,
      initialReplicas: Float64Array.from(REPLICAS),
      ...(connectionLifeMs === undefined ? {} : { connectionLifeMs }),
    });
    twin.advanceTo(WARM_UP_MS);
    twin.latency.counts.fill(0);
    twin.advanceTo(LENGTH_MS);
    for (const [bucket, count] of twin.latency.counts.entries()) latency.counts[bucket]! += count;
    const { usedMs } = twin.world.processors;
    for (const [service, pods] of twin.world.services.ready.entries()) {
      const used = pods.reduce((sum, pod) => sum + usedMs[pod]!, 0);
      cpu[service]! += used / (LENGTH_MS * REPLICAS[service]! * 0.001 * topology.services[service]!.cpuMilli) / SEEDS;
    }
  }
  return { latency, cpu };
}
