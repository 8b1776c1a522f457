import { expect, test } from "vitest";
import { defaultBehaviorConfig } from "../../../src/control/autoscalers/hpa-behavior.ts";
import { createHpa, defaultHpaConfig } from "../../../src/control/autoscalers/hpa.ts";
import type { HpaConfig } from "../../../src/control/autoscalers/hpa.ts";
import type { Proposal } from "../../../src/control/loop/autoscaler.ts";
import { chainContext, chainReadings } from "./chain.ts";
import type { Seen } from "./chain.ts";

const eager: HpaConfig = { ...defaultHpaConfig, targetPercent: 50, downWindowS: 0 };

/** One decision per 15 s; returns the first service's. */
function decisions(config: HpaConfig, seen: readonly Seen[], timeScale = 1): Proposal[] {
  const hpa = createHpa(config, chainContext(timeScale, 1));
  return seen.map((one, period) => hpa.decide(chainReadings((period * 15_000) / timeScale, one))[0]!);
}

function repeated(seen: Seen, periods: number): Seen[] {
  return Array.from({ length: periods }, () => seen);
}

// Worked by hand from the rule: ceil(trunc(cpu %) / target x ready), nothing within 10 %.
test.each<[string, Seen, number]>([
  ["grows in proportion to the use", { cpu: 0.8, desired: 5 }, 8],
  ["rounds up", { cpu: 0.57, desired: 7 }, 8],
  ["changes nothing at exactly the upper edge of the tolerance", { cpu: 0.55, desired: 10 }, 10],
  ["grows just above the edge", { cpu: 0.56, desired: 10 }, 12],
  ["changes nothing at exactly the lower edge", { cpu: 0.45, desired: 10 }, 10],
  ["shrinks just below the edge", { cpu: 0.44, desired: 10 }, 9],
  ["cuts the per cent off, never rounds it", { cpu: 0.559, desired: 10 }, 10],
  ["reads .29 as 29 %, not as 28", { cpu: 0.29, desired: 16 }, 10],
  ["holds without a reading", { desired: 5 }, 5],
  ["holds without a ready replica", { cpu: 0.8, desired: 5, ready: 0 }, 5],
  // 4 ready at 90 %, 2 starting counted as 0: 60 % over 6 -> ratio 1.2 -> 8 instead of ceil(1.8 x 4) = 8.
  ["counts starting replicas as idle when growing", { cpu: 0.9, desired: 6, ready: 4 }, 8],
  // 2 ready at 90 %, 6 starting: 22.5 -> 22 % over 8, the direction turned: no change.
  ["does not shrink because replicas are starting", { cpu: 0.9, desired: 8, ready: 2 }, 8],
  // 4 ready at 80 %, 2 starting: 53 % over 6 -> inside the tolerance, where the ready ones alone would want 7.
  ["does not grow while starting replicas cover it", { cpu: 0.8, desired: 6, ready: 4 }, 6],
  // Below the target unready replicas are left out: ceil(.5 x 4) = 2.
  ["leaves starting replicas out when shrinking", { cpu: 0.25, desired: 6, ready: 4 }, 2],
])("the HPA %s", (_, seen, replicas) => {
  // A first decision long before, so that the down window of 0 s has nothing to keep.
  const proposal = decisions(eager, [{ ...seen, cpu: Number.NaN }, seen])[1]!;
  expect(proposal.replicas).toBe(replicas);
});

test("growth is limited to the larger of four replicas and twice the size in 15 s", () => {
  expect(decisions(eager, [{ cpu: 1, desired: 1 }])[0]!.replicas).toBe(2);
  const small = decisions({ ...eager, targetPercent: 10 }, [{ cpu: 1, desired: 1 }])[0]!;
  expect(small.replicas).toBe(5);
  const large = decisions({ ...eager, targetPercent: 10 }, [{ cpu: 1, desired: 8 }])[0]!;
  expect(large.replicas).toBe(16);
  expect(large.reasons).toContain("growth of this period limited: 16");
});

test("growth limits start anew each period", () => {
  const sizes = decisions({ ...eager, targetPercent: 10 }, [
    { cpu: 1, desired: 1 },
    { cpu: 1, desired: 5 },
    { cpu: 1, desired: 10 },
  ]).map(({ replicas }) => replicas);
  expect(sizes).toEqual([5, 10, 20]);
});

test("growth that was asked for counts within the period; what somebody else added does not", () => {
  const hpa = createHpa({ ...eager, targetPercent: 10 }, chainContext());
  const size = (desired: number, cpu: number): number => hpa.decide(chainReadings(0, { cpu, desired }))[0]!.replicas;
  expect(size(8, 0.1)).toBe(8);
  // 2 more by hand: twice of these 10 are allowed.
  expect(size(10, 1)).toBe(20);
  // All 10 were added in this period: the limit still counts from 10.
  expect(size(20, 1)).toBe(20);
});

test("a guard that lets less through leaves the rest of the period's growth", () => {
  const hpa = createHpa({ ...eager, targetPercent: 10 }, chainContext());
  const size = (desired: number): number => hpa.decide(chainReadings(0, { cpu: 1, desired }))[0]!.replicas;
  expect(size(6)).toBe(12);
  expect(size(8)).toBe(12);
});

test.each([
  ["above the maximum goes there", 30, 24],
  ["below the minimum goes there", 1, 2],
  ["of none stays none", 0, 0],
])("a size %s, whatever the metrics say and without one", (_what, desired, replicas) => {
  for (const cpu of [0.01, 0.5, 1, Number.NaN]) {
    const hpa = createHpa({ ...eager, downWindowS: 300 }, chainContext());
    expect(hpa.decide(chainReadings(0, { cpu, desired }))[0]!.replicas).toBe(replicas);
  }
});

