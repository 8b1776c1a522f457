import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { createGather, take } from "../../../src/team/learn/gather.ts";

const rng = createRng("gather");
const SAMPLES = 50;
const block = { samples: Int32Array.of(49, 0, 17, 17, 3, 44), rows: 5, of: SAMPLES };

function numbers(count: number): Float32Array {
  return Float32Array.from({ length: count }, () => rng.normal());
}

function rowOf(column: Float32Array, width: number, row: number): readonly number[] {
  return Array.from(column.subarray(row * width, (row + 1) * width));
}

test.each([
  { seen: 3, own: 3, beside: 2 },
  { seen: 31, own: 31, beside: 0 },
  { seen: 5, own: 0, beside: 40 },
  { seen: 16, own: 16, beside: 17 },
])(
  "of $seen numbers that an agent sees the critic is given $own and $beside beside them, row by row",
  ({ seen, own, beside }) => {
    const [observations, privileged] = [numbers(SAMPLES * seen), numbers(SAMPLES * beside)];
    const inputs = { actor: new Float32Array(6 * seen).fill(9), critic: new Float64Array(6 * (own + beside)).fill(9) };
    createGather({ observations, privileged }, { seen, own, beside }, inputs)(block);
    for (const [row, sample] of block.samples.subarray(0, block.rows).entries()) {
      const shown = rowOf(observations, seen, sample);
      expect(rowOf(inputs.actor, seen, row)).toEqual(shown);
      const critic = Array.from(inputs.critic.subarray(row * (own + beside), (row + 1) * (own + beside)));
      expect(critic).toEqual([...shown.slice(0, own), ...rowOf(privileged, beside, sample)]);
    }
    const beyond = [
      ...inputs.actor.subarray(block.rows * seen),
      ...inputs.critic.subarray(block.rows * (own + beside)),
    ];
    expect(beyond.every((number) => number === 9)).toBe(true);
  },
);

test("a column's numbers are taken in the order of the block, and none beyond its rows", () => {
  const column = Float64Array.from({ length: SAMPLES }, (_, k) => k / 7);
  const out = new Float64Array(6).fill(-1);
  take(column, block, out);
  expect(Array.from(out)).toEqual([49 / 7, 0, 17 / 7, 17 / 7, 3 / 7, -1]);
});
