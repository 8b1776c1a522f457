import { expect, test } from "vitest";
import { growthTable } from "../../../src/system/topology/growth.ts";
import { topologyOf } from "../fixtures.ts";
import { bareTwin, constant, queueOf } from "./fixtures.ts";

const workGrowth = growthTable({ curve: "linear", factor: 4 }, 4);

test("work follows the requests in work at its begin: four at once cost 1, 2, 3 and 4 times theirs, the fifth 4", () => {
  const topology = topologyOf([queueOf(constant(40), { concurrency: 4, workGrowth })]);
  const twin = bareTwin(topology, 0, 1, { startTimesMs: Float64Array.of(0, 0, 0, 0, 0, 5_000) });
  twin.advanceTo(10_000);
  const [pod] = twin.world.services.pods[0]!;
  expect(twin.entry.served).toBe(6);
  // The fifth begins when the first has left, as the fourth in work; the sixth comes alone.
  expect(twin.world.processors.usedMs[pod!]).toBeCloseTo(40 * (1 + 2 + 3 + 4 + 4 + 1), 6);
});
