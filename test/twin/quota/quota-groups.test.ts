import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createQuotaGroups,
  fillGroups,
  foreseeGroups,
  phaseGroups,
  restGroups,
  workGroups,
} from "../../../src/twin/quota/quota-groups.ts";
import { bareTwin, constant, singleQueue } from "../requests/fixtures.ts";

const BUDGET_MS = 30;

/** One replica under a limit of 300 m, from a moment with full budgets. */
function replicaWith(groups: 1 | 2, phaseMs: readonly number[]) {
  const quota = createQuotaGroups(1, { groups });
  const state = { atMs: 0, jobs: 0, threads: 1, budgetMs: BUDGET_MS };
  fillGroups(quota, 0, BUDGET_MS);
  phaseGroups(quota, 0, 0, phaseMs);
  const advance = (toMs: number, jobs: number): number => {
    state.jobs = jobs;
    if (jobs === 0) restGroups(quota, state, 0, toMs);
    const usedMs = jobs === 0 ? 0 : workGroups(quota, state, 0, toMs, Infinity).usedMs;
    state.atMs = toMs;
    return usedMs;
  };
  return { quota, state, advance };
}

/** As the kernel does it, in small steps: a pool per group, and what the core has in hand of it. */
function inSmallSteps(
  phaseMs: readonly number[],
  course: readonly { readonly ms: number; readonly isBusy: boolean }[],
) {
  const STEP_MS = 0.01;
  const groups = phaseMs.map((nextMs, index) => ({ pool: BUDGET_MS, hand: 0, nextMs, overrunMs: 2 * index }));
  let atMs = 0;
  return course.map(({ ms, isBusy }) => {
    let usedMs = 0;
    for (const endMs = atMs + ms; atMs < endMs - STEP_MS / 2; atMs += STEP_MS) {
      const isAtWork = isBusy && groups.every(({ pool, hand, overrunMs }) => pool + hand + overrunMs > 0);
      if (isAtWork) usedMs += STEP_MS;
      for (const group of groups) {
        if (isAtWork) {
          group.hand -= STEP_MS;
          if (group.hand < 0) {
            const taken = Math.min(group.pool, 5);
            group.pool -= taken;
            group.hand += taken;
          }
        } else if (group.hand > 1) {
          group.pool += group.hand - 1;
          group.hand = 1;
        }
        if (atMs + STEP_MS < group.nextMs) continue;
        group.nextMs += 100;
        const debt = Math.max(0, -group.hand);
        group.pool = BUDGET_MS - debt;
        group.hand += debt;
      }
    }
    return usedMs;
  });
}

const phase = fc.double({ min: 0.5, max: 99.5, noNaN: true });
const stretches = fc.array(fc.record({ ms: fc.double({ min: 1, max: 140, noNaN: true }), isBusy: fc.boolean() }), {
  minLength: 1,
  maxLength: 12,
});

describe("a limit that the kernel keeps, by a group for the container and one for the pod", () => {
  test.each([
    { groups: 1 as const, phases: [40], expectedMs: 60 },
    { groups: 2 as const, phases: [40, 40], expectedMs: 60 },
    { groups: 2 as const, phases: [40, 90], expectedMs: 32 },
  ])(
    "periods that begin at $phases ms: $expectedMs ms of CPU in a row around a boundary",
    ({ groups, phases, expectedMs }) => {
      const { advance } = replicaWith(groups, phases);
      advance(10, 0);
      // 30 ms to the first boundary, and 30 more after it where no other budget is in the way.
      expect(advance(75, 1)).toBeGreaterThan(expectedMs - 3);
      expect(advance(75, 1)).toBe(0);
      const again = replicaWith(groups, phases);
      again.advance(10, 0);
      expect(again.advance(75, 1)).toBeLessThan(expectedMs + 6);
    },
  );

  test("a replica that is always at work gets its limit in the long run, whatever its periods", () => {
    fc.assert(
      fc.property(phase, phase, (a, b) => {
        const usedMs = replicaWith(2, [a, b]).advance(20_000, 1);
        expect(Math.abs(usedMs - 200 * BUDGET_MS)).toBeLessThan(BUDGET_MS + 5);
      }),
      { numRuns: 50 },
    );
  });

  test("it uses what the rules of the kernel, followed in small steps, let it use", () => {
    fc.assert(
      fc.property(phase, phase, stretches, (a, b, course) => {
        const stepped = inSmallSteps([a, b], course);
        const { advance } = replicaWith(2, [a, b]);
        let atMs = 0;
        let [sum, steppedSum] = [0, 0];
        for (const [index, { ms, isBusy }] of course.entries()) {
          sum += advance((atMs += ms), isBusy ? 1 : 0);
          steppedSum += stepped[index]!;
          expect(Math.abs(sum - steppedSum), `after ${atMs} ms`).toBeLessThan(0.5);
        }
      }),
      // Where a slice ends just when work does, a step decides whether a rest is kept: seldom, and never more than that.
      { numRuns: 40, seed: 1, endOnFailure: true },
    );
  });

  test("what is foreseen comes to pass, and foreseeing changes nothing", () => {
    fc.assert(
      fc.property(phase, phase, fc.double({ min: 0.1, max: 90, noNaN: true }), (a, b, wantedMs) => {
        const { quota, state, advance } = replicaWith(2, [a, b]);
        state.jobs = 1;
        const before = JSON.stringify(quota);
        const { atMs, usedMs } = { ...foreseeGroups(quota, state, 0, 800, wantedMs) };
        expect(JSON.stringify(quota)).toBe(before);
        expect(usedMs).toBe(wantedMs);
        expect(advance(atMs, 1)).toBeCloseTo(wantedMs, 6);
      }),
    );
  });

  test("looking often is as looking once", () => {
    fc.assert(
      fc.property(
        phase,
        phase,
        fc.array(fc.double({ min: 0.01, max: 60, noNaN: true }), { minLength: 1 }),
        (a, b, steps) => {
          const [often, once] = [replicaWith(2, [a, b]), replicaWith(2, [a, b])];
          let atMs = 0;
          const usedMs = steps.reduce((sum, step) => sum + often.advance((atMs += step), 1), 0);
          expect(once.advance(atMs, 1)).toBeCloseTo(usedMs, 6);
        },
      ),
    );
  });
});

/** Mean latency of the same requests, among a crash and changed limits. */
function meanLatencyMs(groups: 1 | 2): number {
  const startTimesMs = Float64Array.from({ length: 400 }, (_, index) => 187.3 * index);
  const topology = singleQueue(constant(40), { cpuMilli: 300 });
  const twin = bareTwin(topology, 0, 3, { startTimesMs, cpuQuota: { groups }, nodeCores: 2 });
  twin.advanceTo(20_000);
  twin.kill(0, 1);
  twin.resize(0, 250);
  twin.advanceTo(40_000);
  twin.resize(0, 300);
  twin.advanceTo(100_000);
  const { arrived, served, dropped, failed, timedOut, latencyMs } = twin.entry;
  expect(served + dropped + failed + timedOut).toBe(arrived);
  expect(served).toBeGreaterThan(200);
  return latencyMs / served;
}

test("in the twin a limit of two groups makes requests wait that one group lets through, and loses none", () => {
  expect(meanLatencyMs(2)).toBeGreaterThan(meanLatencyMs(1));
});
