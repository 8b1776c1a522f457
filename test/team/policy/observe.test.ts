import { array, assert, constant, double, oneof, property } from "fast-check";
import { expect, test } from "vitest";
import { createReadings, type Readings, serviceSignals } from "../../../src/control/readings/readings.ts";
import { createObserver, type Observer, observationSize, observedFeatures } from "../../../src/team/policy/observe.ts";
import { calibrationOf, calmReadings, chain } from "../chain.ts";

function observer(environments = 1, timeScale = 1, headroom = 1): Observer {
  return createObserver({ topology: chain, timing: calibrationOf(chain, timeScale).timing, environments, headroom });
}

function feature(seen: Observer, name: (typeof observedFeatures)[number], cell = 0): number {
  return seen.observations[cell * observationSize + observedFeatures.indexOf(name)]!;
}

test("a chain at ease is seen as it is", () => {
  const seen = observer();
  for (let period = 0; period < 5; period++) seen.update(calmReadings(1, 400, 6));
  expect(seen.basis(0)).toEqual({ size: 6, need: expect.closeTo(4, 6), recentNeed: expect.closeTo(4, 6) });
  expect(feature(seen, "readyShare")).toBe(1);
  expect(feature(seen, "pendingToNeed")).toBe(0);
  expect(feature(seen, "cpu")).toBeCloseTo(4 / 6, 5);
  expect(feature(seen, "sizeToNeed")).toBeCloseTo(Math.log(6 / 4), 5);
  expect(feature(seen, "needToLocalNeed")).toBeCloseTo(0, 5);
  expect(feature(seen, "volatility")).toBeCloseTo(0, 5);
  expect(feature(seen, "upstreamReadyToNeed")).toBe(1);
  expect(feature(seen, "downstreamReadyToNeed")).toBeCloseTo(Math.log(6 / 4.587), 2);
});

test("a surge shows in the changes, and its top in the maxima after it is over", () => {
  const seen = observer();
  for (let period = 0; period < 20; period++) seen.update(calmReadings(1, 200, 6));
  seen.update(calmReadings(1, 400, 6));
  expect(feature(seen, "needChange1")).toBeCloseTo(2 * Math.log(2), 4);
  expect(feature(seen, "needChange16")).toBeCloseTo(2 * Math.log(2), 4);
  for (let period = 0; period < 10; period++) seen.update(calmReadings(1, 200, 6));
  expect(feature(seen, "needChange1")).toBeCloseTo(0, 4);
  expect(feature(seen, "max5MinToNeed")).toBeCloseTo(Math.log(2), 4);
  expect(seen.basis(0).recentNeed).toBeCloseTo(4, 4);
  for (let period = 0; period < 10; period++) seen.update(calmReadings(1, 200, 6));
  expect(feature(seen, "max5MinToNeed")).toBeCloseTo(0, 4);
  expect(feature(seen, "max15MinToNeed")).toBeCloseTo(Math.log(2), 4);
});

test("headroom multiplies the needs and leaves their ratio", () => {
  const seen = observer(1, 1, 1.5);
  for (let period = 0; period < 3; period++) seen.update(calmReadings(1, 400, 6));
  expect(seen.basis(0).need).toBeCloseTo(6, 6);
  expect(feature(seen, "needToLocalNeed")).toBeCloseTo(0, 5);
});

test("windows count minutes of the scenario: a faster clock sees the same", () => {
  const slow = observer();
  const fast = observer(1, 10);
  for (let period = 0; period < 70; period++) {
    const readings = calmReadings(1, 200 + 150 * Math.sin(period / 5), 6);
    slow.update(readings);
    fast.update({ ...readings, ageMs: readings.ageMs.map((ms) => ms / 10) });
  }
  expect([...fast.observations]).toEqual([...slow.observations]);
});

test("256 environments see what each would see alone", () => {
  const many = observer(3);
  const alone = observer(1);
  for (let period = 0; period < 30; period++) {
    const rates = [100, 300 + 10 * period, 50];
    const together = calmReadings(3, 0, 5);
    for (const [environment, rate] of rates.entries()) fill(together, calmReadings(1, rate, 5), environment);
    many.update(together);
    alone.update(calmReadings(1, rates[1]!, 5));
  }
  for (let service = 0; service < 4; service++) {
    const at = (service * 3 + 1) * observationSize;
    expect([...many.observations.subarray(at, at + observationSize)]).toEqual([
      ...alone.observations.subarray(service * observationSize, (service + 1) * observationSize),
    ]);
  }
});

function fill(all: Readings, one: Readings, environment: number): void {
  for (const signal of [...serviceSignals, "ageMs"] as const)
    for (let service = 0; service < 4; service++)
      all[signal][service * all.environments + environment] = one[signal][service]!;
  for (const signal of ["entryArrivalsPerS", "entryViolatingShare", "entryLatencyMs"] as const)
    all[signal][environment] = one[signal][0]!;
}

test("a reset forgets one environment and no other", () => {
  const seen = observer(2);
  const fresh = observer(2);
  for (let period = 0; period < 20; period++) seen.update(calmReadings(2, 500, 9));
  const kept = seen.observations.slice(observationSize, 2 * observationSize);
  seen.reset(0);
  expect(seen.observations.slice(observationSize, 2 * observationSize)).toEqual(kept);
  seen.update(calmReadings(2, 300, 6));
  fresh.update(calmReadings(2, 300, 6));
  for (let service = 0; service < 4; service++) {
    const at = service * 2 * observationSize;
    expect([...seen.observations.subarray(at, at + observationSize)]).toEqual([
      ...fresh.observations.subarray(at, at + observationSize),
    ]);
  }
});

test("whatever is missing or wild, every feature is finite and within 3", () => {
  const wild = oneof(constant(Number.NaN), constant(0), double({ min: 0, max: 1e9, noNaN: true }));
  assert(
    property(array(array(wild, { minLength: 40, maxLength: 40 }), { minLength: 1, maxLength: 5 }), (periods) => {
      const seen = observer();
      for (const numbers of periods) {
        const readings = createReadings(4, 1);
        let at = 0;
        for (const signal of serviceSignals) for (let k = 0; k < 4; k++) readings[signal][k] = numbers[at++]!;
        readings.entryArrivalsPerS[0] = numbers[at++]!;
        readings.entryLatencyMs[0] = numbers[at++]!;
        seen.update(readings);
        for (const value of seen.observations) expect(Math.abs(value)).toBeLessThanOrEqual(3);
      }
    }),
  );
});
