import { describe, expect, test } from "vitest";
import type { FaultOrder } from "../../mocks/src/config.ts";
import { checkConfig } from "../../mocks/src/check-config.ts";
import { createFaults, readOrder, startupFactor } from "../../mocks/src/faults.ts";
import { readEnvironment } from "../../mocks/src/environment.ts";
import { configOf } from "./valid-config.ts";

function faultsAt(standing: Parameters<typeof createFaults>[0] = []) {
  const clock = { nowMs: 1_000, epochMs: 1_800_000_000_000, exits: 0 };
  const faults = createFaults(standing, { nowMs: () => clock.nowMs, epochMs: () => clock.epochMs }, () => {
    clock.exits++;
  });
  const now = () => [faults.workFactor(), faults.isUnready(), faults.areMetricsLost()];
  return { clock, faults, now };
}

test("each order holds until its time, and not a moment longer", () => {
  const { clock, faults, now } = faultsAt();
  expect(now()).toEqual([1, false, false]);
  faults.obey({ kind: "work", factor: 3, forMs: 100 });
  faults.obey({ kind: "unready", forMs: 200 });
  faults.obey({ kind: "no-metrics", forMs: 300 });
  faults.obey({ kind: "limit", factor: 5, forMs: 200 });
  expect(now()).toEqual([3, true, true]);
  expect(faults.limitDivisor()).toBe(5);
  clock.nowMs += 100;
  expect(now()).toEqual([1, true, true]);
  clock.nowMs += 100;
  expect(now()).toEqual([1, false, true]);
  expect(faults.limitDivisor()).toBe(1);
  clock.nowMs += 100;
  expect(now()).toEqual([1, false, false]);
});

test("an order of the same kind replaces the one before; heal ends all; exit ends the process", () => {
  const { clock, faults, now } = faultsAt();
  faults.obey({ kind: "work", factor: 3, forMs: 1_000 });
  faults.obey({ kind: "work", factor: 2, forMs: 10 });
  expect(now()).toEqual([2, false, false]);
  faults.obey({ kind: "unready", forMs: 1_000 });
  faults.obey({ kind: "limit", factor: 5, forMs: 1_000 });
  faults.obey({ kind: "heal" });
  expect(faults.limitDivisor()).toBe(1);
  expect(now()).toEqual([1, false, false]);
  expect(clock.exits).toBe(0);
  faults.obey({ kind: "exit" });
  expect(clock.exits).toBe(1);
});

test("a replica that starts finds in its config what holds, and for how long still", () => {
  const untilEpochMs = 1_800_000_000_500;
  const { clock, faults, now } = faultsAt([
    { kind: "work", factor: 4, untilEpochMs },
    { kind: "limit", factor: 6, untilEpochMs },
    { kind: "no-metrics", factor: 1, untilEpochMs: untilEpochMs - 1_000 },
    { kind: "startup", factor: 7, untilEpochMs },
  ]);
  expect(now()).toEqual([4, false, false]);
  expect(faults.limitDivisor()).toBe(6);
  clock.nowMs += 500;
  expect(now()).toEqual([1, false, false]);
  const standing = [{ kind: "startup", factor: 7, untilEpochMs }] as const;
  expect(startupFactor(standing, untilEpochMs - 1)).toBe(7);
  expect(startupFactor(standing, untilEpochMs)).toBe(1);
  expect(startupFactor([], 0)).toBe(1);
});

describe("what is no order is none", () => {
  const good: readonly FaultOrder[] = [
    { kind: "work", factor: 2, forMs: 10 },
    { kind: "limit", factor: 2, forMs: 10 },
    { kind: "unready", forMs: 10 },
    { kind: "no-metrics", forMs: 10 },
    { kind: "exit" },
    { kind: "heal" },
  ];
  test.each(good)("%j is one", (order) => expect(readOrder(order)).toEqual(order));

  test.each([
    undefined,
    null,
    "exit",
    {},
    { kind: "work", forMs: 10 },
    { kind: "limit", forMs: 10 },
    { kind: "work", factor: 0.5, forMs: 10 },
    { kind: "work", factor: 1e9, forMs: 10 },
    { kind: "unready" },
    { kind: "unready", forMs: -1 },
    { kind: "unready", forMs: 1e12 },
    { kind: "unready", forMs: "10" },
    { kind: "reboot", forMs: 10 },
  ])("%j is not", (value) => expect(readOrder(value)).toBeUndefined());
});

test("standing faults of a config are checked like the rest", () => {
  const faults = [{ kind: "work", factor: 2, untilEpochMs: 1 }] as const;
  expect(checkConfig(configOf({ faults }))).toMatchObject({ faults });
  const wrong = { ...configOf(), faults: [{ kind: "reboot", factor: 0, untilEpochMs: 1, more: 1 }] };
  expect(checkConfig(wrong)).toMatchObject([
    { path: "faults[0].kind" },
    { path: "faults[0].factor" },
    { path: "faults[0].more" },
  ]);
});

test("a token that could be guessed is refused; an empty one is none", () => {
  expect(readEnvironment({ CONTROL_TOKEN: "short" })).toEqual({
    errors: ["CONTROL_TOKEN   expected at least 16 characters, got 5"],
  });
  expect(readEnvironment({ CONTROL_TOKEN: "" })).toMatchObject({ controlToken: undefined });
});
