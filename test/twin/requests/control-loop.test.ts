import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createAutoscaler } from "../../../src/control/autoscalers/autoscalers.ts";
import { guardBounds } from "../../../src/control/guard/bounds.ts";
import { guardRulesFor } from "../../../src/control/guard/rules.ts";
import { runControlLoop } from "../../../src/control/loop/run-loop.ts";
import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import { createRng } from "../../../src/core/rng.ts";
import { parseTopology } from "../../../src/system/topology/parse.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { type TwinCluster, createTwinCluster } from "../../../src/twin/cluster/twin-cluster.ts";
import { createRequestTwinCluster } from "../../../src/twin/requests/request-cluster.ts";

function shipped(name: string): Topology {
  const path = new URL(`../../../topologies/${name}.json`, import.meta.url);
  const decoded = parseTopology(readFileSync(path, "utf8"), `${name}.json`);
  if (!decoded.ok) throw new Error(`${name}.json is broken`);
  return decoded.value;
}

const LENGTH_MS = 900_000;

/** Sizes that the HPA at 60 % ends with, and what it cost. */
async function scaleByHpa(topology: Topology, twin: TwinCluster) {
  const last = new Map<string, number>();
  await runControlLoop({
    cluster: twin.cluster,
    clock: twin.clock,
    autoscaler: createAutoscaler("hpa:60", { topology, timing: kubernetesTiming }),
    rules: guardRulesFor(kubernetesTiming),
    bounds: guardBounds(topology),
    services: topology.services.map(({ name }) => name),
    timing: kubernetesTiming,
    untilMs: LENGTH_MS,
    mode: "live",
    sink: ({ service, applied }) => void last.set(service, applied),
  });
  return { sizes: [...last.values()], podSeconds: twin.outcome().podSeconds };
}

test("the control loop with HPA does on the request-level twin what it does on the fluid one", async () => {
  const topology = shipped("chained-wide");
  const calibration = declaredCalibration(topology, kubernetesTiming);
  const options = {
    workload: { ratePerS: Float64Array.of(100, 400), stepMs: 300_000, faults: [] },
    initialReplicas: Float64Array.of(2, 2, 2, 2),
  };
  const requests = await scaleByHpa(
    topology,
    createRequestTwinCluster(topology, calibration, { ...options, rng: createRng(3) }),
  );
  const fluid = await scaleByHpa(topology, createTwinCluster(topology, calibration, { ...options, rng: createRng(3) }));
  for (const [service, size] of requests.sizes.entries())
    expect(Math.abs(size - fluid.sizes[service]!)).toBeLessThan(2);
  expect(Math.abs(requests.podSeconds / fluid.podSeconds - 1)).toBeLessThan(0.15);
});

test.each(["karma-chained", "karma-two-services", "chained-wide"])("%s runs as it is shipped", async (name) => {
  const topology = shipped(name);
  const twin = createRequestTwinCluster(topology, declaredCalibration(topology, kubernetesTiming), {
    workload: { ratePerS: Float64Array.of(20), stepMs: 1_000, faults: [] },
    rng: createRng(1),
  });
  await twin.clock.sleepUntil(120_000);
  const { requests, violating } = twin.outcome();
  expect(Math.abs(requests / 2_400 - 1)).toBeLessThan(0.1);
  expect(violating).toBeLessThan(requests);
});
