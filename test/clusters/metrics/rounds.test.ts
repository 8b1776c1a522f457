import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startRounds } from "../../../src/clusters/metrics/rounds.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const failures: unknown[] = [];
const plan = {
  nowMs: () => performance.now(),
  periodMs: 100,
  phaseMs: 30,
  onFailure: (error: unknown) => void failures.push(error),
};

/** Rounds of a given length; when each began. */
function rounds(lengthMs: () => number): { readonly began: number[]; readonly stop: () => void } {
  const zeroMs = performance.now();
  const began: number[] = [];
  const { stop } = startRounds(async () => {
    began.push(performance.now() - zeroMs);
    await new Promise((resolve) => setTimeout(resolve, lengthMs()));
  }, plan);
  return { began, stop };
}

test("rounds keep their phase and their pace", async () => {
  const { began } = rounds(() => 7);
  await vi.advanceTimersByTimeAsync(400);
  expect(began).toEqual([30, 130, 230, 330]);
});

test("a round that takes too long loses those it was in the way of, and shifts none", async () => {
  const lengths = [150, 1, 1];
  const { began } = rounds(() => lengths.shift() ?? 1);
  await vi.advanceTimersByTimeAsync(450);
  expect(began).toEqual([30, 230, 330, 430]);
});

test("no round begins once it is stopped, not even after the one under way", async () => {
  const { began, stop } = rounds(() => 50);
  await vi.advanceTimersByTimeAsync(40);
  stop();
  await vi.advanceTimersByTimeAsync(400);
  expect(began).toEqual([30]);
});

test("a round that fails is told, and is the last one", async () => {
  let begun = 0;
  startRounds(async () => {
    begun++;
    throw new Error("a bug");
  }, plan);
  await vi.advanceTimersByTimeAsync(400);
  expect(failures).toEqual([new Error("a bug")]);
  expect(begun).toBe(1);
});
