import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createQuota } from "../../mocks/src/quota.ts";
import { createReducedQuota } from "../../mocks/src/reduced-quota.ts";

/** A process on its own clocks: time passes by burning or by standing still. */
function createBench(
  limitCores: number,
  startMs = 7,
  divisor?: () => number,
  create: typeof createReducedQuota = createQuota,
) {
  let nowMs = startMs;
  let cpuMs = 40;
  const blocks: number[] = [];
  const block = (ms: number): void => {
    blocks.push(ms);
    nowMs += ms;
  };
  const quota = create(limitCores, { nowMs: () => nowMs, cpuMs: () => cpuMs, block }, divisor ?? (() => 1));
  const idle = (ms: number): void => void (nowMs += ms);
  const burn = (ms: number): void => {
    nowMs += ms;
    cpuMs += ms;
    quota.check();
  };
  return { quota, burn, idle, blocks, nowMs: () => nowMs, cpuMs: () => cpuMs };
}

test("a spent budget stands the process still until the next period of 100 ms begins", () => {
  const { quota, burn, blocks } = createBench(0.2);
  quota.arm();
  for (let i = 0; i < 20; i++) burn(1);
  expect(blocks).toEqual([80]);
  expect(quota.throttledMs()).toBe(80);
});

test("CPU used before the limit holds is not charged", () => {
  const { quota, burn, blocks } = createBench(0.2);
  for (let i = 0; i < 500; i++) burn(1);
  quota.arm();
  burn(19);
  expect(blocks).toEqual([]);
});

test("what was used beyond the budget is missing from the next one", () => {
  const { quota, burn, blocks } = createBench(0.2);
  quota.arm();
  burn(45);
  // 25 ms of debt cost the whole second period and 5 ms of the third.
  expect(blocks).toEqual([55, 100]);
  burn(14);
  expect(blocks).toHaveLength(2);
  burn(1);
  expect(blocks).toEqual([55, 100, 85]);
});

test("of an unused budget 3 ms outlive the period, however long the process was idle", () => {
  const { quota, burn, idle, blocks } = createBench(0.2);
  quota.arm();
  idle(1_000);
  burn(22.9);
  expect(blocks).toEqual([]);
  burn(0.3);
  expect(blocks).toHaveLength(1);
});

test("over many periods the process gets its limit, whatever its slices", () => {
  const slices = fc.array(fc.double({ min: 0.3, max: 5, noNaN: true }), { minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 0.9, noNaN: true }), slices, (limitCores, lengths) => {
      const { quota, burn, nowMs, cpuMs } = createBench(limitCores);
      const [fromMs, fromCpuMs] = [nowMs(), cpuMs()];
      quota.arm();
      for (let i = 0; nowMs() - fromMs < 20_000; i++) burn(lengths[i % lengths.length]!);
      const cores = (cpuMs() - fromCpuMs) / (nowMs() - fromMs);
      expect(Math.abs(cores - limitCores)).toBeLessThan(0.01);
    }),
    { numRuns: 30 },
  );
});

test("another limit holds from the next period on", () => {
  const { quota, burn, blocks } = createBench(0.2);
  quota.arm();
  burn(10);
  quota.resize(0.5);
  for (let i = 0; i < 10; i++) burn(1);
  expect(blocks).toEqual([80]);
  for (let i = 0; i < 49; i++) burn(1);
  expect(blocks).toEqual([80]);
});

test("a divided limit holds from the next period on, and the whole one again when that is over", () => {
  let divisor = 1;
  const { quota, burn, blocks } = createBench(0.2, 7, () => divisor);
  quota.arm();
  divisor = 4;
  for (let i = 0; i < 20; i++) burn(1);
  expect(blocks).toEqual([80]);
  for (let i = 0; i < 5; i++) burn(1);
  expect(blocks).toEqual([80, 95]);
  divisor = 1;
  for (let i = 0; i < 5; i++) burn(1);
  expect(blocks).toEqual([80, 95, 95]);
  for (let i = 0; i < 19; i++) burn(1);
  expect(blocks).toHaveLength(3);
});

test("where the kernel enforces the limit, only what is less is emulated, and only as long", () => {
  let divisor = 1;
  const { quota, burn, blocks } = createBench(0.2, 7, () => divisor, createReducedQuota);
  quota.arm();
  for (let i = 0; i < 500; i++) burn(1);
  expect(blocks).toEqual([]);
  divisor = 2;
  // What was used before is not charged: the first check begins a period.
  for (let i = 0; i < 11; i++) burn(1);
  expect(blocks).toEqual([90]);
  divisor = 1;
  for (let i = 0; i < 500; i++) burn(1);
  expect(blocks).toEqual([90]);
  expect(quota.throttledMs()).toBe(90);
});
