import { expect, test } from "vitest";
import { createTable } from "../../../src/twin/learned/table.ts";
import { lawfulNext, layout, state } from "./transitions.ts";

const from = state(2, 0.5, 20, 10, 120);

test("a visited cell gives back exactly what came next, and the mean of what came next there", () => {
  const table = createTable(layout);
  const [one, other] = [lawfulNext(from, 3, 20), lawfulNext(from, 3, 20.1)];
  table.add({ state: from, next: one });
  expect(table.find({ state: from, next: one })).toEqual({ count: 1, next: one });
  table.add({ state: from, next: other });
  const cell = table.find({ state: from, next: one })!;
  expect(cell.count).toBe(2);
  for (const [k, value] of cell.next.entries()) expect(value).toBeCloseTo((one[k]! + other[k]!) / 2, 12);
});

test.each([
  { what: "another size", ask: { state: from, next: lawfulNext(from, 4, 20) } },
  { what: "other arrivals to come", ask: { state: from, next: lawfulNext(from, 3, 40) } },
  { what: "another CPU", ask: { state: state(2, 0.7, 20, 10, 120), next: lawfulNext(from, 3, 20) } },
  { what: "a longer queue", ask: { state: state(2, 0.5, 20, 50, 120), next: lawfulNext(from, 3, 20) } },
])("$what is another cell, of which the table says nothing", ({ ask }) => {
  const table = createTable(layout);
  table.add({ state: from, next: lawfulNext(from, 3, 20) });
  expect(table.find(ask)).toBeUndefined();
});
