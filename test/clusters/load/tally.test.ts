import { expect, test } from "vitest";
import { endOf } from "../../../src/clusters/load/send.ts";
import { createTally } from "../../../src/clusters/load/tally.ts";
import { outcomeOf } from "../../../src/control/loop/outcome.ts";
import { totalOf } from "../../../src/core/histogram.ts";

const run = { startedAtEpochMs: 1_700_000_000_000, durationMs: 10_000, cpuMs: 1_000 };

test.each([
  [200, "ok"],
  [204, "ok"],
  [302, "ok"],
  [404, "failed"],
  [500, "failed"],
  [502, "failed"],
  [503, "dropped"],
])("an answer of %d has ended %s", (status, how) => {
  expect(endOf(status)).toBe(how);
});

test("every request is counted once, and every violating one by its kind", () => {
  const tally = createTally(200, 1_500);
  tally.end("ok", 0, 10);
  tally.end("ok", 100, 200);
  tally.end("ok", 999, 201);
  tally.end("failed", 1_000, 3);
  tally.end("dropped", 1_100, 2);
  tally.end("timedOut", 1_200, 1_000);
  tally.end("unsent", 1_500, 0);
  const result = tally.result(run);
  expect(result).toMatchObject({ requests: 7, ok: 3, slow: 1, failed: 1, dropped: 1, timedOut: 1, unsent: 1 });
  expect(result.violating).toBe(5);
  expect([...result.timeline.requests]).toEqual([3, 4]);
  expect([...result.timeline.violating]).toEqual([1, 4]);
  expect([...result.timeline.failed]).toEqual([0, 4]);
  expect([...result.timeline.latencyMs]).toEqual([411, 1_000]);
  // Failed, dropped and unsent requests have no latency that would mean anything.
  expect(totalOf(result.latency)).toBe(4);
});

test("an outcome takes its figures from the load and its costs from the cluster", () => {
  const tally = createTally(200, 0);
  for (let i = 0; i < 100; i++) tally.end("ok", 0, i < 95 ? 10 : 500);
  const outcome = outcomeOf(tally.result(run), { podSeconds: 120, sizedPodSeconds: 60 }, 3);
  expect(outcome).toMatchObject({ requests: 100, violating: 5, podSeconds: 120, sizeChanges: 3 });
  expect(outcome.p50Ms).toBeCloseTo(10, 0);
  expect(Math.abs(outcome.p99Ms / 500 - 1)).toBeLessThan(0.02);
});

test("a generator that keeps up gives no warning", () => {
  const tally = createTally(200, 0);
  for (let i = 0; i < 1_000; i++) tally.started(i < 995 ? 0.5 : 9);
  const { warnings, generator } = tally.result(run);
  expect(warnings).toEqual([]);
  expect(generator.lateShare).toBe(0.005);
  expect(generator.cpuShare).toBe(0.1);
});

test("a generator that is late, short of CPU or at its limit says so", () => {
  const tally = createTally(200, 0);
  for (let i = 0; i < 100; i++) tally.started(i < 90 ? 0.5 : 20);
  tally.end("unsent", 0, 0);
  const { warnings } = tally.result({ ...run, cpuMs: 9_000 });
  expect(warnings).toHaveLength(3);
  expect(warnings[0]).toContain("10.0 % of the requests started more than 5 ms late");
  expect(warnings[1]).toContain("90 % of a core");
  expect(warnings[2]).toContain("1 requests were not sent");
});

test("requests of the warm-up are sent and do not count, and the timeline starts after them", () => {
  const tally = createTally(200, 3_500, 2_000);
  tally.end("failed", 1_999, 3);
  tally.end("ok", 2_000, 10);
  tally.end("ok", 3_100, 500);
  const result = tally.result(run);
  expect(result).toMatchObject({ requests: 2, ok: 2, slow: 1, failed: 0, violating: 1 });
  expect([...result.timeline.requests]).toEqual([1, 1]);
  expect(totalOf(result.latency)).toBe(2);
});
