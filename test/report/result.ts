import { measureNames } from "../../src/evaluate/measures.ts";
import { defaultPrices } from "../../src/evaluate/prices.ts";
import { type ClassRow, type EvaluateResult, resultFormat } from "../../src/evaluate/result.ts";
import type { MeasureEstimate, MeasureEstimates } from "../../src/evaluate/summarize.ts";

function estimate(mean: number): MeasureEstimate {
  return { mean, low: mean * 0.8, high: mean * 1.2, iqm: mean, sd: mean / 10 };
}

function row(autoscaler: string, share: number, pods: number): ClassRow {
  const measures = Object.fromEntries(measureNames.map((name) => [name, estimate(1)]));
  return {
    class: "bursty",
    autoscaler,
    seeds: 10,
    requests: estimate(100_000),
    violatingShare: estimate(share),
    p50Ms: estimate(40),
    p95Ms: estimate(150),
    p99Ms: estimate(400),
    podSeconds: estimate(pods * 600),
    sizeChanges: estimate(12),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry per measure
    measures: {
      ...measures,
      violatingShare: estimate(share),
      podHours: estimate(pods),
      cost: estimate(pods),
      recoveryS: estimate(Number.NaN),
    } as MeasureEstimates,
  };
}

const minute = (index: number): EvaluateResult["timelines"][number]["timeline"]["periods"][number] => ({
  atMs: (index + 1) * 15_000,
  requests: 3_000,
  violating: index === 20 ? 900 : 10,
  failed: 0,
  desired: [4, 5],
  ready: [4, index === 20 ? 4 : 5],
  pendingRequests: 12,
  latencyMs: index === 3 ? Number.NaN : 60,
});

/** An evaluation as karma evaluate writes it; names that would be markup where they are not escaped. */
export const result: EvaluateResult = {
  format: resultFormat,
  command: "karma evaluate topology.json --against 'hpa:60,<b>'",
  topology: "shop",
  objectiveMs: 200,
  run: undefined,
  seeds: [1, 2, 3],
  timeScale: 1,
  calibration: "declared",
  twin: "fluid",
  prices: defaultPrices,
  trained: [{ autoscaler: "hpa:tuned (bursty)", on: "28 settings on monday, tuesday" }],
  scenarios: [{ name: 'friday "<script>"', class: "bursty", growth: 2.5, lengthS: 3_600, meanRatePerS: 200 }],
  rows: [row("team", 0.01, 20), row("hpa:60", 0.03, 22), row("hpa:tuned", 0.02, 21)],
  comparisons: [
    {
      class: "bursty",
      ours: "team",
      opponent: "hpa:60",
      measure: "violatingShare",
      difference: { mean: 0.02, low: 0.01, high: 0.03 },
      interquartileDifference: { mean: 0.02, low: 0.01, high: 0.03 },
      probabilityOfImprovement: { mean: 0.9, low: 0.8, high: 1 },
      p: 0.001,
      pAdjusted: 0.004,
      isSignificant: true,
    },
  ],
  equalCost: [],
  frontiers: [
    {
      class: "bursty",
      opponent: "hpa:tuned",
      pickedOn: "training",
      trainedOn: ["monday", "tuesday"],
      searched: 28,
      marks: [
        { name: "hpa:80", specs: ["hpa:80"], pods: 18, violatingShare: 0.1 },
        { name: "hpa:40", specs: ["hpa:40"], pods: 30, violatingShare: 0 },
      ],
      picked: [[{ spec: "hpa:80", pods: 1.1, violatingShare: 0.1 }]],
      ours: {
        violatingRatio: { mean: 0.4, low: 0.3, high: 0.5, reachedShare: 1 },
        costRatio: { mean: Number.NaN, low: Number.NaN, high: Number.NaN, reachedShare: 0 },
      },
    },
  ],
  timelines: [
    {
      scenario: "friday",
      class: "bursty",
      seed: 1,
      autoscaler: "team",
      timeline: {
        services: ["cart", "pay & ship"],
        periods: Array.from({ length: 40 }, (_, index) => minute(index)),
        changes: [{ atMs: 30_000, service: "cart", from: 4, proposed: 6, applied: 6, reasons: ["more"], guarded: [] }],
      },
    },
  ],
};

/** The same, but one that holds replicas at half their declared CPU. */
export const resized: EvaluateResult = {
  ...result,
  rows: result.rows.map((one) =>
    Object.assign({}, one, one.autoscaler === "hpa:60" ? { measures: { ...one.measures, cost: estimate(11) } } : {}),
  ),
};
