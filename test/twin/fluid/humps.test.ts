import { assert, double, property, record } from "fast-check";
import { expect, test } from "vitest";
import type { Calm } from "../../../src/twin/fluid/calm.ts";
import { createHumps, humpsUpperTail, splitHumps } from "../../../src/twin/fluid/humps.ts";
import { latencyUpperTail } from "../../../src/twin/fluid/latency-tail.ts";
import type { Hump } from "../../../src/twin/fluid/hump.ts";
import type { Responses } from "../../../src/twin/fluid/responses.ts";

function columns({ meanMs, variance, third }: Hump): Omit<Calm, "share"> {
  return { meanMs: Float64Array.of(meanMs), variance: Float64Array.of(variance), third: Float64Array.of(third) };
}

/** One cell of responses with these moments, of which a share is calm. */
function cell(all: Hump, share: number, calm: Hump): Responses {
  const part: Calm = { share: Float64Array.of(share), ...columns(calm) };
  return { ...columns(all), ok: Float64Array.of(1), calm: part };
}

/** Moments of two humps together. */
function together(share: number, one: Hump, two: Hump): Hump {
  const rest = 1 - share;
  const meanMs = share * one.meanMs + rest * two.meanMs;
  const [a, b] = [one.meanMs - meanMs, two.meanMs - meanMs];
  return {
    meanMs,
    variance: share * (one.variance + a * a) + rest * (two.variance + b * b),
    third:
      share * (one.third + 3 * a * one.variance + a * a * a) + rest * (two.third + 3 * b * two.variance + b * b * b),
  };
}

const shapes = record({
  meanMs: double({ min: 1, max: 100, noNaN: true }),
  cv: double({ min: 0.2, max: 2, noNaN: true }),
  skewness: double({ min: 0.3, max: 8, noNaN: true }),
});
type Shape = { readonly meanMs: number; readonly cv: number; readonly skewness: number };

function hump({ meanMs, cv, skewness }: Shape): Hump {
  const sd = cv * meanMs;
  return { meanMs, variance: sd * sd, third: skewness * sd ** 3 };
}

const shares = double({ min: 0.01, max: 0.99, noNaN: true });

test("both humps together have the moments of all requests, whatever they are", () => {
  assert(
    property(shapes, shapes, shares, (first, second, share) => {
      const calm = hump(first);
      const delayed = hump({ ...second, meanMs: first.meanMs + second.meanMs });
      const humps = createHumps();
      splitHumps(cell(together(share, calm, delayed), share, calm), 0, humps);
      expect(humps.calmShare).toBe(share);
      expect(humps.calm.meanMs).toBeCloseTo(calm.meanMs, 9);
      for (const moment of ["meanMs", "variance", "third"] as const)
        expect(humps.delayed[moment] / delayed[moment]).toBeCloseTo(1, 6);
    }),
  );
});

test("the tail falls with the limit, from all to nothing", () => {
  assert(
    property(shapes, shapes, shares, (first, second, share) => {
      const calm = hump(first);
      const delayed = hump({ ...second, meanMs: first.meanMs + second.meanMs });
      const responses = cell(together(share, calm, delayed), share, calm);
      let before = 1;
      for (let limit = 0.1; limit < 1e6; limit *= 1.3) {
        const tail = humpsUpperTail(responses, 0, limit);
        expect(tail).toBeLessThanOrEqual(before + 1e-9);
        expect(tail).toBeGreaterThanOrEqual(0);
        before = tail;
      }
      expect(before).toBeLessThan(1e-3);
    }),
  );
});

test("where nobody or everybody is calm there is one hump, that of all requests", () => {
  const all = hump({ meanMs: 40, cv: 1, skewness: 3 });
  const calm = hump({ meanMs: 10, cv: 0.5, skewness: 1 });
  for (const share of [0, 1e-4, 1 - 1e-4, 1])
    for (const limit of [5, 20, 80, 200])
      expect(humpsUpperTail(cell(all, share, calm), 0, limit)).toBe(
        latencyUpperTail(all.meanMs, all.variance, all.third, limit),
      );
});

test("calm requests that are no faster than all are not told apart", () => {
  const all = hump({ meanMs: 40, cv: 1, skewness: 3 });
  const humps = createHumps();
  splitHumps(cell(all, 0.5, { ...all, meanMs: 41 }), 0, humps);
  expect(humps.calmShare).toBe(0);
  expect(humps.delayed).toEqual(all);
});

test("a rest that cannot be is one of little spread", () => {
  const humps = createHumps();
  splitHumps(cell({ meanMs: 50, variance: 10, third: 0 }, 0.5, { meanMs: 10, variance: 100, third: 9e3 }), 0, humps);
  expect(humps.delayed.meanMs).toBeCloseTo(90, 9);
  expect(humps.delayed.variance).toBeGreaterThan(0);
  expect(humps.delayed.third).toBeGreaterThan(0);
});
