import { sumOf } from "../../core/statistics.ts";
import { type MinuteController, type MinuteView, thesisConstants } from "./microk8s-simulator.ts";

/** Minutes that must lie between two cuts of the size; growth is never held back. */
const minutesBetweenCuts = 5;

/**
 * What the thesis compares with as "Kubernetes HPA". It is none: the tolerance is 10 points of CPU instead of 10 % of the
 * target, after a cut it waits instead of taking the highest wish of the last 5 minutes, and nothing limits growth.
 *
 * @source rohmatmret/microk8s-autoscaling, statistical_validation_n30.py, its HPA
 */
export function createThesisHpa(): MinuteController {
  const { targetCpu } = thesisConstants;
  const cuts = createCutClock();
  return (view) => {
    const isTolerated = targetCpu - 0.1 <= view.seenCpu && view.seenCpu <= targetCpu + 0.1;
    if (isTolerated) return 0;
    const change = proportionalSize(view) - view.readyPods;
    if (change < 0 && !cuts.isAllowed(view.minute)) return 0;
    if (change !== 0) cuts.see(change, view.minute);
    return change;
  };
}

/**
 * What the thesis reports as its hybrid of DQN and PPO: a rule written by hand; the trained agent is never called. It
 * grows from 75 % CPU on, from 70 % where traffic rises by 15 %, and shrinks below 50 % only where traffic falls.
 *
 * @source rohmatmret/microk8s-autoscaling, statistical_validation_n30.py, its hybrid
 */
export function createThesisHybrid(): MinuteController {
  const cuts = createCutClock();
  const rates: number[] = [];
  return (view) => {
    rates.push(view.ratePerS);
    if (rates.length > 10) rates.shift();
    if (rates.length < 5) return 0;
    const trend = trendOf(rates);
    const change = proportionalSize(view) - view.readyPods;
    const isGrowing = view.seenCpu > 0.75 || (view.seenCpu > 0.7 && trend > 0.15);
    if (isGrowing) {
      if (change > 0) cuts.see(change, view.minute);
      return Math.max(0, change);
    }
    const isShrinking = view.seenCpu < 0.5 && trend < -0.05 && cuts.isAllowed(view.minute);
    if (!isShrinking || change >= 0) return 0;
    cuts.see(change, view.minute);
    return change;
  };
}

/** Size that brings the seen CPU to the target, inside the bounds. */
function proportionalSize({ readyPods, seenCpu }: MinuteView): number {
  const { minPods, maxPods, targetCpu } = thesisConstants;
  if (readyPods === 0) return minPods;
  return Math.max(minPods, Math.min(maxPods, Math.ceil(readyPods * (seenCpu / targetCpu))));
}

/** How traffic moves: the last five minutes against the five before, or the last against the fifth last. */
function trendOf(rates: readonly number[]): number {
  const [before, now] =
    rates.length < 10 ? [rates.at(-5)!, rates.at(-1)!] : [meanOfFive(rates.slice(0, 5)), meanOfFive(rates.slice(5))];
  return (now - before) / Math.max(before, 100);
}

function meanOfFive(rates: readonly number[]): number {
  return sumOf(rates) / 5;
}

type CutClock = { isAllowed(minute: number): boolean; see(change: number, minute: number): void };

/** Holds back a cut that follows a cut too soon; growth in between lifts that. */
function createCutClock(): CutClock {
  let lastCut: number | undefined;
  return {
    isAllowed: (minute) => lastCut === undefined || minute - lastCut >= minutesBetweenCuts,
    see: (change, minute) => {
      lastCut = change < 0 ? minute : undefined;
    },
  };
}
