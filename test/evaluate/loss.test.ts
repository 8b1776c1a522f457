import { expect, test } from "vitest";
import { lossOf } from "../../src/evaluate/loss.ts";
import type { Workload } from "../../src/system/workload/workload.ts";
import { chain } from "./chain.ts";
import { outcomeOf } from "./outcome.ts";

/** 100 requests/s for 10 s: each of the two services needs one pod at full CPU. */
const workload: Workload = { ratePerS: new Float64Array(10).fill(100), stepMs: 1_000, faults: [] };

test("pods count as multiples of what the traffic needs at full CPU", () => {
  expect(lossOf(chain, [workload], [outcomeOf(0, 20)], 40)).toBeCloseTo(1);
  expect(lossOf(chain, [workload], [outcomeOf(0, 50)], 40)).toBeCloseTo(2.5);
});

test("kappa prices the violating share, and runs are averaged", () => {
  expect(lossOf(chain, [workload], [outcomeOf(100, 20)], 40)).toBeCloseTo(5);
  expect(lossOf(chain, [workload, workload], [outcomeOf(100, 20), outcomeOf(0, 40)], 10)).toBeCloseTo(2);
});
