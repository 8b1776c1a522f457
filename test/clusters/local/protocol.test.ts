import { expect, test } from "vitest";
import { plainToReadings, readingsToPlain } from "../../../src/clusters/local/protocol.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";

test("readings survive JSON, and what is unknown stays unknown", () => {
  const readings = createReadings(3, 1, 12.5);
  readings.cpu.set([0.5, Number.NaN, 1.25]);
  readings.desired.set([1, 2, 3]);
  readings.entryLatencyMs[0] = 4;
  expect(plainToReadings(JSON.parse(JSON.stringify(readingsToPlain(readings))))).toEqual(readings);
});
