import { expect, test } from "vitest";
import { KarmaError } from "../../../src/core/errors.ts";
import { defaultGuardRules } from "../../../src/control/guard/rules.ts";
import type { Autoscaler, Decision } from "../../../src/control/loop/autoscaler.ts";
import { runControlLoop } from "../../../src/control/loop/run-loop.ts";
import type { LoopSpec } from "../../../src/control/loop/run-loop.ts";
import { combineSinks, createSizeChangeCounter } from "../../../src/control/loop/sinks.ts";
import { boundsOf, createMemoryClock, createMemoryCluster } from "./memory-cluster.ts";
import type { MemoryCluster } from "./memory-cluster.ts";

const services = ["cart", "stock"];

function wanting(replicas: (period: number) => readonly number[]): Autoscaler {
  let period = 0;
  return {
    name: "wanting",
    decide: () => replicas(++period).map((wish) => ({ replicas: wish, reasons: [`wants ${wish}`] })),
  };
}

type Rig = {
  readonly spec: LoopSpec;
  readonly cluster: MemoryCluster;
  readonly decisions: Decision[];
  readonly clock: ReturnType<typeof createMemoryClock>;
};

function rig(autoscaler: Autoscaler, changes: Partial<LoopSpec> = {}): Rig {
  const clock = createMemoryClock(1000);
  const cluster = createMemoryCluster(services, [2, 3], clock);
  const decisions: Decision[] = [];
  const spec: LoopSpec = {
    cluster,
    autoscaler,
    rules: defaultGuardRules,
    bounds: boundsOf(2, 10),
    services,
    clock,
    timing: { syncPeriodMs: 15_000 },
    untilMs: 61_000,
    sink: (decision) => decisions.push(decision),
    mode: "live",
    ...changes,
  };
  return { spec, cluster, decisions, clock };
}

test("every service gets a decision every period, and only what changed is scaled", async () => {
  const { spec, cluster, decisions } = rig(wanting((period) => [period === 2 ? 4 : 2, 3]));
  const result = await runControlLoop(spec);
  expect(result).toEqual({ periods: 3, skippedPeriods: 0, failedObservations: 0, failedScalings: 0 });
  expect(decisions.map((one) => [one.atMs, one.service, one.from, one.applied])).toEqual([
    [16_000, "cart", 2, 2],
    [16_000, "stock", 3, 3],
    [31_000, "cart", 2, 4],
    [31_000, "stock", 3, 3],
    [46_000, "cart", 4, 2],
    [46_000, "stock", 3, 3],
  ]);
  expect(cluster.scaled).toEqual(["cart=4", "cart=2"]);
});

test("the loop returns when its time is over, on the clock", async () => {
  const { spec, clock } = rig(wanting(() => [2, 3]));
  await runControlLoop(spec);
  expect(clock.nowMs()).toBe(61_000);
});

test("a decision says what was proposed, what was applied and why", async () => {
  const { spec, decisions } = rig(
    wanting(() => [50, Number.NaN]),
    { untilMs: 17_000 },
  );
  await runControlLoop(spec);
  expect(decisions[0]).toMatchObject({
    proposed: 50,
    applied: 6,
    reasons: ["wants 50"],
    guarded: ["growth cut to the largest step up"],
  });
  expect(decisions[1]).toMatchObject({ applied: 3, guarded: ["the autoscaler gave no number: size held"] });
});

test("shadow mode decides and guards alike, and never touches the cluster", async () => {
  const live = rig(
    wanting(() => [4, 3]),
    { untilMs: 17_000 },
  );
  const shadow = rig(
    wanting(() => [4, 3]),
    { untilMs: 17_000, mode: "shadow" },
  );
  await runControlLoop(live.spec);
  await runControlLoop(shadow.spec);
  expect(shadow.decisions).toEqual(live.decisions);
  expect(live.cluster.scaled).toEqual(["cart=4"]);
  expect(shadow.cluster.scaled).toEqual([]);
});

test("an observation that fails holds every size, says so, and is tried again", async () => {
  const { spec, cluster, decisions } = rig(wanting(() => [4, 3]));
  let observations = 0;
  cluster.onObserve = () => {
    if (++observations === 2) throw new KarmaError("NOT_READY", "no answer from the metrics pipeline", "wait");
  };
  const result = await runControlLoop(spec);
  expect(result).toMatchObject({ periods: 3, failedObservations: 1 });
  expect(decisions[2]).toEqual({
    atMs: 31_000,
    service: "cart",
    from: 4,
    proposed: 4,
    applied: 4,
    reasons: [],
    guarded: ["the cluster could not be observed: no answer from the metrics pipeline"],
  });
  expect(decisions).toHaveLength(6);
  expect(cluster.scaled).toEqual(["cart=4"]);
});

