import { expect, test } from "vitest";
import { learntWindows, playedWindows } from "../../../src/app/evaluation/trace-windows.ts";
import { createRng } from "../../../src/core/rng.ts";
import type { Trace } from "../../../src/system/workload/trace.ts";

/** Four hours, a value a minute. */
function dayOf(name: string): Trace {
  const rng = createRng(name);
  return { ratePerS: Float64Array.from({ length: 240 }, () => rng.between(50, 500)), stepMs: 60_000 };
}

const monday = dayOf("monday");

function isKnown(learnt: Trace, played: Trace): boolean {
  const windows = new Set(learntWindows({ traces: new Map([["a", learnt]]) }));
  return playedWindows({ traces: new Map([["b", played]]) }).some((hash) => windows.has(hash));
}

function changed(trace: Trace, change: (rates: Float64Array) => Float64Array): Trace {
  return { ...trace, ratePerS: change(trace.ratePerS) };
}

test.each<[string, (rates: Float64Array) => Float64Array]>([
  ["the recording itself", (rates) => rates],
  ["at another volume", (rates) => rates.map((rate) => 0.3 * rate)],
  ["rounded to tenths of a request", (rates) => rates.map((rate) => Math.round(10 * rate) / 10)],
  ["an hour of it, from any minute on", (rates) => rates.slice(101, 164)],
  ["with one value changed", (rates) => rates.with(77, 1)],
  ["with other hours before it", (rates) => Float64Array.from([...dayOf("before").ratePerS.subarray(0, 35), ...rates])],
])("%s is known again, both ways", (_, change) => {
  expect(isKnown(monday, changed(monday, change))).toBe(true);
  expect(isKnown(changed(monday, change), monday)).toBe(true);
});

test("another day is not known, nor are the same rates in another order or at another pace", () => {
  expect(isKnown(monday, dayOf("tuesday"))).toBe(false);
  expect(
    isKnown(
      monday,
      changed(monday, (rates) => rates.toReversed()),
    ),
  ).toBe(false);
  expect(isKnown(monday, { ...monday, stepMs: 30_000 })).toBe(false);
});

test("flat hours look alike and are no evidence", () => {
  const flat = changed(monday, (rates) => rates.map(() => 100));
  expect(isKnown(flat, flat)).toBe(false);
});
