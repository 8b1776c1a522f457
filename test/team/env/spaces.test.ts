import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { contains, mismatch } from "../../../src/team/env/spaces/mismatch.ts";
import { sample } from "../../../src/team/env/spaces/sample.ts";
import {
  box,
  dict,
  discrete,
  multiBinary,
  multiDiscrete,
  type Space,
  tuple,
} from "../../../src/team/env/spaces/space.ts";

const bound = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Number.NEGATIVE_INFINITY));
const leaf: fc.Arbitrary<Space> = fc.oneof(
  fc
    .tuple(bound, fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(Number.POSITIVE_INFINITY)))
    .map(([low, above]) => box(low, (Number.isFinite(low) ? low : 0) + above, [2, 2])),
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -5, max: 5 })).map(([n, start]) => discrete(n, start)),
  fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }).map((nvec) => multiDiscrete(nvec)),
  fc.integer({ min: 1, max: 9 }).map((n) => multiBinary(n)),
);
const space: fc.Arbitrary<Space> = fc.oneof(
  leaf,
  fc.array(leaf, { minLength: 1, maxLength: 3 }).map((parts) => tuple(parts)),
  fc
    .dictionary(fc.constantFrom("a", "b", "c"), leaf, { minKeys: 1, noNullPrototype: true })
    .map((parts) => dict(parts)),
);

describe("a space", () => {
  test("contains what it samples, the same for the same seed", () => {
    fc.assert(
      fc.property(space, fc.integer(), (one, seed) => {
        const drawn = sample(one, createRng(seed));
        expect(mismatch(one, drawn)).toBeUndefined();
        expect(sample(one, createRng(seed))).toEqual(drawn);
      }),
    );
  });

  test.each<[string, Space, unknown, string]>([
    ["a number beyond a box", box(0, 1, [2]), Float32Array.of(0, 2), "value[1]: expected a number in [0, 1], got 2"],
    ["no number", box(0, 1, [1]), Float32Array.of(Number.NaN), "value[0]: expected a number in [0, 1], got NaN"],
    ["doubles", box(0, 1, [1]), Float64Array.of(0), "value: expected a Float32Array, got Float64Array"],
    ["a box too short", box(0, 1, [2, 2]), new Float32Array(3), "value: expected 4 entries, got 3"],
    ["half a choice", discrete(3), 0.5, "value: expected a whole number in [0, 2], got 0.5"],
    ["a choice beyond", discrete(3, 1), 4, "value: expected a whole number in [1, 3], got 4"],
    ["a choice in words", discrete(3), "1", "value: expected a whole number in [0, 2], got string"],
    [
      "one of several beyond",
      multiDiscrete([2, 3]),
      Int32Array.of(1, 3),
      "value[1]: expected a whole number in [0, 2], got 3",
    ],
    ["a bit of two", multiBinary(2), Uint8Array.of(0, 2), "value[1]: expected a whole number in [0, 1], got 2"],
    ["a part missing", tuple([discrete(1), discrete(1)]), [0], "value: expected 2 entries, got 1"],
    ["a part wrong", tuple([discrete(1), discrete(1)]), [0, 1], "value[1]: expected a whole number in [0, 0], got 1"],
    ["a key missing", dict({ a: discrete(1), b: discrete(1) }), { a: 0 }, "value: expected the keys a, b, got a"],
    ["a key too many", dict({ a: discrete(1) }), { a: 0, b: 0 }, "value: expected the keys a, got a, b"],
    ["nothing", dict({ a: discrete(1) }), null, "value: expected an object, got null"],
  ])("does not contain %s, and says why", (_, one, value, why) => {
    expect(contains(one, value)).toBe(false);
    expect(mismatch(one, value)).toBe(why);
  });

  test("samples only what a mask allows, in parts and keys too", () => {
    const whole = dict({ one: discrete(4), many: multiDiscrete([2, 3]) });
    const mask = { one: Uint8Array.of(0, 0, 1, 0), many: [Uint8Array.of(0, 1), Uint8Array.of(1, 0, 1)] };
    for (let seed = 0; seed < 50; seed++) {
      const { one, many } = sample(whole, createRng(seed), mask) as { one: number; many: Int32Array };
      expect(one).toBe(2);
      expect(many[0]).toBe(1);
      expect(many[1]).not.toBe(1);
    }
  });

  test("a mask that allows nothing gives the first member", () => {
    expect(sample(discrete(3, 5), createRng(1), new Uint8Array(3))).toBe(5);
  });

  test("allowed members are equally likely", () => {
    const rng = createRng("uniform");
    const counts = [0, 0, 0, 0];
    for (let k = 0; k < 6_000; k++) {
      const drawn = Number(sample(discrete(4), rng, Uint8Array.of(1, 0, 1, 1)));
      counts[drawn] = counts[drawn]! + 1;
    }
    expect(counts[1]).toBe(0);
    for (const at of [0, 2, 3]) expect(Math.abs(counts[at]! - 2_000)).toBeLessThan(200);
  });

  test.each<[string, Space, never]>([
    ["of another length", discrete(3), Uint8Array.of(1) as never],
    ["of twos", discrete(2), Uint8Array.of(1, 2) as never],
    ["for a box", box(0, 1, [1]), Uint8Array.of(1) as never],
    ["of too few parts", multiDiscrete([2, 2]), [Uint8Array.of(1, 1)] as never],
    ["with other keys", dict({ a: discrete(2) }), { b: Uint8Array.of(1, 1) } as never],
  ])("refuses a mask %s", (_, one, mask) => {
    expect(() => sample(one, createRng(1), mask)).toThrow(/expected/);
  });

  test.each<[string, () => Space]>([
    ["low above high", () => box(1, 0, [1])],
    ["bounds of another length", () => box([0, 0], 1, [3])],
    ["no shape", () => box(0, 1, [])],
    ["no choice", () => discrete(0)],
    ["no choices", () => multiDiscrete([])],
    ["half a bit", () => multiBinary(0.5)],
    ["no parts", () => tuple([])],
    ["no keys", () => dict({})],
  ])("cannot be made with %s", (_, make) => {
    expect(make).toThrow(/expected/);
  });
});
