import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalClusterClient, connectLocalCluster } from "../../src/clusters/local/client.ts";
import { startLocalCluster } from "../../src/clusters/local/start.ts";
import type { LoadResult } from "../../src/clusters/load/load-result.ts";
import type { LoadSpec } from "../../src/clusters/load/load-spec.ts";
import { startLoad } from "../../src/clusters/load/start-load.ts";
import { createRng } from "../../src/core/rng.ts";
import { drawArrivalTimesMs } from "../../src/system/workload/arrival-times.ts";
import { BACK, allFaultCases, faultRatePerS, faultTiming, faultTopology, playFault } from "../contract/fault-cases.ts";
import { findMarked } from "../../src/clusters/local/process-identity.ts";
import { clusterDir, readSpec } from "../../src/clusters/local/state.ts";
import { useStateDir } from "../clusters/local/state-dir.ts";

useStateDir();

const DURATION_MS = 8_000;
const LIMIT_MS = 30_000;

/** How many processes the cluster has. */
function processes(): number {
  return findMarked(readSpec(clusterDir("faults"))!.id).length;
}

describe("faults on local processes", () => {
  let cluster: LocalClusterClient;
  const stop = new AbortController();
  let load: Promise<LoadResult>;

  beforeAll(async () => {
    cluster = await startLocalCluster({ topology: faultTopology, timing: faultTiming, seed: 1, bound: true });
    load = sendLoad(300, stop.signal);
    load.catch(() => undefined);
    await cluster.clock.sleepUntil(cluster.clock.nowMs() + 4_000);
  });

  afterAll(async () => {
    stop.abort();
    await cluster.down();
  });

  function sendLoad(seconds: number, signal: AbortSignal): Promise<LoadResult> {
    const workload = { ratePerS: new Float64Array(seconds).fill(faultRatePerS), stepMs: 1_000, faults: [] };
    return startLoad(
      {
        entries: cluster.entryUrls().map(({ url, share }) => ({ url, share })),
        startTimesMs: drawArrivalTimesMs(workload, "poisson", createRng(1)),
        timeoutMs: 10_000,
        objectiveMs: faultTopology.objective.p95Ms,
        connectionLifeMs: 500,
        seed: 1,
      },
      signal,
    );
  }

  function sendFlood(startTimesMs: Float64Array): void {
    startLoad(floodOf(startTimesMs), stop.signal).catch(ended);
  }

  function floodOf(startTimesMs: Float64Array): LoadSpec {
    const entries = cluster.entryUrls().map(({ url, share }) => ({ url, share }));
    const { p95Ms } = faultTopology.objective;
    const floods = [{ entries, startTimesMs, seed: 1 }];
    // One request of a user keeps the generator's schedule from being empty.
    return { entries, startTimesMs: Float64Array.of(0), floods, timeoutMs: 10_000, objectiveMs: p95Ms, seed: 1 };
  }

  function ended(error: unknown): void {
    if (!stop.signal.aborted) console.error(error);
  }

  test.each(allFaultCases(DURATION_MS, faultTiming, 4).map((one) => [one.name, one] as const))(
    "%s shows in the readings while it lasts, and not after",
    async (_kind, fault) => {
      await cluster.heal();
      await cluster.scale("back", 2);
      await expect.poll(async () => (await cluster.observe()).ready[BACK], { timeout: LIMIT_MS }).toBe(2);
      const { before, during, after } = await playFault({ cluster, clock: cluster.clock, sendFlood }, fault, LIMIT_MS);
      expect(fault.isShown(during, before), `during ${during}, before ${before}`).toBe(true);
      expect(fault.isGone(after, before), `after ${after}, before ${before}`).toBe(true);
    },
  );

  test("whoever heals the cluster need not be who broke it, and a neighbour goes at once", async () => {
    const before = processes();
    await cluster.inject({ kind: "contention", service: "back", atMs: 0, durationMs: 600_000, cores: 1, memoryMiB: 8 });
    await cluster.inject({ kind: "failing-readiness", service: "back", atMs: 0, durationMs: 600_000, share: 1 });
    await expect.poll(async () => (await cluster.observe()).ready[BACK], { timeout: LIMIT_MS }).toBe(0);
    expect(processes()).toBe(before + 1);
    await (await connectLocalCluster("faults")).heal();
    await expect.poll(async () => (await cluster.observe()).ready[BACK], { timeout: LIMIT_MS }).toBeGreaterThan(0);
    await expect.poll(() => processes(), { timeout: LIMIT_MS }).toBe(before);
  });
});
