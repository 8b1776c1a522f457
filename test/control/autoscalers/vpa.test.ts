import { describe, expect, test } from "vitest";
import { type VpaRecommendation, recommendVpa } from "../../../src/control/autoscalers/vpa-recommend.ts";
import { type VpaPod, podsToEvict } from "../../../src/control/autoscalers/vpa-updater.ts";
import { type VpaUsage, createVpaUsage, dayMs } from "../../../src/control/autoscalers/vpa-usage.ts";

const minuteMs = 60_000;
const MiB = 1024 * 1024;

/** One CPU sample a minute. */
function usedFor(minutes: number, coresAt: (minute: number) => number = () => 1): VpaUsage {
  const usage = createVpaUsage();
  for (let minute = 0; minute <= minutes; minute++) usage.addCpu(coresAt(minute), minute * minuteMs);
  return usage;
}

describe("the recommender", () => {
  test.each([
    ["12 hours", 12 * 60, 3],
    ["a day", 24 * 60, 2],
    ["a week", 7 * 24 * 60, 1 + 1 / 7],
  ])("widens the upper bound by the history of %s", (_, minutes, factor) => {
    const { target, upper } = recommendVpa(usedFor(minutes)).cpuMilli;
    expect(upper / target).toBeCloseTo(factor, 2);
  });

  test.each([
    ["5 minutes", 5, 0.6],
    ["30 minutes", 30, 0.91],
    ["an hour", 60, 0.95],
  ])("holds the lower bound back by the history of %s", (_, minutes, factor) => {
    const { target, lower } = recommendVpa(usedFor(minutes)).cpuMilli;
    expect(lower / target).toBeCloseTo(factor, 2);
  });

  test("asks for the 90th percentile and 15 % more", () => {
    // One minute of ten at 2 cores, the others at half of one: the 90th percentile is still among the latter.
    const some = recommendVpa(usedFor(5 * 1_440 - 1, (minute) => (minute % 10 === 0 ? 2 : 0.5))).cpuMilli;
    const more = recommendVpa(usedFor(5 * 1_440 - 1, (minute) => (minute % 8 === 0 ? 2 : 0.5))).cpuMilli;
    expect(some.target / 1.15).toBeGreaterThan(500);
    expect(some.target / 1.15).toBeLessThan(535);
    expect(more.target / 1.15).toBeGreaterThan(2_000);
    expect(more.target / 1.15).toBeLessThan(2_110);
  });

  test("without any history recommends the least, and no bound above", () => {
    const { cpuMilli, memoryBytes } = recommendVpa(createVpaUsage());
    expect(cpuMilli).toEqual({ target: 25, lower: 25, upper: 25 });
    expect(memoryBytes.target).toBe(250 * MiB);
    const young = createVpaUsage();
    young.addCpu(1, 0);
    expect(recommendVpa(young).cpuMilli.upper).toBe(Number.POSITIVE_INFINITY);
  });

  test("parts the least of a pod among its containers", () => {
    expect(recommendVpa(createVpaUsage(), 2).cpuMilli.target).toBe(12);
  });

  test("samples out of order and twice are left out", () => {
    const usage = usedFor(60);
    usage.addCpu(100, 30 * minuteMs);
    usage.addCpu(100, 60 * minuteMs);
    expect(recommendVpa(usage)).toEqual(recommendVpa(usedFor(60)));
  });
});

function inMiB(usage: VpaUsage, q: number): number {
  return usage.memory.percentile(q) / MiB;
}

describe("memory", () => {
  test("counts the highest value of each day alone", () => {
    const usage = createVpaUsage();
    // A first sample is a window of its own; each later day has a peak of 400 MiB among many of 100 MiB.
    for (let hour = 1; hour < 10 * 24; hour++)
      usage.addMemory((hour % 24 === 12 ? 400 : 100) * MiB, (hour * dayMs) / 24);
    expect(inMiB(usage, 0.2)).toBeGreaterThan(400);
    expect(inMiB(usage, 1)).toBeLessThan(440);
  });

  test.each([
    ["100 MiB above a small request", 200, 300],
    ["20 % above a large request", 1_000, 1_200],
  ])("asks after a kill for %s", (_, requestedMiB, neededMiB) => {
    const usage = createVpaUsage();
    usage.addMemory(50 * MiB, 0);
    usage.addOutOfMemory(requestedMiB * MiB, minuteMs);
    expect(inMiB(usage, 1)).toBeGreaterThanOrEqual(neededMiB);
    expect(inMiB(usage, 1)).toBeLessThan(neededMiB * 1.06 + 10);
  });

  test("kills in a row do not drive it up without end, and one too old is left out", () => {
    const usage = createVpaUsage();
    usage.addMemory(50 * MiB, 3 * dayMs);
    for (let minute = 1; minute < 20; minute++) usage.addOutOfMemory(200 * MiB, 3 * dayMs + minute * minuteMs);
    usage.addOutOfMemory(9_000 * MiB, dayMs);
    expect(inMiB(usage, 1)).toBeLessThan(330);
  });
});

describe("the updater", () => {
  const recommendation: VpaRecommendation = {
    cpuMilli: { target: 500, lower: 300, upper: 900 },
    memoryBytes: { target: 300 * MiB, lower: 200 * MiB, upper: 600 * MiB },
  };
  const old = 13 * 3_600_000;

  function pod(name: string, cpuMilli: number, more: Partial<VpaPod> = {}): VpaPod {
    return { name, cpuMilli, memoryBytes: 300 * MiB, startedMs: 0, isQuickOutOfMemory: false, ...more };
  }

  test.each<[string, VpaPod, number, boolean]>([
    ["outside of the bounds, however young", pod("a", 200), 0, true],
    ["inside, old, and 10 % off", pod("a", 555.6), old, true],
    ["inside, old, and 9 % off", pod("a", 549), old, false],
    ["inside and young", pod("a", 800), old - 2 * 3_600_000, false],
    ["killed for memory early on", pod("a", 505, { isQuickOutOfMemory: true }), 0, true],
    ["killed for memory, but as recommended", pod("a", 500, { isQuickOutOfMemory: true }), 0, false],
  ])("of a pod %s", (_, one, nowMs, isEvicted) => {
    expect(podsToEvict([one, pod("b", 500)], recommendation, 2, nowMs)).toEqual(isEvicted ? ["a"] : []);
  });

  test("evicts those that must grow first, then those that change most, half of the group at most", () => {
    const pods = [pod("shrinks", 5_000), pod("grows", 250), pod("grows most", 100), pod("shrinks less", 1_000)];
    expect(podsToEvict(pods, recommendation, 4, 0)).toEqual(["grows most", "grows"]);
    expect(podsToEvict(pods.slice(0, 3), recommendation, 4, 0)).toEqual(["grows most"]);
    expect(podsToEvict(pods.slice(0, 2), recommendation, 4, 0)).toEqual([]);
  });

  test("leaves a single replica alone", () => {
    expect(podsToEvict([pod("a", 100)], recommendation, 1, 0)).toEqual([]);
  });

  test("a group whose tolerance rounds to none loses one pod while all are running", () => {
    const config = { leastChange: 0.1, leastAgeMs: 0, leastReplicas: 2, tolerance: 0.3 };
    const pods = [pod("a", 100), pod("b", 100), pod("c", 100)];
    expect(podsToEvict(pods, recommendation, 3, 0, config)).toHaveLength(1);
    expect(podsToEvict(pods.slice(1), recommendation, 3, 0, config)).toEqual([]);
  });
});
