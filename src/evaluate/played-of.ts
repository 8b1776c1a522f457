import { type Answered, outcomeOf } from "../control/loop/outcome.ts";
import { bucketMs, type Histogram, totalOf } from "../core/histogram.ts";
import { meanOf, meanOfKnown, sumOf } from "../core/statistics.ts";
import { milliCpuToCores, minutesPerDay } from "../core/units.ts";
import type { Topology } from "../system/topology/topology.ts";
import { type Workload, workloadLengthMs } from "../system/workload/workload.ts";
import { countFlaps } from "./flaps.ts";
import { karmaReward, pendingPodShare, standardDeviation } from "./karma-reward.ts";
import { lossOf } from "./loss.ts";
import type { Period } from "./period.ts";
import type { Played, Timeline } from "./played.ts";
import { type PriceSheet, moneyOf } from "./prices.ts";
import { meanRecoveryS } from "./recovery.ts";

export type PlayedContext = {
  readonly topology: Topology;
  readonly workload: Workload;
  readonly timeScale: number;
  readonly prices: PriceSheet;
};

/** Price of violations in the reward that is told: that of training when nothing else is said. */
const KAPPA = 40;

/** What users met and what it cost, from a twin or from a load and its cluster. */
export type Told = Answered & {
  /** Without a good answer. */
  readonly failed: number;
  /** Replicas x time, seconds of the cluster's clock: [services]. */
  readonly servicePodSeconds: readonly number[];
  /** The same, each replica counted by its CPU limit / the declared one: [services]. */
  readonly serviceSizedPodSeconds: readonly number[];
};

/** All figures of one play: formulas in docs/measures.md. */
export function playedOf(outcome: Told, timeline: Timeline, context: PlayedContext): Played {
  const { topology, workload, timeScale, prices } = context;
  const { failed, latency, servicePodSeconds, serviceSizedPodSeconds } = outcome;
  const { periods, changes } = timeline;
  const spent = { podSeconds: sumOf(servicePodSeconds), sizedPodSeconds: sumOf(serviceSizedPodSeconds) };
  const told = outcomeOf(outcome, spent, changes.length);
  const rewards = periods.map((period) => karmaReward(period, topology.objective.p95Ms));
  return {
    ...told,
    failed,
    meanLatencyMs: meanOfHistogram(latency),
    pendingRequestShare: meanOfKnown(periods.map(pendingRequestShare)),
    pendingPodShare: meanOfKnown(periods.map(pendingPodShare)),
    recoveryS: recoveryOf(periods, context),
    flaps: countFlaps(changes, timeScale),
    coreSeconds: coreSecondsOf(serviceSizedPodSeconds, topology),
    money: moneyOf(outcome, timeScale, topology, prices),
    slowMinutesPerDay: slowMinutesPerDay(periods, topology.objective.p95Ms),
    reward: -lossOf(topology, [workload], [told], KAPPA),
    karmaReward: meanOf(rewards),
    karmaRewardSd: standardDeviation(rewards),
    lengthS: (workloadLengthMs(workload) * timeScale) / 1_000,
  };
}

function coreSecondsOf(sizedPodSeconds: readonly number[], { services }: Topology): number {
  return sumOf(services.map(({ cpuMilli }, index) => sizedPodSeconds[index]! * milliCpuToCores(cpuMilli)));
}

function recoveryOf(periods: readonly Period[], { topology, workload, timeScale }: PlayedContext): number {
  return meanRecoveryS(periods, {
    faults: workload.faults,
    allowedShare: 1 - topology.objective.availability,
    timeScale,
    endMs: workloadLengthMs(workload),
  });
}

function meanOfHistogram(histogram: Histogram): number {
  const sum = histogram.counts.reduce((total, count, bucket) => total + count * bucketMs(bucket), 0);
  return sum / totalOf(histogram);
}

function pendingRequestShare({ pendingRequests, requests }: Period): number {
  return requests > 0 ? pendingRequests / requests : Number.NaN;
}

function slowMinutesPerDay(periods: readonly Period[], objectiveMs: number): number {
  const known = periods.filter(({ latencyMs }) => !Number.isNaN(latencyMs));
  return (known.filter(({ latencyMs }) => latencyMs > objectiveMs).length / known.length) * minutesPerDay;
}
