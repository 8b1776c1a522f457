import { expect, test } from "vitest";
import { createReadings } from "../../src/control/readings/readings.ts";
import { periodsOfLoad } from "../../src/evaluate/period.ts";

const counts = {
  requests: Float64Array.of(10, 20, 30, 40),
  violating: Float64Array.of(0, 2, 0, 4),
  failed: Float64Array.of(0, 0, 0, 4),
};

test("requests fall into the period in which they started, those of a second that a period cuts by its parts", () => {
  const periods = periodsOfLoad([createReadings(2, 1, 6_500), createReadings(2, 1, 8_000)], counts, 5_000);
  expect(periods).toMatchObject([
    { atMs: 6_500, requests: 20, violating: 1, failed: 0 },
    { atMs: 8_000, requests: 40, violating: 1, failed: 0 },
  ]);
});

test("a period behind the load's end has what came before it", () => {
  const periods = periodsOfLoad([createReadings(1, 1, 8_000), createReadings(1, 1, 20_000)], counts, 5_000);
  expect(periods.at(-1)).toMatchObject({ requests: 40, violating: 4, failed: 4 });
});
