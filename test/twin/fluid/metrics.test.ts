import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import type { FluidTwin } from "../../../src/twin/fluid/fluid-twin.ts";
import { declared, episode, single } from "../fixtures.ts";

function stepLoad(seed: number): FluidTwin {
  const twin = createFluidTwin(single, declared(single), { environments: 1, tickMs: 1_000, isCounted: false });
  const rates = Array.from({ length: 600 }, (_, s) => (s < 300 ? 100 : 200));
  twin.reset(0, episode(rates, [4], { rng: createRng(seed) }));
  return twin;
}

test("nothing is known before the first scrape has come through, desired and ready at once", () => {
  const twin = stepLoad(1);
  const seen = twin.observe();
  expect(seen.ready[0]).toBe(4);
  expect(seen.desired[0]).toBe(4);
  expect([seen.cpu[0], seen.arrivalsPerS[0], seen.waitMs[0], seen.ageMs[0], seen.entryArrivalsPerS[0]]).toEqual(
    Array(5).fill(Number.NaN),
  );
});

test.each([1, 2, 3, 4, 5])(
  "samples are 15 s apart, seen 2 s after the scrape, averaged over 30 s (seed %d)",
  (seed) => {
    const twin = stepLoad(seed);
    const scrapes: number[] = [];
    for (let second = 1; second <= 600; second++) {
      twin.advance(1);
      const { ageMs, arrivalsPerS } = twin.observe();
      if (Number.isNaN(ageMs[0])) continue;
      const scrapeS = second - ageMs[0]! / 1_000;
      if (scrapes.at(-1) !== scrapeS) {
        expect(ageMs[0]).toBe(2_000);
        if (scrapes.length > 0) expect(scrapeS - scrapes.at(-1)!).toBe(15);
        scrapes.push(scrapeS);
      }
      // Seconds of the window after the step, once the window is full.
      const share = Math.min(30, Math.max(0, scrapeS - 300)) / 30;
      expect(arrivalsPerS[0]).toBeCloseTo(100 + 100 * share, 6);
    }
    expect(scrapes.length).toBeGreaterThan(37);
  },
);

test("services are scraped at phases of their own", () => {
  const phases = new Set(
    Array.from({ length: 40 }, (_, seed) => {
      const twin = stepLoad(seed);
      while (Number.isNaN(twin.observe().ageMs[0])) twin.advance(1);
      return twin.observe().atMs;
    }),
  );
  expect(phases.size).toBeGreaterThan(8);
});

test("CPU readings scatter by about 2 %", () => {
  const readings = Array.from({ length: 300 }, (_, seed) => {
    const twin = stepLoad(seed);
    twin.advance(60);
    return twin.observe().cpu[0]! / 0.25 - 1;
  });
  const sd = Math.sqrt(readings.reduce((sum, one) => sum + one * one, 0) / readings.length);
  expect(sd).toBeGreaterThan(0.015);
  expect(sd).toBeLessThan(0.025);
});
