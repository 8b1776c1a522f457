import { expect, test } from "vitest";
import { createReadings } from "../../../src/control/readings/readings.ts";
import {
  fromEven,
  isKnown,
  latencyColumn,
  layoutOf,
  serviceColumn,
  stateOf,
  toEven,
} from "../../../src/twin/learned/state.ts";

test("a state holds the signals of every service, then those of the entry, of one environment", () => {
  const layout = layoutOf(["a", "b"]);
  const readings = createReadings(2, 2);
  readings.cpu.set([0.1, 0.2, 0.3, 0.4]);
  readings.entryLatencyMs.set([50, 60]);
  const state = stateOf(readings, 1);
  expect(state).toHaveLength(layout.size);
  expect(state[serviceColumn("cpu", 0)]).toBe(0.2);
  expect(state[serviceColumn("cpu", 1)]).toBe(0.4);
  expect(state[latencyColumn(layout)]).toBe(60);
  expect(isKnown(state)).toBe(false);
});

test("what is given and what is predicted are the whole state, and no column is both", () => {
  const { given, predicted, size } = layoutOf(["a", "b", "c"]);
  expect([...given, ...predicted].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, k) => k));
});

test.each(["count", "share", "rate", "amount"] as const)("the even scale of a %s goes there and back", (kind) => {
  for (const value of [0, 0.3, 1]) expect(fromEven(kind, toEven(kind, value))).toBeCloseTo(value, 12);
  expect(fromEven(kind, -3)).toBe(0);
});
