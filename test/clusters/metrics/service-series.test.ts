import { expect, test } from "vitest";
import { type CounterName, type PodSample, readPodSample } from "../../../src/clusters/metrics/pod-sample.ts";
import { type ScrapedPod, ServiceSeries } from "../../../src/clusters/metrics/service-series.ts";
import { signalsAt, slowShare } from "../../../src/clusters/metrics/service-signals.ts";

const timing = { syncPeriodMs: 15_000, scrapePeriodMs: 15_000, windowMs: 30_000, visibleLagMs: 2_000, timeScale: 1 };
const LIMIT_CORES = 0.5;

const zero: PodSample["counters"] = readPodSample("", () => true).counters;

type Counts = Partial<Record<CounterName, number>> & {
  readonly cpuS?: number;
  readonly memoryMiB?: number;
  readonly inside?: number;
};

function scraped(incarnation: string, atMs: number, counts: Counts = {}, isReady = true): ScrapedPod {
  const { cpuS = 0, inside = 0, memoryMiB = Number.NaN, ...given } = counts;
  const sample = { cpuS, memoryMiB, inside, counters: { ...zero, ...given }, entryBuckets: new Map() };
  return { incarnation, atMs, isReady, sample };
}

function series(...rounds: readonly (readonly ScrapedPod[])[]): ServiceSeries {
  const made = new ServiceSeries(timing);
  for (const pods of rounds) made.add(pods[0]!.atMs, pods, new Set(pods.map(({ incarnation }) => incarnation)));
  return made;
}

test("nothing is known before the first scrape has become visible", () => {
  const one = series([scraped("a", 1_000)]);
  expect(signalsAt(one, 2_999, () => LIMIT_CORES, 100)).toBeUndefined();
  expect(signalsAt(one, 3_000, () => LIMIT_CORES, 100)).toMatchObject({
    ageMs: 2_000,
    arrivalsPerS: Number.NaN,
    queued: 0,
  });
});

test("memory is the mean over the ready pods of the newest scrape that tell theirs", () => {
  const one = series([
    scraped("a", 0, { memoryMiB: 100 }),
    scraped("b", 0, { memoryMiB: 300 }),
    scraped("c", 0, { memoryMiB: 900 }, false),
    scraped("d", 0),
  ]);
  expect(signalsAt(one, 2_000, () => LIMIT_CORES, 100)!.memoryMiB).toBe(200);
  expect(signalsAt(series([scraped("d", 0)]), 2_000, () => LIMIT_CORES, 100)!.memoryMiB).toBeNaN();
});

test("rates are over the window, and a scrape shows only after the lag", () => {
  const one = series(
    [scraped("a", 0, { arrived: 0, answered: 0 })],
    [scraped("a", 15_000, { arrived: 150, answered: 140, waitS: 1.4 })],
    [scraped("a", 30_000, { arrived: 450, answered: 440, served: 430, dropped: 10, waitS: 5.8, inside: 10 })],
  );
  expect(signalsAt(one, 31_999, () => LIMIT_CORES, 100)).toMatchObject({ ageMs: 16_999, arrivalsPerS: 10 });
  const signals = signalsAt(one, 32_000, () => LIMIT_CORES, 100)!;
  expect(signals).toMatchObject({ ageMs: 2_000, arrivalsPerS: 15, droppedPerS: 10 / 30, queued: 10 });
  expect(signals.waitMs).toBeCloseTo((5.8 / 440) * 1_000);
});

test("what happened before the window is not in it, and a scrape a little late does not shorten it", () => {
  const one = series(
    [scraped("a", 0, { arrived: 1_000 })],
    [scraped("a", 15_000, { arrived: 2_000 })],
    [scraped("a", 30_400, { arrived: 2_300 })],
    [scraped("a", 45_500, { arrived: 2_600 })],
  );
  expect(signalsAt(one, 50_000, () => LIMIT_CORES, 100)!.arrivalsPerS).toBeCloseTo(600 / 30.5);
});

test("a new pod's counters start at zero, a gone pod's stay counted, a restarted one starts anew", () => {
  const one = series(
    [scraped("a", 0, { arrived: 100 }), scraped("b", 0, { arrived: 100 })],
    [scraped("a", 15_000, { arrived: 200 }), scraped("b", 15_000, { arrived: 200 })],
    [scraped("a/1", 30_000, { arrived: 30 }), scraped("c", 30_000, { arrived: 70 })],
  );
  expect(signalsAt(one, 32_000, () => LIMIT_CORES, 100)!.arrivalsPerS).toBeCloseTo((200 + 100) / 30);
});

