import { expect, test } from "vitest";
import { createRng } from "../../../../src/core/rng.ts";
import { actionsWith, labelAction } from "../../../../src/team/org/runtime/what-is-done.ts";

test("the actions with one of some labels are those that have one each, in 10,000 random cases", () => {
  const rng = createRng("labels");
  const whole = (most: number): number => (rng.uniform() < 0.05 ? Number.NaN : rng.integer(most + 1));
  for (let round = 0; round < 10_000; round++) {
    const [size, labels] = [whole(12), rng.integer(32)];
    const need = rng.uniform() < 0.1 ? Number.NaN : rng.uniform() < 0.3 ? whole(12) : rng.uniform() * 12;
    const wanted = Float64Array.from({ length: 15 }, () => whole(24));
    const expected = [...wanted.keys()].filter((k) => (labelAction(wanted[k]!, size, need) & labels) !== 0);
    const found = actionsWith(labels, wanted, size, need);
    expect([...wanted.keys()].filter((k) => ((found >>> k) & 1) === 1)).toEqual(expected);
  }
});
