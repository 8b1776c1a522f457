import { expect, test } from "vitest";
import type { Decision } from "../../src/control/loop/autoscaler.ts";
import { countFlaps } from "../../src/evaluate/flaps.ts";

function change(atS: number, from: number, applied: number, service = "a"): Decision {
  return { atMs: atS * 1_000, service, from, proposed: applied, applied, reasons: [], guarded: [] };
}

test("a change back within five minutes is a flap, one after that or in the same direction is none", () => {
  const changes = [change(15, 2, 4), change(30, 4, 5), change(300, 5, 3), change(615, 3, 4), change(900, 4, 3)];
  expect(countFlaps(changes, 1)).toBe(2);
});

test("services flap for themselves, and five minutes are of the scenario", () => {
  expect(countFlaps([change(15, 2, 4), change(30, 3, 2, "b"), change(45, 2, 3, "b")], 1)).toBe(1);
  expect(countFlaps([change(15, 2, 4), change(50, 4, 2)], 1)).toBe(1);
  expect(countFlaps([change(15, 2, 4), change(50, 4, 2)], 10)).toBe(0);
});

test("a resize back is a flap too, and so is a resize against the last change of replicas", () => {
  const resized = (atS: number, from: number, applied: number): Decision => ({
    ...change(atS, 2, 2),
    cpuMilli: { from, proposed: applied, applied },
  });
  expect(countFlaps([resized(15, 500, 700), resized(30, 700, 900), resized(45, 900, 600)], 1)).toBe(1);
  expect(countFlaps([change(15, 1, 2), resized(30, 700, 500)], 1)).toBe(1);
});
