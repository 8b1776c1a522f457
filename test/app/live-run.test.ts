import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Generator } from "../../src/app/live-load.ts";
import { type Controller, type LiveRun, runLive } from "../../src/app/live-run.ts";
import type { LoadResult } from "../../src/clusters/load/load-result.ts";
import type { Decision } from "../../src/control/loop/autoscaler.ts";
import type { RunningCluster } from "../../src/control/loop/running-cluster.ts";
import type { Clock } from "../../src/core/clock.ts";
import { KarmaError } from "../../src/core/errors.ts";
import { createHistogram } from "../../src/core/histogram.ts";
import type { ClusterFault } from "../../src/system/workload/fault.ts";
import { createRunningMemoryCluster } from "./running-memory-cluster.ts";

const kill: ClusterFault = { kind: "kill-pod", atMs: 1_000, service: "service1", count: 1 };
const slow: ClusterFault = { kind: "bottleneck", atMs: 2_000, durationMs: 60_000, service: "service1", factor: 2 };

const result = { requests: 10, violating: 0, latency: createHistogram() } as unknown as LoadResult;
const generator: Generator = { leadMs: 100, urlOf: () => "http://127.0.0.1:1/", send: async () => result };

/** A second in 20 ms. */
const clock: Clock = {
  nowMs: () => performance.now() * 50,
  sleepUntil: (atMs, signal) =>
    sleep(Math.max(0, atMs / 50 - performance.now()), undefined, signal === undefined ? {} : { signal }),
};

type Rig = { readonly run: LiveRun; readonly calls: string[] };

function rig(faults: readonly ClusterFault[], changes: Partial<LiveRun> = {}, of: Partial<RunningCluster> = {}): Rig {
  const calls: string[] = [];
  const cluster = Object.assign(createRunningMemoryCluster(clock), {
    inject: async ({ kind }: { readonly kind: string }) => void calls.push(kind),
    heal: async () => void calls.push("heal"),
    ...of,
  });
  const { topology, timing } = cluster;
  const workload = { ratePerS: Float64Array.of(1, 1, 1), stepMs: 1_000, faults };
  const run = { cluster, topology, timing, workload, process: "poisson", mode: "live", seed: 1, generator } as const;
  return { run: { ...run, ...changes }, calls };
}

const play = ({ run }: Rig): ReturnType<typeof runLive> => runLive(run, () => {}, new AbortController().signal);

test("a run in shadow mode injects none of the scenario's faults", async () => {
  const made = rig([kill, slow], { mode: "shadow" });
  await play(made);
  expect(made.calls).toEqual([]);
});

test("a fault that was to last is ended with the run, one that is over at once needs no end", async () => {
  const lasting = rig([kill, slow]);
  await play(lasting);
  expect(lasting.calls).toEqual(["kill-pod", "bottleneck", "heal"]);
  const over = rig([kill]);
  await play(over);
  expect(over.calls).toEqual(["kill-pod"]);
});

test("a run that fails ends its faults too, and tells when it could not", async () => {
  const stopped = new KarmaError("INTERRUPTED", "stopped by Ctrl-C", "all is clean");
  const failing = { send: () => new Promise<never>((_, reject) => void setTimeout(() => reject(stopped), 100)) };
  const made = rig([slow], { generator: { ...generator, ...failing } });
  await expect(play(made)).rejects.toBe(stopped);
  expect(made.calls).toEqual(["bottleneck", "heal"]);
  const left = rig(
    [slow],
    { generator: { ...generator, ...failing } },
    { heal: () => Promise.reject(new KarmaError("NOT_READY", "no answer", "up?")) },
  );
  await expect(play(left)).rejects.toMatchObject({
    code: "INTERRUPTED",
    message: "stopped by Ctrl-C; the run's faults could not be ended: no answer",
  });
});

test("what a controller of the cluster's own changes is kept, and what was read meanwhile", async () => {
  const made = rig([]);
  const change: Decision = {
    atMs: 1_000,
    service: "service1",
    from: 2,
    proposed: 3,
    applied: 3,
    reasons: [],
    guarded: [],
  };
  let isStopped = false;
  const controller = async (): ReturnType<Controller> => ({
    decisions: () => [change],
    stop: async () => void (isStopped = true),
  });
  const timing = { ...made.run.timing, syncPeriodMs: 1_000 };
  const { outcome, readings, changes } = await play({ ...made, run: { ...made.run, timing, controller } });
  expect(isStopped).toBe(true);
  expect(changes).toEqual([change]);
  expect(outcome.sizeChanges).toBe(1);
  expect(readings.length).toBeGreaterThan(0);
  for (const { desired } of readings) expect(Array.from(desired)).toEqual([2, 3]);
});
