import type { Rng } from "../../core/rng.ts";
import { type Estimate, bootstrapMean, meanOf } from "../../core/statistics.ts";
import { minutesPerDay } from "../../core/units.ts";
import { paretoFrontier } from "../frontier.ts";
import { compareWithAll } from "../statistics-paired.ts";
import { type DayOutcome, thesisConstants } from "./microk8s-simulator.ts";

/** One controller over the same days, in their order. */
export type PlayedDays = { readonly controller: string; readonly days: readonly DayOutcome[] };

/** Means over days, with 95 % bootstrap intervals where they are compared. */
export type DayRow = {
  readonly controller: string;
  readonly violatingMinutes: Estimate;
  readonly dollars: Estimate;
  readonly meanMs: number;
  readonly p95Ms: number;
  readonly meanCpu: number;
  readonly meanPods: number;
  readonly sizeChanges: number;
};

export function dayRow({ controller, days }: PlayedDays, rng: Rng): DayRow {
  const mean = (of: (day: DayOutcome) => number): number => meanOf(days.map(of));
  const estimate = (name: string, of: (day: DayOutcome) => number): Estimate =>
    bootstrapMean(days.map(of), rng.split(name));
  return {
    controller,
    violatingMinutes: estimate("minutes", ({ violatingMinutes }) => violatingMinutes),
    dollars: estimate("dollars", ({ dollars }) => dollars),
    meanMs: mean(({ meanMs }) => meanMs),
    p95Ms: mean(({ p95Ms }) => p95Ms),
    meanCpu: mean(({ meanCpu }) => meanCpu),
    meanPods: mean(({ meanPods }) => meanPods),
    sizeChanges: mean(({ sizeChanges }) => sizeChanges),
  };
}

export type FrontierDay = {
  readonly controller: string;
  readonly violatingMinutes: number;
  readonly dollars: number;
};

/** Settings that none other beats in both minutes and money, the cheapest first. */
export function dayFrontier(played: readonly PlayedDays[]): FrontierDay[] {
  return paretoFrontier(
    played.map(({ controller, days }) => ({
      controller,
      cost: meanOf(days.map(({ dollars }) => dollars)) / dollarsPerPodSecond,
      violatingShare: meanOf(days.map(({ violatingMinutes }) => violatingMinutes)) / minutesPerDay,
    })),
  ).map(({ controller, cost, violatingShare }) => ({
    controller,
    violatingMinutes: violatingShare * minutesPerDay,
    dollars: cost * dollarsPerPodSecond,
  }));
}

const dollarsPerPodSecond = thesisConstants.dollarsPerPodHour / 3_600;

/** Another controller's mean minus the hybrid's, day by day. */
export type DayDifference = {
  readonly controller: string;
  readonly measure: "violating minutes" | "dollars";
  /** Below 0 the other is better than the hybrid. */
  readonly difference: Estimate;
  /** Sign-flip test, Holm-corrected over all controllers of the measure. */
  readonly p: number;
};

/** Every other controller against the thesis' hybrid on the same days. */
export function againstHybrid(hybrid: PlayedDays, others: readonly PlayedDays[], rng: Rng): DayDifference[] {
  const measures = [
    { measure: "violating minutes", of: ({ violatingMinutes }: DayOutcome) => violatingMinutes },
    { measure: "dollars", of: ({ dollars }: DayOutcome) => dollars },
  ] as const;
  return measures.flatMap(({ measure, of }) => {
    const strata = new Map(others.map(({ controller, days }) => [controller, [days.map(of)]]));
    return compareWithAll([hybrid.days.map(of)], strata, rng.split(measure)).map((row) => ({
      controller: row.opponent,
      measure,
      difference: row.difference,
      p: row.pAdjusted,
    }));
  });
}

/** Of the settings that violate in no more minutes than this the cheapest; undefined where there is none. */
export function cheapestWithin(frontier: readonly FrontierDay[], violatingMinutes: number): FrontierDay | undefined {
  return frontier.find((point) => point.violatingMinutes <= violatingMinutes);
}

/** Of the settings that cost no more than this the one that violates least; undefined where there is none. */
export function bestWithin(frontier: readonly FrontierDay[], dollars: number): FrontierDay | undefined {
  return frontier.findLast((point) => point.dollars <= dollars);
}
