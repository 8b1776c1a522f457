import { expect, test } from "vitest";
import type { Period } from "../../src/evaluate/period.ts";
import { meanRecoveryS } from "../../src/evaluate/recovery.ts";

const syncMs = 15_000;

function periodsOf(shares: readonly number[]): Period[] {
  return shares.map((share, index) => ({
    atMs: (index + 1) * syncMs,
    requests: 1_000,
    violating: share * 1_000,
    failed: 0,
    desired: [1],
    ready: [1],
    pendingRequests: 0,
    latencyMs: 20,
  }));
}

function recovery(shares: readonly number[], faultsMs: readonly number[], timeScale = 1, durationMs = 0): number {
  const faults = faultsMs.map((atMs) => ({ atMs, durationMs }));
  return meanRecoveryS(periodsOf(shares), { faults, allowedShare: 0.01, timeScale, endMs: shares.length * syncMs });
}

test.each([
  ["a fault that nobody notices takes no time", [0, 0, 0, 0], 0],
  ["it lasts until the first of two good periods in a row", [0, 0, 0.5, 0.3, 0, 0], 29],
  ["one good period between bad ones is no recovery", [0, 0, 0.5, 0, 0.5, 0, 0], 44],
  ["what never gets better lasts to the end", [0, 0, 0.5, 0.5, 0.5, 0.5], 59],
  ["as bad as before the fault is good enough", [0.3, 0.3, 0.5, 0.3, 0.3], 14],
] as const)("%s", (_, shares, seconds) => {
  expect(recovery(shares, [31_000])).toBe(seconds);
});

test.each([
  ["harm that comes while the fault lasts counts, however late", [0, 0, 0, 0, 0, 0, 0.5, 0, 0], 120_000, 74],
  ["harm in the minute after it counts, too", [0, 0, 0, 0, 0.5, 0, 0], 0, 44],
  ["later harm has other causes", [0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0], 0, 0],
  ["late harm that lasts lasts to the end", [0, 0, 0, 0, 0.5, 0.5], 30_000, 59],
] as const)("%s", (_, shares, durationMs, seconds) => {
  expect(recovery(shares, [31_000], 1, durationMs)).toBe(seconds);
});

test("several faults are a mean, in seconds of the scenario; none is no number", () => {
  expect(recovery([0, 0, 0.5, 0, 0, 0, 0, 0], [31_000, 91_000])).toBe(7);
  expect(recovery([0, 0, 0.5, 0, 0, 0], [31_000], 10)).toBe(140);
  expect(recovery([0, 0, 0], [])).toBeNaN();
});
