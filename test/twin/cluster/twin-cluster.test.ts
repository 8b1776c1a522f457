import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import { quantileOf } from "../../../src/core/histogram.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { type TwinCluster, createTwinCluster } from "../../../src/twin/cluster/twin-cluster.ts";
import { contractTiming, contractTopology, testClusterContract } from "../../contract/cluster-contract.ts";
import { chainedWide } from "../fixtures.ts";

testClusterContract("the twin in simulated time", async () => {
  const { cluster, clock, limitsMilli } = createTwinCluster(
    contractTopology,
    declaredCalibration(contractTopology, contractTiming),
    {
      workload: { ratePerS: Float64Array.of(0), stepMs: 1_000, faults: [] },
      rng: createRng(1),
    },
  );
  return { cluster, clock, limitsMilli: async (service) => limitsMilli(service), close: async () => {} };
});

function twinAt(timeScale: number): TwinCluster {
  const ratePerS = Float64Array.from({ length: 900 }, (_, s) => 300 + 100 * Math.sin(s / 60));
  const calibration = declaredCalibration(chainedWide, scaleTiming(kubernetesTiming, timeScale));
  return createTwinCluster(chainedWide, calibration, {
    workload: {
      ratePerS,
      stepMs: 1_000 / timeScale,
      faults: [{ atMs: 300_000 / timeScale, kind: "kill-pod", service: "d", count: 3 }],
    },
    rng: createRng(4),
    initialReplicas: Float64Array.of(8, 8, 8, 8),
  });
}

test("faults of the workload happen at their time", async () => {
  const { cluster, clock } = twinAt(1);
  await clock.sleepUntil(299_999);
  expect((await cluster.observe()).ready[3]).toBe(8);
  await clock.sleepUntil(300_000);
  expect((await cluster.observe()).ready[3]).toBe(5);
  await clock.sleepUntil(300_000 + 61_000);
  expect((await cluster.observe()).ready[3]).toBe(8);
  const events = await cluster.events();
  expect(events.filter(({ kind, atMs }) => kind === "crashed" && atMs === 300_000)).toHaveLength(3);
  expect(events.filter(({ kind }) => kind === "ready")).toHaveLength(3);
});

test("at ten times the speed the same things happen in a tenth of the time", async () => {
  const [slow, fast] = [twinAt(1), twinAt(10)];
  await slow.clock.sleepUntil(900_000);
  await fast.clock.sleepUntil(90_000);
  const [a, b] = [slow.outcome(), fast.outcome()];
  expect(b.requests * 10).toBeCloseTo(a.requests, 3);
  expect(b.podSeconds * 10).toBeCloseTo(a.podSeconds, 3);
  // Queues drain in real time, whatever the scale, so the share that is too slow differs a little.
  expect(Math.abs(b.violating / b.requests - a.violating / a.requests)).toBeLessThan(0.02);
  expect(quantileOf(b.latency, 0.5) / quantileOf(a.latency, 0.5)).toBeCloseTo(1, 1);
});

test("sleeping is refused when the signal is aborted, and endless sleep is a bug", async () => {
  const { clock } = twinAt(1);
  await expect(clock.sleepUntil(10, AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
  await expect(clock.sleepUntil(Infinity)).rejects.toThrow("Infinity");
});
