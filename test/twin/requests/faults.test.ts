import { describe, expect, test } from "vitest";
import { totalOf } from "../../../src/core/histogram.ts";
import { createRng } from "../../../src/core/rng.ts";
import type { Fault } from "../../../src/system/workload/fault.ts";
import type { Workload } from "../../../src/system/workload/workload.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { type TwinCluster, createTwinCluster } from "../../../src/twin/cluster/twin-cluster.ts";
import { createRequestTwinCluster } from "../../../src/twin/requests/request-cluster.ts";
import { BACK, faultCases, faultRatePerS, faultTiming, faultTopology, playFault } from "../../contract/fault-cases.ts";

const calibration = declaredCalibration(faultTopology, faultTiming);

function workloadOf(faults: readonly Fault[]): Workload {
  return { ratePerS: new Float64Array(120).fill(faultRatePerS), stepMs: 1_000, faults };
}

const twins = {
  "fluid twin": (faults) =>
    createTwinCluster(faultTopology, calibration, { workload: workloadOf(faults), rng: createRng(1), machineCores: 2 }),
  "request-level twin": (faults) =>
    createRequestTwinCluster(faultTopology, calibration, {
      workload: workloadOf(faults),
      rng: createRng(1),
      machineCores: 2,
    }),
} satisfies Readonly<Record<string, (faults: readonly Fault[]) => TwinCluster>>;

const sendFlood = (): never => expect.unreachable("a twin's floods are in its workload");

describe.each(Object.entries(twins))("on the %s", (_name, create) => {
  test.each(faultCases(6_000, faultTiming).map((one) => [one.name, one] as const))(
    "%s shows in the readings while it lasts, and not after",
    async (_kind, fault) => {
      const { cluster, clock } = create([]);
      await clock.sleepUntil(4_000);
      const { before, during, after } = await playFault({ cluster, clock, sendFlood }, fault, 4_000);
      expect(fault.isShown(during, before), `during ${during}, before ${before}`).toBe(true);
      expect(fault.isGone(after, before), `after ${after}, before ${before}`).toBe(true);
    },
  );

  test.each(faultCases(600_000, faultTiming).map((one) => [one.name, one] as const))(
    "%s ends at once when the cluster is healed",
    async (_kind, fault) => {
      const { cluster, clock } = create([]);
      await clock.sleepUntil(4_000);
      const healed = {
        ...fault,
        durationMs: 6_000,
        afterwards: async () => {
          await cluster.heal();
          await fault.afterwards?.(cluster);
        },
      };
      const { before, during, after } = await playFault({ cluster, clock, sendFlood }, healed, 4_000);
      expect(fault.isShown(during, before), `during ${during}, before ${before}`).toBe(true);
      expect(fault.isGone(after, before), `after ${after}, before ${before}`).toBe(true);
    },
  );

  test("faults of the workload begin and end at their times", async () => {
    const { cluster, clock } = create([
      { kind: "failing-readiness", service: "back", atMs: 5_000, durationMs: 3_000, share: 1 },
    ]);
    const ready: number[] = [];
    for (const atMs of [4_900, 5_200, 7_900, 8_200]) {
      await clock.sleepUntil(atMs);
      ready.push((await cluster.observe()).ready[BACK]!);
    }
    expect(ready).toEqual([2, 0, 0, 2]);
    const events = (await cluster.events()).filter(({ service }) => service === "back");
    expect(events.map(({ kind }) => kind)).toEqual(["unready", "unready", "ready", "ready"]);
  });

  test("a flood is seen in the metrics, and its requests are no users'", async () => {
    const flood: Fault = { kind: "ddos", atMs: 10_000, durationMs: 10_000, factor: 4, target: "entry", seed: 1 };
    const twin = create([flood]);
    const rates: number[] = [];
    for (const atMs of [9_000, 19_000, 25_000]) {
      await twin.clock.sleepUntil(atMs);
      rates.push((await twin.cluster.observe()).entryArrivalsPerS[0]!);
    }
    expect(rates[0]).toBeLessThan(1.4 * faultRatePerS);
    expect(rates[1]).toBeGreaterThan(3 * faultRatePerS);
    expect(rates[2]).toBeLessThan(1.4 * faultRatePerS);
    expect(Math.abs(twin.outcome().requests / (25 * faultRatePerS) - 1)).toBeLessThan(0.1);
    expect(totalOf(twin.outcome().latency)).toBeLessThanOrEqual(twin.outcome().requests);
    const calm = create([]);
    await calm.clock.sleepUntil(25_000);
    expect(twin.outcome().violating).toBeGreaterThan(calm.outcome().violating);
  });

  test("users send the same requests with a flood and without", async () => {
    const flood: Fault = { kind: "ddos", atMs: 10_000, durationMs: 5_000, factor: 2, target: "costliest", seed: 1 };
    const both = [create([]), create([flood])];
    for (const { clock } of both) await clock.sleepUntil(30_000);
    expect(both[1]!.outcome().requests).toBe(both[0]!.outcome().requests);
  });
});
