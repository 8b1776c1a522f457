import { violatingShare } from "../control/loop/outcome.ts";
import type { Played } from "./played.ts";
import type { Better } from "./statistics.ts";

export type Measure = {
  readonly name: MeasureName;
  /** For a table's head. */
  readonly label: string;
  readonly unit:
    | "share"
    | "ms"
    | "s"
    | "pod-hours per hour"
    | "core-hours per hour"
    | "money per hour"
    | "per hour"
    | "minutes per day"
    | "";
  readonly better: Better;
  readonly of: (played: Played) => number;
};

const perHour = (value: number, { lengthS }: Played): number => (value * 3_600) / lengthS;

/** Podseconds are of the cluster's clock, which may run faster than the scenario; shares of its length are not. */
const meanOver = (seconds: number, { lengthS }: Played, timeScale: number): number => (seconds * timeScale) / lengthS;

/** Figures told of every autoscaler, with their formulas in docs/measures.md. */
export const measureNames = [
  "violatingShare",
  "availability",
  "p50Ms",
  "p95Ms",
  "p99Ms",
  "meanLatencyMs",
  "pendingRequestShare",
  "pendingPodShare",
  "recoveryS",
  "podHours",
  "coreHours",
  "cost",
  "money",
  "sizeChanges",
  "flaps",
  "reward",
  "karmaReward",
  "karmaRewardSd",
  "slowMinutes",
] as const;
export type MeasureName = (typeof measureNames)[number];

function lower(name: MeasureName, label: string, unit: Measure["unit"], of: Measure["of"]): Measure {
  return { name, label, unit, better: "lower", of };
}

function higher(name: MeasureName, label: string, unit: Measure["unit"], of: Measure["of"]): Measure {
  return { name, label, unit, better: "higher", of };
}

/** @param timeScale  of the clock that was played on */
export function measuresAt(timeScale: number): readonly Measure[] {
  return [
    lower("violatingShare", "violating requests", "share", violatingShare),
    higher("availability", "availability", "share", ({ failed, requests }) =>
      requests > 0 ? 1 - failed / requests : 1,
    ),
    lower("p50Ms", "p50", "ms", ({ p50Ms }) => p50Ms),
    lower("p95Ms", "p95", "ms", ({ p95Ms }) => p95Ms),
    lower("p99Ms", "p99", "ms", ({ p99Ms }) => p99Ms),
    lower("meanLatencyMs", "mean latency", "ms", ({ meanLatencyMs }) => meanLatencyMs),
    lower("pendingRequestShare", "pending requests", "share", ({ pendingRequestShare }) => pendingRequestShare),
    lower("pendingPodShare", "pending pods", "share", ({ pendingPodShare }) => pendingPodShare),
    lower("recoveryS", "recovery after a fault", "s", ({ recoveryS }) => recoveryS),
    lower("podHours", "pod-hours per hour", "pod-hours per hour", (played) =>
      meanOver(played.podSeconds, played, timeScale),
    ),
    lower("coreHours", "core-hours per hour", "core-hours per hour", (played) =>
      meanOver(played.coreSeconds, played, timeScale),
    ),
    lower("cost", "cost, in replicas of the declared size", "pod-hours per hour", (played) =>
      meanOver(played.sizedPodSeconds, played, timeScale),
    ),
    lower("money", "money per hour", "money per hour", (played) => perHour(played.money, played)),
    lower("sizeChanges", "size changes per hour", "per hour", (played) => perHour(played.sizeChanges, played)),
    lower("flaps", "flaps per hour", "per hour", (played) => perHour(played.flaps, played)),
    higher("reward", "reward", "", ({ reward }) => reward),
    higher("karmaReward", "KARMA's reward", "", ({ karmaReward }) => karmaReward),
    lower("karmaRewardSd", "its spread over time", "", ({ karmaRewardSd }) => karmaRewardSd),
    lower("slowMinutes", "slow minutes per day", "minutes per day", ({ slowMinutesPerDay }) => slowMinutesPerDay),
  ];
}