test("shrinking waits until the highest wish of five minutes has passed", () => {
  const calm: Seen = { cpu: 0.1, desired: 10 };
  const sizes = decisions({ ...eager, downWindowS: 300 }, [{ cpu: 0.4, desired: 10 }, ...repeated(calm, 20)]);
  // First sight records the size 10 itself at 0 s; it counts until 300 s, exclusive.
  expect(sizes.slice(0, 20).map(({ replicas }) => replicas)).toEqual(Array(20).fill(10));
  expect(sizes[20]!.replicas).toBe(2);
  expect(sizes[5]!.reasons).toContain("kept at 10, the highest wish of the last 300 s");
});

test("growth waits for an up window", () => {
  const busy: Seen = { cpu: 0.9, desired: 4 };
  const sizes = decisions({ ...eager, upWindowS: 60 }, [{ cpu: 0.5, desired: 4 }, ...repeated(busy, 5)]);
  expect(sizes.map(({ replicas }) => replicas)).toEqual([4, 4, 4, 4, 8, 8]);
});

test("a time scale divides every window and period", () => {
  const calm: Seen = { cpu: 0.1, desired: 10 };
  const seen = [{ cpu: 0.4, desired: 10 }, ...repeated(calm, 20)];
  const scaled = decisions({ ...eager, downWindowS: 300 }, seen, 10);
  const unscaled = decisions({ ...eager, downWindowS: 300 }, seen);
  expect(scaled.map(({ replicas }) => replicas)).toEqual(unscaled.map(({ replicas }) => replicas));
});

test("a live clock some ms early or late changes nothing", () => {
  const hpa = createHpa({ ...eager, targetPercent: 10 }, chainContext(1, 1));
  const sizes = [7_500, 22_497, 37_504].map(
    (atMs, period) => hpa.decide(chainReadings(atMs, { cpu: 1, desired: [1, 5, 10][period]! }))[0]!.replicas,
  );
  expect(sizes).toEqual([5, 10, 20]);
});

test("services may have targets of their own", () => {
  const hpa = createHpa({ ...eager, targetPercent: [50, 25] }, chainContext());
  const sizes = hpa.decide(chainReadings(0, { cpu: 0.5, desired: 4 })).map(({ replicas }) => replicas);
  expect(sizes).toEqual([4, 8]);
});

test("a proposal says why", () => {
  expect(decisions(eager, [{ cpu: 0.83, desired: 4 }])[0]!.reasons).toEqual([
    "cpu 83 % of request against a target of 50 %",
    "1.66 times the target: 7 replicas",
  ]);
  expect(decisions(eager, [{ cpu: 0.9, desired: 6, ready: 4 }])[0]!.reasons).toContain(
    "2 replicas not ready yet, counted as idle",
  );
});

const onRate: HpaConfig = { ...eager, targetPercent: undefined, targetPerS: 50 };

test("on requests per second it counts every replica asked for, ready or not", () => {
  // 600 / (50 x 10) = 1.2 over all ten; the five that are ready alone would be 2.4 times over their target.
  expect(decisions(onRate, [{ entryPerS: 600, desired: 10, ready: 5 }])[0]!.replicas).toBe(12);
  expect(decisions(onRate, [{ entryPerS: 550, desired: 10, ready: 5 }])[0]!.replicas).toBe(10);
});

test("of CPU and requests per second the larger wish counts", () => {
  const both: HpaConfig = { ...eager, targetPerS: 50 };
  expect(decisions(both, [{ cpu: 0.8, entryPerS: 300, desired: 5 }])[0]!.replicas).toBe(8);
  expect(decisions(both, [{ cpu: 0.8, entryPerS: 500, desired: 5 }])[0]!.replicas).toBe(10);
});

test("where one of two metrics is missing only growth is believed", () => {
  const both: HpaConfig = { ...eager, targetPerS: 50 };
  const grown = decisions(both, [{ entryPerS: 500, desired: 5 }])[0]!;
  expect(grown.replicas).toBe(10);
  const held = decisions(both, [{ entryPerS: 100, desired: 10 }])[0]!;
  expect(held.replicas).toBe(10);
  expect(held.reasons).toContain("a metric is missing, and the others do not ask for growth: size held");
});

test("policies limit how much is taken away within their period", () => {
  const slow: HpaConfig = {
    ...eager,
    behavior: { ...defaultBehaviorConfig, down: { pods: 2, select: "Max", periodS: 30 } },
  };
  const hpa = createHpa(slow, chainContext());
  let desired = 12;
  const sizes = [0, 1, 2, 3, 4, 5].map((period) => {
    desired = hpa.decide(chainReadings(period * 15_000, { cpu: 0.01, desired }))[0]!.replicas;
    return desired;
  });
  expect(sizes).toEqual([10, 10, 8, 8, 6, 6]);
});

test("its own bounds hold inside those of the topology, from the first decision on", () => {
  const idle: Seen = { cpu: 0.05, desired: 6 };
  expect(decisions({ ...eager, minReplicas: 3 }, [idle])[0]!.replicas).toBe(3);
  expect(decisions({ ...eager, minReplicas: 4 }, [{ cpu: 0.5, desired: 2 }])[0]!.replicas).toBe(4);
  expect(decisions({ ...eager, maxReplicas: 7 }, [{ cpu: 1, desired: 5 }])[0]!.replicas).toBe(7);
  expect(decisions({ ...eager, maxReplicas: [4, 9] }, [{ cpu: 0.5, desired: 6 }])[0]!.replicas).toBe(4);
  expect(decisions({ ...eager, minReplicas: 99 }, [idle])[0]!.replicas).toBeLessThan(99);
});
