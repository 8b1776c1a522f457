import type { Estimate } from "../core/statistics.ts";
import type { TrafficClass } from "./burstiness.ts";
import type { EqualCostRow } from "./equal-cost.ts";
import type { FrontierComparison } from "./frontier-comparison.ts";
import type { TwinKind } from "./play.ts";
import type { Timeline } from "./played.ts";
import type { PriceSheet } from "./prices.ts";
import type { MeasureEstimates, SummaryRow } from "./summarize.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";

/** Everything an evaluation tells; what `--json` prints and `karma report` draws. */
export type EvaluateResult = {
  readonly format: typeof resultFormat;
  /** As it was typed. */
  readonly command: string;
  readonly topology: string;
  /** Of the first scenario, ms. */
  readonly objectiveMs: number;
  /** The run whose team played, as `--run` takes it: its folder, or `<folder>/best` and the like. */
  readonly run: string | undefined;
  readonly seeds: readonly number[];
  readonly timeScale: number;
  readonly calibration: Calibration["source"];
  readonly twin: TwinKind;
  readonly prices: PriceSheet;
  /** What learnt from what. */
  readonly trained: readonly TrainedOn[];
  readonly scenarios: readonly ScenarioResult[];
  readonly rows: readonly ClassRow[];
  readonly comparisons: readonly ComparisonRow[];
  readonly equalCost: readonly ClassEqualCostRow[];
  readonly frontiers: readonly FrontierResult[];
  readonly timelines: readonly TimelineResult[];
};

export const resultFormat = "karma-evaluation-1";
export const resultFile = "result.json";

export type TrainedOn = { readonly autoscaler: string; readonly on: string };

export type ScenarioResult = {
  readonly name: string;
  readonly class: TrafficClass;
  /** From two minutes to the next two, when it grows fastest: see burstiness.ts. */
  readonly growth: number;
  readonly lengthS: number;
  readonly meanRatePerS: number;
};

export type ClassRow = SummaryRow & { readonly class: TrafficClass; readonly measures: MeasureEstimates };

/** Ours against an opponent, paired by seed; Holm-corrected over all rows of a class. */
export type ComparisonRow = {
  readonly class: TrafficClass;
  readonly ours: string;
  readonly opponent: string;
  /** `cost` where either of the two resized replicas, whose number then says too little. */
  readonly measure: "violatingShare" | "podHours" | "cost";
  /** Theirs - ours. */
  readonly difference: Estimate;
  readonly interquartileDifference: Estimate;
  readonly probabilityOfImprovement: Estimate;
  readonly p: number;
  readonly pAdjusted: number;
  readonly isSignificant: boolean;
};

export type ClassEqualCostRow = EqualCostRow & {
  readonly class: TrafficClass;
  /** Holm-corrected over the opponents of a class whose cost was reached. */
  readonly pAdjusted: number;
};

/** A setting on the test data. */
export type FrontierMark = {
  readonly name: string;
  /** The setting of each scenario of the class, in their order. */
  readonly specs: readonly string[];
  /** Replicas that exist, mean, each counted by its CPU limit / the declared one. */
  readonly pods: number;
  readonly violatingShare: number;
};

export type FrontierResult = {
  readonly class: TrafficClass;
  readonly opponent: string;
  readonly pickedOn: "training" | "test";
  readonly trainedOn: readonly string[];
  readonly searched: number;
  /** On the frontier of the test data, as frontier.ts has its hull, by cost. */
  readonly marks: readonly FrontierMark[];
  /** Of the data it was picked on, a list per fold: settings by cost, pods relative to need. */
  readonly picked: readonly (readonly {
    readonly spec: string;
    readonly pods: number;
    readonly violatingShare: number;
  }[])[];
  /** The team against this frontier; left out without a team. */
  readonly ours?: Pick<FrontierComparison, "violatingRatio" | "costRatio">;
};

export type TimelineResult = {
  readonly scenario: string;
  readonly class: TrafficClass;
  readonly seed: number;
  readonly autoscaler: string;
  readonly timeline: Timeline;
};
