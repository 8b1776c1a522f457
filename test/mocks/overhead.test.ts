import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createOverhead } from "../../mocks/src/overhead.ts";

/** A process in which each request costs what it burns, and `overheadMs` besides. */
function createBench() {
  let cpuMs = 100;
  let burntMs = 0;
  const overhead = createOverhead(
    () => cpuMs,
    () => burntMs,
  );
  const request = (demandMs: number, overheadMs: number): void => {
    const usedMs = overhead.toBurnMs(demandMs);
    burntMs += usedMs;
    cpuMs += usedMs + overheadMs;
    overhead.finished(demandMs, usedMs);
  };
  return { overhead, request, cpuMs: () => cpuMs, spend: (ms: number) => void (cpuMs += ms) };
}

test("a request costs what is declared, whatever HTTP costs", () => {
  const costs = fc.tuple(fc.double({ min: 2, max: 50, noNaN: true }), fc.double({ min: 0, max: 1.5, noNaN: true }));
  fc.assert(
    fc.property(costs, ([demandMs, overheadMs]) => {
      const { request, cpuMs } = createBench();
      for (let i = 0; i < 400; i++) request(demandMs, overheadMs);
      const fromMs = cpuMs();
      for (let i = 0; i < 400; i++) request(demandMs, overheadMs);
      expect((cpuMs() - fromMs) / 400 / demandMs).toBeCloseTo(1, 2);
    }),
  );
});

test("a cost that changes with the load is followed", () => {
  const { request, cpuMs } = createBench();
  for (let i = 0; i < 400; i++) request(5, 0.7);
  for (let i = 0; i < 300; i++) request(5, 0.03);
  const fromMs = cpuMs();
  for (let i = 0; i < 400; i++) request(5, 0.03);
  expect((cpuMs() - fromMs) / 400).toBeCloseTo(5, 1);
});

test("CPU that belongs to no request is not taken out of the next ones", () => {
  const { overhead, request, spend, cpuMs } = createBench();
  for (let i = 0; i < 400; i++) request(5, 0.3);
  const fromMs = cpuMs();
  for (let i = 0; i < 200; i++) {
    spend(2);
    overhead.exclude(2);
    request(5, 0.3);
  }
  expect((cpuMs() - fromMs) / 200).toBeCloseTo(7, 1);
});

test("a long idle time does not make the requests after it burn nothing", () => {
  const { request, spend, cpuMs } = createBench();
  for (let i = 0; i < 400; i++) request(5, 0.3);
  spend(5_000);
  for (let i = 0; i < 20; i++) request(5, 0.3);
  const fromMs = cpuMs();
  for (let i = 0; i < 20; i++) request(5, 0.3);
  expect((cpuMs() - fromMs) / 20).toBeGreaterThan(4);
});

test("a demand below the overhead burns nothing, never less", () => {
  const { overhead, request } = createBench();
  for (let i = 0; i < 400; i++) request(0.1, 0.5);
  expect(overhead.toBurnMs(0.1)).toBe(0);
});