test("a pod that misses a scrape is not counted twice at the next", () => {
  const one = new ServiceSeries(timing);
  const both = new Set(["a", "b"]);
  one.add(0, [scraped("a", 0, { arrived: 0 }), scraped("b", 0, { arrived: 500 })], both);
  one.add(15_000, [scraped("a", 15_000, { arrived: 0 })], both);
  one.add(30_000, [scraped("a", 30_000, { arrived: 0 }), scraped("b", 30_000, { arrived: 560 })], both);
  expect(signalsAt(one, 32_000, () => LIMIT_CORES, 100)!.arrivalsPerS).toBeCloseTo(60 / 30);
});

test("CPU is the mean over ready pods seen twice, in shares of the limit", () => {
  const one = series(
    [scraped("a", 0, { cpuS: 10 }), scraped("starting", 0, { cpuS: 0 }, false)],
    [scraped("a", 15_000, { cpuS: 13 }), scraped("starting", 15_000, { cpuS: 2 })],
    [
      scraped("a", 30_000, { cpuS: 16 }),
      scraped("starting", 30_000, { cpuS: 3.5 }),
      scraped("new", 30_000, { cpuS: 9 }),
    ],
  );
  expect(signalsAt(one, 32_000, () => LIMIT_CORES, 100)!.cpu).toBeCloseTo((0.2 / 0.5 + 0.1 / 0.5) / 2);
});

test("a service whose pods are all gone keeps its rates and has no CPU", () => {
  const one = series([scraped("a", 0, { cpuS: 1, arrived: 5 })], [scraped("a", 15_000, { cpuS: 2, arrived: 20 })]);
  one.add(30_000, [], new Set());
  const signals = signalsAt(one, 32_000, () => LIMIT_CORES, 100)!;
  expect(signals.cpu).toBeNaN();
  expect(signals.arrivalsPerS).toBeCloseTo(15 / 30);
  expect(signals.queued).toBe(0);
});

test("old samples are forgotten, however long it runs", () => {
  const one = new ServiceSeries(timing);
  for (let round = 0; round < 1_000; round++) {
    one.add(round * 15_000, [scraped("a", round * 15_000, { arrived: round * 30 })], new Set(["a"]));
  }
  expect(signalsAt(one, 999 * 15_000 + 2_000, () => LIMIT_CORES, 100)!.arrivalsPerS).toBeCloseTo(2);
  expect(one.windowAt(100_000)).toBeUndefined();
});

const empty = { atMs: 0, sampledAtMs: 0, inside: 0, memoryMiB: 0, cpu: new Map(), counters: zero };

test.each([
  { limitS: 0.1, slow: 0.4, why: "at the bound of a bucket" },
  { limitS: 0.15, slow: 0.3, why: "in the middle of a bucket" },
  { limitS: 0.05, slow: 0.7, why: "in the first bucket" },
  { limitS: 5, slow: 0.2, why: "beyond the last bound" },
])("the slow share is interpolated: $why", ({ limitS, slow }) => {
  const bucketsBefore = new Map([
    [0.1, 40],
    [0.2, 40],
    [Infinity, 40],
  ]);
  const bucketsAfter = new Map([
    [0.1, 100],
    [0.2, 120],
    [Infinity, 140],
  ]);
  const from = { ...empty, entryBuckets: bucketsBefore };
  expect(slowShare({ from, to: { ...empty, entryBuckets: bucketsAfter } }, limitS)).toBeCloseTo(slow);
});

test("nobody was slow when nobody came", () => {
  expect(slowShare({ from: undefined, to: { ...empty, entryBuckets: new Map() } }, 0.1)).toBe(0);
});

test("what a pod counted before it was first looked at is not of now", () => {
  const late = { ...scraped("b", 15_000, { arrived: 9_000 }), hasPast: true };
  const one = series(
    [scraped("a", 0, { arrived: 100 })],
    [scraped("a", 15_000, { arrived: 130 }), late],
    [scraped("a", 30_000, { arrived: 160 }), scraped("b", 30_000, { arrived: 9_030 })],
  );
  expect(signalsAt(one, 32_000, () => LIMIT_CORES, 100)!.arrivalsPerS).toBeCloseTo(90 / 30);
});

test("a round is as old as its oldest sample, and CPU is a share of each pod's own limit", () => {
  const one = new ServiceSeries(timing);
  const pods = new Set(["a", "b"]);
  one.add(15_000, [scraped("a", 14_000), scraped("b", 9_000)], pods);
  one.add(30_000, [scraped("a", 29_000, { cpuS: 3 }), scraped("b", 24_000, { cpuS: 6 })], pods);
  const limits: Readonly<Record<string, number>> = { a: 0.4, b: 0.8 };
  expect(signalsAt(one, 32_000, (pod) => limits[pod]!, 100)).toMatchObject({ ageMs: 8_000, cpu: 0.5 });
});
