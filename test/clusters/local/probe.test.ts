import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { probePeriods, startProbe } from "../../../src/clusters/local/probe.ts";

const periods = { startingMs: 100, readyMs: 1_000, timeoutMs: 500, failures: 3 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a pod is asked fast until it is ready, then at the slow pace", async () => {
  let asked = 0;
  const changes: boolean[] = [];
  const answer = async (): Promise<boolean> => ++asked > 5;
  const probe = startProbe(answer, periods, (isReady) => changes.push(isReady));
  await vi.advanceTimersByTimeAsync(499);
  expect([asked, changes]).toEqual([5, []]);
  await vi.advanceTimersByTimeAsync(1);
  expect([asked, changes]).toEqual([6, [true]]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toBe(11);
  probe.stop();
});

test("a ready pod survives two failures in a row, not three, and comes back", async () => {
  const answers = [true, false, false, true, false, false, false, false, true];
  const changes: boolean[] = [];
  const answer = async (): Promise<boolean> => answers.shift() ?? true;
  const probe = startProbe(answer, periods, (isReady) => changes.push(isReady));
  await vi.advanceTimersByTimeAsync(5_999);
  expect(changes).toEqual([true]);
  await vi.advanceTimersByTimeAsync(1);
  expect(changes).toEqual([true, false]);
  await vi.advanceTimersByTimeAsync(200);
  expect(changes).toEqual([true, false, true]);
  probe.stop();
});

test("a stopped probe neither asks nor tells, even what was under way", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const changes: boolean[] = [];
  let asked = 0;
  const probe = startProbe(
    () => (asked++, promise),
    periods,
    (isReady) => changes.push(isReady),
  );
  probe.stop();
  resolve(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([asked, changes]).toEqual([1, []]);
});

test("the time scale shortens the pace down to twice a second", () => {
  expect([1, 5, 100].map((scale) => probePeriods(scale).readyMs)).toEqual([5_000, 1_000, 500]);
});
