import { expect, test } from "vitest";
import { createAutoscaler } from "../../src/control/autoscalers/autoscalers.ts";
import { kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";
import { createRng } from "../../src/core/rng.ts";
import { type Shown, figuresOf, gapOf, playPart } from "../../src/evaluate/twin-part.ts";
import { createTwinCluster } from "../../src/twin/cluster/twin-cluster.ts";
import { createRequestTwinCluster } from "../../src/twin/requests/request-cluster.ts";
import { chainedWide, declared } from "../twin/fixtures.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const calibration = declared(chainedWide, timing);
const services = chainedWide.services.map(({ name }) => name);
const workload = {
  ratePerS: new Float64Array(60).fill(250),
  stepMs: 1_000,
  faults: [{ kind: "kill-pod" as const, atMs: 20_000, service: "b", count: 1 }],
};

function play(kind: "fluid" | "requests", hasHpa = false): Promise<Shown> {
  const options = {
    workload,
    rng: createRng(1),
    initialReplicas: Float64Array.from(hasHpa ? [3, 3, 3, 3] : [5, 5, 5, 6]),
  };
  const twin = (kind === "fluid" ? createTwinCluster : createRequestTwinCluster)(chainedWide, calibration, options);
  return playPart({
    topology: chainedWide,
    cluster: twin.cluster,
    clock: twin.clock,
    counts: () => twin.counts(),
    latency: () => twin.outcome().latency,
    warmUpMs: 6_000,
    untilMs: 60_000,
    lookEveryMs: timing.scrapePeriodMs / 3,
    timing,
    ...(hasHpa ? { autoscaler: createAutoscaler("hpa", { topology: chainedWide, timing }) } : {}),
  });
}

test("the two twins are near each other in every figure of a part, and a crash is recovered from alike", async () => {
  const [fluid, requests] = [await play("fluid"), await play("requests")];
  const gap = gapOf(figuresOf(fluid, services), figuresOf(requests, services), [fluid.latency, requests.latency]);
  expect(Math.abs(gap.requests)).toBeLessThan(0.03);
  expect(gap.cpu).toBeLessThan(0.03);
  expect(gap.throughput).toBeLessThan(0.04);
  expect(Math.abs(gap.p95)).toBeLessThan(0.25);
  expect(gap.distance).toBeLessThan(0.12);
  expect(gap.ready).toBeLessThan(0.3);
  expect(gap.recoveryMs).toBeDefined();
});

test("what comes before the warm-up is over does not count", async () => {
  const { requests, readings, latency } = await play("fluid");
  expect(requests).toBeCloseTo(250 * 54, 0);
  expect(readings[0]!.atMs).toBe(6_000);
  expect(latency.counts.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(requests + 1);
});

test("under an autoscaler sizes follow it on both", async () => {
  for (const kind of ["fluid", "requests"] as const) {
    const { readings } = await play(kind, true);
    expect(new Set(readings.map(({ desired }) => desired[0])).size).toBeGreaterThan(1);
  }
});

test("readings are those that a running cluster gives: one a period, and none at the end", async () => {
  const looked = (await play("fluid")).readings.map(({ atMs }) => atMs);
  const lookEveryMs = timing.scrapePeriodMs / 3;
  expect(looked).toEqual(Array.from({ length: 108 }, (_, look) => 6_000 + look * lookEveryMs));
  const scaled = (await play("requests", true)).readings.map(({ atMs }) => atMs);
  expect(scaled).toEqual(Array.from({ length: scaled.length }, (_, look) => 6_000 + (look + 1) * timing.syncPeriodMs));
  expect(scaled.at(-1)).toBeLessThan(60_000);
});
