import { assert, constantFrom, double, property, record } from "fast-check";
import { expect, test } from "vitest";
import { CELL_VALUES, SOJOURN_CELLS, tabulateSojourn } from "../../../src/twin/fluid/sojourn-table.ts";
import { meanSojournMs, relaxationMs, sojournVariance } from "../../../src/twin/fluid/sojourn.ts";

const stations = record({
  workMs: double({ min: 0.5, max: 200, noNaN: true }),
  workScv: double({ min: 0, max: 4, noNaN: true }),
  limitCores: constantFrom(0.05, 0.1, 0.25, 0.5, 0.8, 1, 2, 4),
});

test("a busier replica is slower and takes longer to get used to its load", () => {
  assert(
    property(stations, (station) => {
      let last = 0;
      for (let rho = 0; rho < 0.97; rho += 0.01) {
        const mean = meanSojournMs(station, rho);
        expect(mean).toBeGreaterThanOrEqual(last);
        expect(mean).toBeGreaterThanOrEqual(station.workMs * (1 - 1e-12));
        expect(sojournVariance(station, rho)).toBeGreaterThanOrEqual(0);
        last = mean;
      }
      expect(relaxationMs(station, 0.9)).toBeGreaterThan(relaxationMs(station, 0.5));
    }),
  );
});

test("without a limit below a core it is M/M/1 with processor sharing", () => {
  for (const rho of [0.1, 0.5, 0.9])
    expect(meanSojournMs({ workMs: 5, workScv: 1, limitCores: 1 }, rho)).toBeCloseTo(5 / (1 - rho), 9);
});

test("a quota costs nothing when idle, and as much as a slow core when work dwarfs the budget", () => {
  const huge = { workMs: 5_000, workScv: 1, limitCores: 0.1 };
  expect(meanSojournMs({ ...huge, workMs: 5 }, 0)).toBe(5);
  expect(meanSojournMs(huge, 0.8) / (5_000 / (0.1 * 0.2))).toBeCloseTo(1, 1);
});

test.each([
  [1, 0],
  [3, 1],
  [8, 0],
  [24, 200],
])("tables of %d replicas and %d callers are finite and rise with utilisation", (replicas, callers) => {
  const tables = tabulateSojourn({ workMs: 5, workScv: 1, limitCores: 0.5 }, 100, 1);
  const table = tables.at(replicas, callers);
  expect(tables.gain.every((one) => one > 0 && one <= 1)).toBe(true);
  for (let cell = 0; cell <= SOJOURN_CELLS; cell++)
    for (let value = 0; value < CELL_VALUES; value++) {
      const at = cell * CELL_VALUES + value;
      expect(Number.isFinite(table[at])).toBe(true);
      if (cell > 0) expect(table[at]).toBeGreaterThanOrEqual(table[at - CELL_VALUES]!);
    }
});

test("a busy service with more replicas is faster: connections that are in use get no further request", () => {
  const tables = tabulateSojourn({ workMs: 5, workScv: 1, limitCores: 0.5 }, 100, 1);
  const busy = Math.round(0.85 * SOJOURN_CELLS) * CELL_VALUES;
  expect(tables.at(8, 0)[busy]).toBeLessThan(0.9 * tables.at(1, 0)[busy]!);
});
