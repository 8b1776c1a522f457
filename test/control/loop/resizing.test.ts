import { expect, test } from "vitest";
import { KarmaError } from "../../../src/core/errors.ts";
import { defaultGuardRules } from "../../../src/control/guard/rules.ts";
import { changesSize, type Autoscaler, type Decision } from "../../../src/control/loop/autoscaler.ts";
import { type LoopResult, type LoopSpec, runControlLoop } from "../../../src/control/loop/run-loop.ts";
import { boundsOf, createMemoryClock, createMemoryCluster, type MemoryCluster } from "./memory-cluster.ts";

const services = ["cart", "stock"];

/** Wants a CPU limit for the first service alone, and no other number of replicas. */
function wanting(cpuMilli: (period: number) => number | undefined): Autoscaler {
  let period = 0;
  return {
    name: "wanting",
    decide: ({ desired }) => {
      const wish = cpuMilli(++period);
      return Array.from(desired, (replicas, service) => ({
        replicas,
        reasons: [],
        ...(service === 0 && wish !== undefined ? { cpuMilli: wish } : {}),
      }));
    },
  };
}

type Ran = { readonly decisions: readonly Decision[]; readonly cluster: MemoryCluster; readonly result: LoopResult };

async function run(
  autoscaler: Autoscaler,
  plant: (cluster: MemoryCluster) => void = () => {},
  changes: Partial<LoopSpec> = {},
): Promise<Ran> {
  const clock = createMemoryClock();
  const cluster = createMemoryCluster(services, [2, 3], clock);
  plant(cluster);
  const decisions: Decision[] = [];
  const result = await runControlLoop({
    cluster,
    autoscaler,
    rules: defaultGuardRules,
    bounds: boundsOf(2, 10),
    services,
    clock,
    timing: { syncPeriodMs: 15_000 },
    untilMs: 46_000,
    sink: (decision) => decisions.push(decision),
    mode: "live",
    ...changes,
  });
  return { decisions, cluster, result };
}

function stepsOf(decisions: readonly Decision[]): unknown[] {
  return decisions.filter(({ service }) => service === "cart").map(({ cpuMilli }) => cpuMilli);
}

test("a CPU limit that is proposed goes through the guard to the cluster, and stands in the decision", async () => {
  const { decisions, cluster } = await run(wanting((period) => (period === 1 ? 700 : 5_000)));
  expect(cluster.scaled).toEqual(["cart=700m", "cart=1000m"]);
  expect(stepsOf(decisions)).toEqual([
    { from: 500, proposed: 700, applied: 700 },
    { from: 700, proposed: 5_000, applied: 1_000 },
    { from: 1_000, proposed: 5_000, applied: 1_000 },
  ]);
  expect(decisions[0]).toMatchObject({ from: 2, applied: 2, guarded: [] });
  expect(decisions[2]!.guarded).toEqual([
    "CPU cut to the most a replica may have",
    "growth of CPU cut to the largest step up",
  ]);
  expect(decisions.map(changesSize)).toEqual([true, false, true, false, false, false]);
});

test("a limit that nobody speaks of is left alone, outside the bounds too", async () => {
  const { decisions, cluster } = await run(
    wanting(() => undefined),
    ({ cpuMilli }) => void cpuMilli.splice(0, 2, 4_000, 5),
  );
  expect(cluster.scaled).toEqual([]);
  for (const decision of decisions) {
    expect(decision).not.toHaveProperty("cpuMilli");
    expect(decision.guarded).toEqual([]);
  }
});

test("replicas and their limit may change in one decision", async () => {
  const both: Autoscaler = {
    name: "both",
    decide: () => [
      { replicas: 4, cpuMilli: 400, reasons: [] },
      { replicas: 3, reasons: [] },
    ],
  };
  const { cluster } = await run(both);
  expect(cluster.scaled).toEqual(["cart=4", "cart=400m"]);
});

test("shadow mode resizes nothing", async () => {
  const { decisions, cluster } = await run(
    wanting(() => 700),
    undefined,
    { mode: "shadow" },
  );
  expect(cluster.scaled).toEqual([]);
  expect(stepsOf(decisions)).toEqual(Array.from({ length: 3 }, () => ({ from: 500, proposed: 700, applied: 700 })));
});

test("a resize that the cluster refuses leaves the limit as it was, says why, and is tried again", async () => {
  let tries = 0;
  const { decisions, result } = await run(
    wanting(() => 700),
    (cluster) => {
      cluster.onResize = () => {
        if (++tries === 1) throw new KarmaError("NOT_READY", "the node is full", "ask for less");
        return { how: "in-place" };
      };
    },
  );
  expect(result.failedScalings).toBe(1);
  expect(decisions[0]).toMatchObject({
    cpuMilli: { from: 500, proposed: 700, applied: 500 },
    guarded: ["the cluster did not resize to 700m: the node is full"],
  });
  expect(stepsOf(decisions).slice(1)).toEqual([
    { from: 500, proposed: 700, applied: 700 },
    { from: 700, proposed: 700, applied: 700 },
  ]);
});

test("replicas that had to be replaced are told with the reason", async () => {
  const { decisions, result } = await run(
    wanting(() => 700),
    (cluster) => {
      cluster.onResize = () => ({ how: "replaced", why: "Kubernetes 1.30 cannot" });
    },
  );
  expect(result.failedScalings).toBe(0);
  expect(decisions[0]!.reasons).toEqual(["replicas are replaced one by one: Kubernetes 1.30 cannot"]);
});

/** Readings leave limits out from this period on. */
function forgetting(fromPeriod: number): (cluster: MemoryCluster) => void {
  let period = 0;
  return (cluster) => {
    cluster.onObserve = (readings) => void (++period >= fromPeriod && readings.cpuMilli.fill(Number.NaN));
  };
}

test("a limit that readings leave out is the one last known, and held while none ever was", async () => {
  const { decisions } = await run(
    wanting(() => 700),
    forgetting(2),
  );
  expect(stepsOf(decisions).at(-1)).toEqual({ from: 700, proposed: 700, applied: 700 });
  const blind = await run(
    wanting(() => 700),
    forgetting(1),
  );
  expect(blind.cluster.scaled).toEqual([]);
  expect(blind.decisions[0]!.guarded).toEqual(["the CPU limit of its replicas is not known: CPU held"]);
});

test("a bug in resize ends the loop", async () => {
  const bug = run(
    wanting(() => 700),
    (cluster) => {
      cluster.onResize = () => {
        throw new TypeError("bug");
      };
    },
  );
  await expect(bug).rejects.toThrow("bug");
});
