import { quantileOfSample, sumOf } from "../../core/statistics.ts";
import type { NumpyRandom } from "./numpy-random.ts";

/** Constants of the thesis' simulator. @source rohmatmret/microk8s-autoscaling, statistical_validation_n30.py */
export const thesisConstants = {
  podCapacityPerS: 500,
  targetCpu: 0.7,
  minPods: 1,
  maxPods: 50,
  dollarsPerPodHour: 0.1,
  objectiveMs: 200,
} as const;

/** What a controller knows in a minute. */
export type MinuteView = {
  readonly minute: number;
  readonly readyPods: number;
  /** Ready and starting. */
  readonly pods: number;
  /** CPU as it is seen: the mean of this minute and the one before, [0, 1]. */
  readonly seenCpu: number;
  /** Requests per second in this minute, as they are. */
  readonly ratePerS: number;
};

/** Decides once a minute how many pods to start (above 0) or to stop at once (below 0). */
export type MinuteController = (view: MinuteView) => number;

/** One day under one controller. */
export type DayOutcome = {
  /** Minutes with a mean latency above the objective. */
  readonly violatingMinutes: number;
  readonly dollars: number;
  readonly meanMs: number;
  readonly p95Ms: number;
  /** Mean CPU of ready pods, [0, 1]. */
  readonly meanCpu: number;
  readonly meanPods: number;
  readonly maxPods: number;
  /** Minutes in which the size was changed. */
  readonly sizeChanges: number;
};

/**
 * The thesis' simulator: no queue, one number for a minute, latency a function of that minute's CPU alone. Pods are paid
 * from the minute after they were asked for. What a spike leaves behind is gone a minute later, so violating minutes
 * here are fewer than on any system that queues.
 *
 * @param ratePerS  requests per second: [minutes]
 * @param startup  draws start-up times
 */
export function playMicrok8sDay(
  ratePerS: Float64Array,
  controller: MinuteController,
  startup: NumpyRandom,
): DayOutcome {
  const tally = createTally(ratePerS.length);
  let ready = Math.max(1, Math.ceil(ratePerS[0]! / (thesisConstants.podCapacityPerS * thesisConstants.targetCpu)));
  let starting: readonly Starting[] = [];
  let lastCpu: number | undefined;
  for (const [minute, rate] of ratePerS.entries()) {
    ready += podsOf(starting.filter(({ readyAt }) => readyAt <= minute));
    starting = starting.filter(({ readyAt }) => readyAt > minute);
    const pods = ready + podsOf(starting);
    const cpu = ready > 0 ? Math.min(1, rate / (ready * thesisConstants.podCapacityPerS)) : 1;
    const seenCpu = lastCpu === undefined ? cpu : (lastCpu + cpu) / 2;
    lastCpu = cpu;
    const change = controller({ minute, readyPods: ready, pods, seenCpu, ratePerS: rate });
    tally.add(cpu, pods, change !== 0);
    if (change > 0) starting = [...starting, { pods: change, readyAt: minute + startupMinutes(startup) }];
    else ready += change;
  }
  return tally.outcome();
}

type Starting = { readonly pods: number; readonly readyAt: number };

function podsOf(starting: readonly Starting[]): number {
  return starting.reduce((sum, { pods }) => sum + pods, 0);
}

/** N(25, 8) s, at least 5 s, in whole minutes: in practice always one. */
function startupMinutes(startup: NumpyRandom): number {
  return Math.ceil(Math.max(5, startup.normal(25, 8)) / 60);
}

/** 100 ms up to 70 % CPU, then 5 ms more per point, 250 ms at full load: above the objective from 90 % on. */
function latencyS(cpu: number): number {
  return cpu <= thesisConstants.targetCpu ? 0.1 : 0.1 + (cpu - thesisConstants.targetCpu) * 0.5;
}

/** Whether a minute at this CPU is slower than the objective. */
export function isViolating(cpu: number): boolean {
  return latencyS(cpu) > thesisConstants.objectiveMs / 1_000;
}

type Tally = { add(cpu: number, pods: number, isChanged: boolean): void; outcome(): DayOutcome };

function createTally(minutes: number): Tally {
  const latencies: number[] = [];
  let violatingMinutes = 0;
  let podMinutes = 0;
  let maxPods = 0;
  let cpuSum = 0;
  let sizeChanges = 0;
  return {
    add: (cpu, pods, isChanged) => {
      latencies.push(latencyS(cpu) * 1_000);
      if (isViolating(cpu)) violatingMinutes++;
      podMinutes += pods;
      maxPods = Math.max(maxPods, pods);
      cpuSum += cpu;
      if (isChanged) sizeChanges++;
    },
    outcome: () => ({
      violatingMinutes,
      dollars: (podMinutes / 60) * thesisConstants.dollarsPerPodHour,
      meanMs: sumOf(latencies) / minutes,
      p95Ms: quantileOfSample(latencies, 0.95),
      meanCpu: cpuSum / minutes,
      meanPods: podMinutes / minutes,
      maxPods,
      sizeChanges,
    }),
  };
}
