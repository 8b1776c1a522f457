import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import { quantileOf } from "../../../src/core/histogram.ts";
import { createRng } from "../../../src/core/rng.ts";
import { parseTopology } from "../../../src/system/topology/parse.ts";
import { cpuMsPerEntryRequest } from "../../../src/system/topology/bottleneck.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";

/** A cheap part of `npm run bench -- twin-fidelity`, with the same bars. Scatter over seeds is part of what is allowed. */
test.each([
  ["chained-wide", 0.7, [8, 7, 8, 9]],
  ["chained-wide", 0.8, [8, 7, 8, 9]],
  ["karma-chained", 0.5, [5, 3, 4, 2]],
  ["karma-two-services", 0.5, [4, 8]],
  ["karma-two-services", 0.85, [4, 8]],
  ["karma-chained", 0.85, [5, 3, 4, 2]],
  ["chained-wide", 0.3, [8, 7, 8, 9]],
  ["single", 0.8, [8]],
  ["single", 0.85, [8]],
] as const)(
  "%s at %d: CPU within .02 and p95 within 12 % of the request-level twin",
  { timeout: 60_000 },
  (name, rho, sizes) => {
    const path = new URL(`../../../topologies/${name}.json`, import.meta.url);
    const decoded = parseTopology(readFileSync(path, "utf8"), `${name}.json`);
    if (!decoded.ok) throw new Error(`${name}.json is broken`);
    const topology = decoded.value;
    const calibration = declaredCalibration(topology, kubernetesTiming);
    const cost = cpuMsPerEntryRequest(topology);
    const limits = topology.services.map(({ cpuMilli }, service) => (sizes[service]! * cpuMilli) / cost[service]!);
    const shared = {
      ratePerS: Float64Array.of(rho * Math.min(...limits)),
      stepMs: 1_000,
      initialReplicas: Float64Array.from(sizes),
    };
    const fluid = createFluidTwin(topology, calibration, { environments: 1, tickMs: 1_000, recordLatency: true });
    fluid.reset(0, { ...shared, rng: createRng(1) });
    fluid.advance(60);
    fluid.clearOutcome();
    fluid.advance(60);
    const requests = createRequestTwin(topology, calibration, { ...shared, rng: createRng(1) });
    requests.advanceTo(60_000);
    requests.latency.counts.fill(0);
    requests.advanceTo(360_000);
    const p95 = quantileOf(requests.latency, 0.95);
    expect(Math.abs(quantileOf(fluid.latency!, 0.95) / p95 - 1)).toBeLessThan(0.12);
    const { cpu } = requests.observe();
    for (const [service, limit] of limits.entries()) {
      const used = shared.ratePerS[0]! / limit;
      expect(Math.abs(fluid.stations.busy[service]! - used)).toBeLessThan(0.02);
      expect(Math.abs(cpu[service]! - used)).toBeLessThan(0.1);
    }
  },
);
