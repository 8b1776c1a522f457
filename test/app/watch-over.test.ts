import { expect, test } from "vitest";
import { whileThere } from "../../src/app/scale-cluster.ts";
import { watchOver } from "../../src/app/watch-over.ts";
import { createFixed } from "../../src/control/autoscalers/fixed.ts";
import type { Decision } from "../../src/control/loop/autoscaler.ts";
import { KarmaError } from "../../src/core/errors.ts";
import { createRealClock } from "../../src/host/clock.ts";
import { createRunningMemoryCluster } from "./running-memory-cluster.ts";

/** Kubernetes' periods in so many ms. */
const SYNC_MS = 30;

type Watched = { readonly result: Awaited<ReturnType<typeof watchOver>>; readonly decisions: readonly Decision[] };

async function watch(durationMs: number | undefined, stopAfterMs: number): Promise<Watched> {
  const cluster = createRunningMemoryCluster(createRealClock());
  cluster.onObserve = (readings) => {
    readings.entryArrivalsPerS[0] = 50;
    readings.entryViolatingShare[0] = 0.1;
  };
  const { topology } = cluster;
  const timing = { ...cluster.timing, syncPeriodMs: SYNC_MS };
  const autoscaler = createFixed({ kind: "replicas", replicas: 3 }, { topology, timing });
  const decisions: Decision[] = [];
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new KarmaError("INTERRUPTED", "stopped by Ctrl-C", "clean")), stopAfterMs);
  const sinks = { onDecision: (one: Decision) => void decisions.push(one), onReadings: () => {} };
  const run = { cluster, topology, timing, autoscaler, mode: "live" as const, ...sinks };
  const result = await watchOver(run, durationMs, () => {}, stop.signal).finally(() => clearTimeout(timer));
  return { result, decisions };
}

test("for a time: what the readings said of the entry, and how often a size changed", async () => {
  const { result, decisions } = await watch(4.5 * SYNC_MS, 60_000);
  expect(result).toMatchObject({ entryArrivalsPerS: 50, violatingShare: 0.1, sizeChanges: 1 });
  expect(decisions.length).toBeGreaterThanOrEqual(2);
});

test("without a length the stop is its end, with one it is a failure", async () => {
  expect((await watch(undefined, 4 * SYNC_MS)).result.sizeChanges).toBe(1);
  await expect(watch(60_000, 4 * SYNC_MS)).rejects.toThrow("stopped by Ctrl-C");
});

test("work on a cluster that is gone is aborted, and fails with the reason", async () => {
  const cluster = createRunningMemoryCluster(createRealClock());
  let asked = 0;
  const gone = new KarmaError("NOT_READY", "the cluster is gone", "up?");
  const lossy = { ...cluster, whyLost: async () => (++asked < 2 ? undefined : gone) };
  let isAborted = false;
  const work = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        isAborted = true;
        reject(new Error("aborted"));
      });
    });
  await expect(whileThere(lossy, new AbortController().signal, work)).rejects.toBe(gone);
  expect(isAborted).toBe(true);
});
