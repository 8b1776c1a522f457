import { meanOf, sumOf } from "../core/statistics.ts";
import { type Measure, measuresAt } from "./measures.ts";
import type { Played } from "./played.ts";

/** One autoscaler under one seed on a running cluster, and the same run on the twin. */
export type LivePlay = {
  readonly autoscaler: string;
  readonly seed: number;
  readonly live: Played;
  readonly twin: Played;
  /** What makes the live figures doubtful, as sentences. */
  readonly warnings: readonly string[];
};

export const liveFormat = "karma-live/2";
export const liveFile = "live.json";

/** Autoscalers on a running cluster, one after another. */
export type LiveContest = {
  readonly format: typeof liveFormat;
  /** What was typed. */
  readonly command: string;
  readonly topology: string;
  /** A slower request violates. */
  readonly objectiveMs: number;
  /** Folder of the team's run; undefined without one. */
  readonly run: string | undefined;
  readonly on: string;
  readonly timeScale: number;
  /** Of each play, seconds of the scenario. */
  readonly lengthS: number;
  /** Of figures of money. */
  readonly currency: string;
  /** What the twin is made of: measured, or declared by the topology. */
  readonly calibration: string;
  readonly seeds: readonly number[];
  readonly plays: readonly LivePlay[];
  /** What makes all of it less than was expected, as sentences. */
  readonly warnings: readonly string[];
};

/** A figure over the seeds. */
export type Spread = { readonly mean: number; readonly least: number; readonly most: number };

export type LiveFigure = { readonly live: Spread; readonly twin: Spread };

export const liveFigures = ["violatingShare", "p50Ms", "p95Ms", "p99Ms", "podSeconds", "sizeChanges"] as const;
export type LiveFigureName = (typeof liveFigures)[number];

export type LiveSummary = {
  readonly autoscaler: string;
  /** Seeds played so far. */
  readonly plays: number;
  /** Requests sent, of all seeds. */
  readonly requests: number;
} & { readonly [name in LiveFigureName]: LiveFigure };

/** In the order in which they first played. */
export function playsByAutoscaler(plays: readonly LivePlay[]): ReadonlyMap<string, readonly LivePlay[]> {
  return Map.groupBy(plays, ({ autoscaler }) => autoscaler);
}

/** A row for each autoscaler, in the order in which they first played. */
export function summarizeLive({ plays }: Pick<LiveContest, "plays">): readonly LiveSummary[] {
  return [...playsByAutoscaler(plays)].map(([autoscaler, own]) => {
    const figure = (name: LiveFigureName): LiveFigure => ({
      live: spreadOf(own.map(({ live }) => valueOf(live, name))),
      twin: spreadOf(own.map(({ twin }) => valueOf(twin, name))),
    });
    return {
      autoscaler,
      plays: own.length,
      requests: sumOf(own.map(({ live }) => live.requests)),
      violatingShare: figure("violatingShare"),
      p50Ms: figure("p50Ms"),
      p95Ms: figure("p95Ms"),
      p99Ms: figure("p99Ms"),
      podSeconds: figure("podSeconds"),
      sizeChanges: figure("sizeChanges"),
    };
  });
}

export type LiveMeasure = {
  readonly measure: Measure;
  /** [autoscalers], in the order in which they first played; NaN where a cluster does not tell it. */
  readonly figures: readonly LiveFigure[];
};

/** All that `karma evaluate` tells of a play on the twin, of live plays and of the twin's beside them. */
export function measureLive({ plays, timeScale }: Pick<LiveContest, "plays" | "timeScale">): readonly LiveMeasure[] {
  const byAutoscaler = [...playsByAutoscaler(plays).values()];
  return measuresAt(timeScale).map((measure) => ({
    measure,
    figures: byAutoscaler.map((own) => ({
      live: spreadOf(own.map(({ live }) => measure.of(live))),
      twin: spreadOf(own.map(({ twin }) => measure.of(twin))),
    })),
  }));
}

function valueOf(outcome: Played, name: LiveFigureName): number {
  if (name !== "violatingShare") return outcome[name];
  return outcome.requests === 0 ? 0 : outcome.violating / outcome.requests;
}

function spreadOf(values: readonly number[]): Spread {
  return { mean: meanOf(values), least: Math.min(...values), most: Math.max(...values) };
}
