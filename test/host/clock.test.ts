import { expect, test } from "vitest";
import { breathe, createRealClock } from "../../src/host/clock.ts";

test("time starts near zero, never goes back, and a sleep ends at its moment or later", async () => {
  const clock = createRealClock();
  const startMs = clock.nowMs();
  expect(startMs).toBeLessThan(1_000);
  for (const aheadMs of [1, 5, 12.5]) {
    const atMs = clock.nowMs() + aheadMs;
    await clock.sleepUntil(atMs);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(atMs);
  }
});

test("a moment that is past is now", async () => {
  const clock = createRealClock();
  await clock.sleepUntil(-1_000);
  expect(clock.nowMs()).toBeLessThan(1_000);
});

test("an abort ends a sleep with the signal's reason, before it began too", async () => {
  const controller = new AbortController();
  const clock = createRealClock();
  const sleeping = clock.sleepUntil(clock.nowMs() + 60_000, controller.signal);
  controller.abort(new Error("enough"));
  await expect(sleeping).rejects.toThrow("enough");
  await expect(clock.sleepUntil(0, controller.signal)).rejects.toThrow("enough");
});

test("a breath lets a timer that is due run", async () => {
  let isCalled = false;
  setImmediate(() => (isCalled = true));
  await breathe();
  expect(isCalled).toBe(true);
});
