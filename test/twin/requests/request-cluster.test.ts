import { expect, test } from "vitest";
import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import { createRng } from "../../../src/core/rng.ts";
import type { Fault } from "../../../src/system/workload/fault.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { createRequestTwinCluster } from "../../../src/twin/requests/request-cluster.ts";
import { contractTiming, contractTopology, testClusterContract } from "../../contract/cluster-contract.ts";
import { chainedWide, declared } from "../fixtures.ts";

testClusterContract("the twin, request by request, in simulated time", async () => {
  const calibration = declaredCalibration(contractTopology, contractTiming);
  const { cluster, clock, limitsMilli } = createRequestTwinCluster(contractTopology, calibration, {
    workload: { ratePerS: Float64Array.of(0), stepMs: 1_000, faults: [] },
    rng: createRng(1),
  });
  return { cluster, clock, limitsMilli: async (service) => limitsMilli(service), close: async () => {} };
});

test("readings show what is so: rates, CPU, queues, waiting and latency, averaged over the window", async () => {
  const twin = createRequestTwinCluster(chainedWide, declared(chainedWide), {
    workload: { ratePerS: Float64Array.of(300), stepMs: 1_000, faults: [] },
    rng: createRng(2),
    initialReplicas: Float64Array.of(6, 6, 6, 6),
  });
  await twin.clock.sleepUntil(1_000);
  expect((await twin.cluster.observe()).cpu[0]).toBeNaN();
  const sums = { cpu: [0, 0, 0, 0], arrived: [0, 0, 0, 0], served: [0, 0, 0, 0], entry: 0, latencyMs: 0 };
  const COUNT = 20;
  for (let i = 1; i <= COUNT; i++) {
    await twin.clock.sleepUntil(60_000 + i * 30_000);
    const seen = await twin.cluster.observe();
    for (let s = 0; s < 4; s++) {
      sums.cpu[s]! += seen.cpu[s]! / COUNT;
      sums.arrived[s]! += seen.arrivalsPerS[s]! / COUNT;
      sums.served[s]! += seen.servedPerS[s]! / COUNT;
      expect(seen.ageMs[s]).toBeGreaterThanOrEqual(2_000);
      expect(seen.ageMs[s]).toBeLessThan(17_001);
      expect(seen.waitMs[s]).toBeGreaterThan(0);
      expect(seen.droppedPerS[s]).toBe(0);
    }
    sums.entry += seen.entryArrivalsPerS[0]! / COUNT;
    sums.latencyMs += seen.entryLatencyMs[0]! / COUNT;
  }
  const visits = [1, 0.7, 0.5, 0.86];
  const workMs = [5, 6.25, 10, 6.667];
  for (let s = 0; s < 4; s++) {
    expect(Math.abs(sums.arrived[s]! / (300 * visits[s]!) - 1)).toBeLessThan(0.03);
    expect(Math.abs(sums.served[s]! / (300 * visits[s]!) - 1)).toBeLessThan(0.03);
    expect(Math.abs(sums.cpu[s]! - (0.3 * visits[s]! * workMs[s]!) / (6 * 0.5))).toBeLessThan(0.02);
  }
  expect(Math.abs(sums.entry / 300 - 1)).toBeLessThan(0.03);
  const { requests, latency, podSeconds } = twin.outcome();
  let meanMs = 0;
  let counted = 0;
  for (const [bucket, count] of latency.counts.entries()) {
    counted += count;
    meanMs += count * 0.05 * Math.exp((bucket + 0.5) * Math.log(1.02));
  }
  expect(Math.abs(sums.latencyMs / (meanMs / counted) - 1)).toBeLessThan(0.08);
  expect(Math.abs(requests / (300 * 660) - 1)).toBeLessThan(0.02);
  expect(podSeconds).toBeCloseTo(24 * 660, 6);
});

async function runWith(faults: readonly Fault[]) {
  const twin = createRequestTwinCluster(chainedWide, declared(chainedWide), {
    workload: { ratePerS: Float64Array.of(300), stepMs: 1_000, faults },
    rng: createRng(4),
    initialReplicas: Float64Array.of(8, 8, 8, 8),
  });
  await twin.clock.sleepUntil(29_999);
  const before = (await twin.cluster.observe()).ready[3];
  await twin.clock.sleepUntil(30_000);
  const after = (await twin.cluster.observe()).ready[3];
  await twin.clock.sleepUntil(120_000);
  return { before, after, last: (await twin.cluster.observe()).ready[3], violating: twin.outcome().violating };
}

test("faults of the workload happen at their time, and what they cost is seen", async () => {
  const calm = await runWith([]);
  const hit = await runWith([{ atMs: 30_000, kind: "kill-pod", service: "d", count: 3 }]);
  expect(hit).toMatchObject({ before: 8, after: 5, last: 8 });
  expect(hit.violating).toBeGreaterThan(calm.violating);
});

test("a given schedule is played as it is, with the work that is given", async () => {
  const startTimesMs = Float64Array.from({ length: 50 }, (_, i) => 100 * i);
  const single = {
    ...contractTopology,
    services: [contractTopology.services[1]!],
    entries: [{ service: "back", endpoint: "work", share: 1 }],
  };
  const twin = createRequestTwinCluster(single, declaredCalibration(single, kubernetesTiming), {
    workload: { ratePerS: Float64Array.of(1_000), stepMs: 1_000, faults: [] },
    rng: createRng(1),
    startTimesMs,
    entryWorkMs: startTimesMs.map((_, i) => (i % 10 === 0 ? 150 : 1)),
  });
  await twin.clock.sleepUntil(20_000);
  // Work of 150 ms at .2 of a core takes most of a second; with the objective of 100 ms those are the slow ones.
  const { requests, violating } = twin.outcome();
  expect(requests).toBe(50);
  expect(violating).toBeGreaterThanOrEqual(5);
});