test("a size missing from the readings is the one last known", async () => {
  const { spec, cluster, decisions } = rig(wanting(() => [6, 3]));
  cluster.onObserve = (readings) => {
    if (readings.atMs > 20_000) readings.desired.fill(Number.NaN);
  };
  await runControlLoop(spec);
  expect(decisions.map((one) => [one.from, one.applied])).toEqual([
    [2, 6],
    [3, 3],
    [6, 6],
    [3, 3],
    [6, 6],
    [3, 3],
  ]);
});

test("a scaling that fails leaves the size as it was and is tried again", async () => {
  const { spec, cluster, decisions } = rig(wanting(() => [4, 3]));
  let tries = 0;
  cluster.onScale = () => {
    if (++tries === 1) throw new KarmaError("TOOL_FAILED", "conflict", "try again");
  };
  const result = await runControlLoop(spec);
  expect(result.failedScalings).toBe(1);
  expect(decisions[0]).toMatchObject({
    from: 2,
    applied: 2,
    guarded: ["the cluster did not scale to 4: conflict"],
  });
  expect(decisions[2]).toMatchObject({ from: 2, applied: 4, guarded: [] });
});

test.each<[string, (r: Rig) => void]>([
  [
    "observe",
    (r) => {
      r.cluster.onObserve = () => {
        throw new TypeError("bug");
      };
    },
  ],
  [
    "scale",
    (r) => {
      r.cluster.onScale = () => {
        throw new TypeError("bug");
      };
    },
  ],
])("a bug in %s ends the loop", async (_, plant) => {
  const made = rig(wanting(() => [4, 3]));
  plant(made);
  await expect(runControlLoop(made.spec)).rejects.toThrow("bug");
});

test("an autoscaler that forgets a service is a bug", async () => {
  const { spec } = rig(wanting(() => [4]));
  await expect(runControlLoop(spec)).rejects.toThrow("wanting made 1 proposals for 2 services");
});

test("readings of another shape are a bug", async () => {
  const { spec } = rig(
    wanting(() => [4, 3, 2]),
    {
      services: ["a", "b", "c"],
      bounds: boundsOf(3, 9),
    },
  );
  await expect(runControlLoop(spec)).rejects.toThrow("readings of 2 services");
});

test("an aborted signal ends the loop with its reason", async () => {
  const abort = new AbortController();
  const { spec, cluster, decisions } = rig(
    wanting(() => [2, 3]),
    { signal: abort.signal },
  );
  cluster.onObserve = () => abort.abort(new KarmaError("INTERRUPTED", "interrupted", "run it again"));
  await expect(runControlLoop(spec)).rejects.toThrow("interrupted");
  expect(decisions).toHaveLength(2);
});

test("slow observations skip periods rather than shift all later ones", async () => {
  const { spec, cluster, decisions, clock } = rig(wanting(() => [2, 3]));
  let observations = 0;
  cluster.onObserve = () => clock.advance(++observations === 1 ? 20_000 : 100);
  const result = await runControlLoop(spec);
  expect(result).toMatchObject({ periods: 2, skippedPeriods: 1 });
  expect(decisions.map((one) => one.atMs)).toEqual([16_000, 16_000, 46_000, 46_000]);
});

test("readings can be recorded", async () => {
  const seen: number[] = [];
  const { spec } = rig(
    wanting(() => [2, 3]),
    { onReadings: (readings) => seen.push(readings.atMs) },
  );
  await runControlLoop(spec);
  expect(seen).toEqual([16_000, 31_000, 46_000]);
});

test("size changes are counted beside other sinks", async () => {
  const counter = createSizeChangeCounter();
  const seen: Decision[] = [];
  const { spec } = rig(
    wanting((period) => [1 + period, 3]),
    { sink: combineSinks(counter.sink, (one) => seen.push(one)) },
  );
  await runControlLoop(spec);
  expect(counter.count()).toBe(2);
  expect(seen).toHaveLength(6);
});

test("a cluster that cannot be observed for so many periods in a row ends the loop, with what it said", async () => {
  const { spec, cluster, decisions } = rig(
    wanting(() => [2, 3]),
    { untilMs: 1_000_000, lostAfterPeriods: 3 },
  );
  let observed = 0;
  cluster.onObserve = () => {
    // The third one works: what failed before it does not count.
    if (++observed !== 3) throw new KarmaError("NOT_READY", "no answer", "start it");
  };
  await expect(runControlLoop(spec)).rejects.toThrow("no answer");
  expect(observed).toBe(6);
  expect(decisions).toHaveLength(12);
});
