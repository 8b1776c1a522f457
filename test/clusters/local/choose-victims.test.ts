import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Candidate, chooseVictims } from "../../../src/clusters/local/choose-victims.ts";

type Named = Candidate & { readonly name: string };

function pod(name: string, over: Partial<Candidate> = {}): Named {
  return { name, isReady: true, restarts: 0, createdAtMs: 0, ...over };
}

test("those not ready go first, then most crashed, then youngest", () => {
  const pods = [
    pod("old", { createdAtMs: 1 }),
    pod("young", { createdAtMs: 9 }),
    pod("crashed", { restarts: 2 }),
    pod("starting", { isReady: false }),
  ];
  const names = chooseVictims(pods, 4).map(({ name }) => name);
  expect(names).toEqual(["starting", "crashed", "young", "old"]);
});

test("as many as asked for are chosen, no pod twice, and none when the number is negative", () => {
  const candidate = fc.record({
    isReady: fc.boolean(),
    restarts: fc.nat(3),
    createdAtMs: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(candidate), fc.integer({ min: -3, max: 12 }), (pods, count) => {
      const victims = chooseVictims(pods, count);
      expect(victims).toHaveLength(Math.min(pods.length, Math.max(0, count)));
      expect(new Set(victims).size).toBe(victims.length);
      if (victims.some((one) => one.isReady)) {
        expect(pods.filter((one) => !one.isReady && !victims.includes(one))).toEqual([]);
      }
    }),
  );
});
