import { describe, expect, test } from "vitest";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import type { ClusterEvent } from "../../../src/control/loop/cluster.ts";
import type { Readings } from "../../../src/control/readings/readings.ts";
import { createRng } from "../../../src/core/rng.ts";
import { calibrate } from "../../../src/twin/calibrate/calibrate.ts";
import { type Calibration, declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { compareTwin } from "../../../src/twin/calibrate/compare.ts";
import { sumOf } from "../../../src/core/statistics.ts";
import { type Recording, meanCpu, newSamples } from "../../../src/twin/calibrate/recording.ts";
import { visitRatios } from "../../../src/system/topology/visit-ratios.ts";
import { createTwinCluster } from "../../../src/twin/cluster/twin-cluster.ts";
import { call, chainedWide, service, topologyOf } from "../fixtures.ts";

const names = ["a", "b", "c", "d"];
const timing = scaleTiming(kubernetesTiming, 10);
const demandFactors = [1.2, 0.8, 1.1, 0.9];

/** What the topology does not say: dearer and cheaper requests, idle CPU, slower starts, longer ways. */
function truth(): Calibration {
  const declared = declaredCalibration(chainedWide, timing);
  return {
    ...declared,
    services: declared.services.map((one, s) => ({
      cpuMsPerRequest: one.cpuMsPerRequest * demandFactors[s]!,
      idleCpuShare: 0.05,
      startupMs: { kind: "normal", mean: 4_000, sd: 500, min: 2_500, max: 6_000 },
      fixedLatencyMs: 1.5,
    })),
  };
}

/** A run of the true system: load in steps, a new size every half minute of the clock. */
async function record(seconds: number, loads: readonly number[] = [60, 200, 120, 280]): Promise<Recording> {
  const ratePerS = Float64Array.from({ length: seconds }, (_, s) => loads[Math.floor(s / 10) % loads.length]!);
  const { cluster, clock } = createTwinCluster(chainedWide, truth(), {
    workload: { ratePerS, stepMs: 1_000, faults: [] },
    rng: createRng(3),
    initialReplicas: Float64Array.of(6, 6, 6, 6),
  });
  const readings: Readings[] = [];
  const events: ClusterEvent[] = [];
  for (let second = 0.5; second <= seconds; second += 0.5) {
    await clock.sleepUntil(second * 1_000);
    if (second % 30 === 0) for (const name of names) await cluster.scale(name, second % 60 === 0 ? 6 : 9);
    readings.push(await cluster.observe());
    events.push(...(await cluster.events()));
  }
  return { services: names, readings, events };
}

describe("calibration", () => {
  test("recovers what the topology did not say", async () => {
    const { calibration, report } = calibrate(await record(1_600, [100, 280, 160, 340]), chainedWide, timing);
    expect(report.problems).toEqual([]);
    expect(calibration.source).toBe("measured");
    for (const [s, one] of calibration.services.entries()) {
      const { cpuMsPerRequest, startupMs } = truth().services[s]!;
      expect(Math.abs(one.cpuMsPerRequest / cpuMsPerRequest - 1)).toBeLessThan(0.04);
      expect(Math.abs(one.idleCpuShare - 0.05)).toBeLessThan(0.02);
      expect(Math.abs(one.startupMs.mean / startupMs.mean - 1)).toBeLessThan(0.08);
      expect(one.fixedLatencyMs).toBeCloseTo(1.5, 0);
      // Of several intervals of 95 % one may miss; twice as wide none should.
      const { value, low, high } = report.services[s]!.cpuMsPerRequest;
      expect(Math.abs(value - cpuMsPerRequest)).toBeLessThan(high - low);
    }
  });

  test("what users wait beyond what the entry shows is part of the fixed latency, shared out over the visits", async () => {
    const recording = await record(400);
    const inside = calibrate(recording, chainedWide, timing).calibration.services[0]!.fixedLatencyMs;
    const arrivals = newSamples(recording, 0).map(({ entryArrivalsPerS, entryLatencyMs }) => {
      return [entryArrivalsPerS[0]!, entryLatencyMs[0]!] as const;
    });
    const known = arrivals.filter(([, latencyMs]) => latencyMs >= 0);
    const requests = sumOf(known.map(([perS]) => perS));
    const meanMs = sumOf(known.map(([perS, latencyMs]) => perS * latencyMs)) / requests;
    const users = { requests, meanMs: meanMs + 8 };
    const seen = calibrate({ ...recording, users }, chainedWide, timing).calibration.services[0]!.fixedLatencyMs;
    expect(seen - inside).toBeCloseTo(8 / sumOf(visitRatios(chainedWide)), 6);
  });

  test("a recording that is too short is refused field by field, and the topology's word stands", async () => {
    const { calibration, report } = calibrate(await record(4), chainedWide, timing);
    expect(calibration).toEqual(declaredCalibration(chainedWide, timing));
    expect(report.problems.map(({ path }) => path)).toEqual([
      ...names.map((name) => `services.${name}.cpu`),
      ...names.map((name) => `services.${name}.startup`),
      "fixedLatency",
    ]);
    expect(report.services.every(({ cpuMsPerRequest }) => cpuMsPerRequest.source === "declared")).toBe(true);
  });

  test("one steady load tells the cost of a request, not idle CPU from work", async () => {
    const { calibration, report } = calibrate(await record(29, [200]), chainedWide, timing);
    const told = report.problems.filter(({ message }) => message.includes("idle CPU is as declared"));
    expect(told.length).toBeGreaterThan(0);
    expect(calibration.services[0]!.idleCpuShare).toBe(0);
    expect(calibration.services[0]!.cpuMsPerRequest).toBeGreaterThan(5 * 1.1);
  });

  test("a few starts give the mean and keep the declared spread", () => {
    const events = [3_000, 4_000, 5_000].flatMap((tookMs, i): ClusterEvent[] => [
      { atMs: i * 10_000, service: "a", kind: "created", pod: `a-${i}` },
      { atMs: i * 10_000 + tookMs, service: "a", kind: "ready", pod: `a-${i}` },
    ]);
    const { calibration, report } = calibrate({ services: names, readings: [], events }, chainedWide, timing);
    expect(calibration.services[0]!.startupMs).toEqual({
      kind: "normal",
      mean: 4_000,
      sd: 1_280,
      min: 1_280,
      max: 9_600,
    });
    expect(report.problems.find(({ path }) => path === "services.a.startup")?.message).toContain(
      "spread is as declared",
    );
  });

  test("calls side by side leave the fixed latency as declared, and a foreign recording is a bug", () => {
    const forked = topologyOf([service("a", 5, [[call("b", 1), call("c", 1)]]), service("b", 5), service("c", 5)]);
    const empty = { services: ["a", "b", "c"], readings: [], events: [] };
    const { report } = calibrate(empty, forked, timing);
    expect(report.problems.find(({ path }) => path === "fixedLatency")?.message).toContain("side by side");
    expect(() => calibrate(empty, chainedWide, timing)).toThrow("a, b, c, d");
  });
});

test("the gap between twin and live is relative for times and pods, in points for shares", () => {
  const outcome = {
    requests: 1_000,
    violating: 20,
    p50Ms: 11,
    p95Ms: 90,
    p99Ms: 150,
    podSeconds: 95,
    sizedPodSeconds: 95,
    sizeChanges: 3,
  };
  const live = {
    requests: 1_000,
    violating: 50,
    p50Ms: 10,
    p95Ms: 100,
    p99Ms: 200,
    podSeconds: 100,
    sizedPodSeconds: 100,
    sizeChanges: 4,
  };
  const gap = compareTwin({ outcome, cpu: [0.5] }, { outcome: live, cpu: [0.55] });
  expect(gap.violatingPoints).toBeCloseTo(-3, 9);
  expect(gap.p50).toBeCloseTo(0.1, 9);
  expect(gap.p95).toBeCloseTo(-0.1, 9);
  expect(gap.podSeconds).toBeCloseTo(-0.05, 9);
  expect(gap.cpuPoints[0]).toBeCloseTo(-5, 9);
});

test("mean CPU counts every sample once", async () => {
  const cpu = meanCpu(await record(100, [200]));
  expect(cpu[0]).toBeGreaterThan(0.3);
  expect(cpu[0]).toBeLessThan(0.6);
});

test("mean CPU leaves out the moments without a ready replica", async () => {
  const recording = await record(100, [200]);
  const blind = recording.readings.map((one, index) => ({
    ...one,
    cpu: index === 5 ? one.cpu.map(() => Number.NaN) : one.cpu,
  }));
  expect(meanCpu({ ...recording, readings: blind })[0]).toBeCloseTo(meanCpu(recording)[0]!, 2);
});
