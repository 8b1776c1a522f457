import type { IterationMetrics } from "../team/learn/ippo.ts";
import type { Validation } from "../team/learn/validation.ts";

/** A line of `metrics.jsonl`: the same bytes for the same seed, so no clock in it. */
export type RunMetrics = IterationMetrics & { readonly validation?: Validation };

/** What TensorBoard draws of an iteration, by the group it stands in. */
export function scalarsOf(metrics: RunMetrics): Readonly<Record<string, number>> {
  const { iteration, steps: _, reward, totals, validation, ...learning } = metrics;
  return {
    "training/iteration": iteration,
    "training/reward": reward,
    ...playScalars("training", totals),
    ...named("learning", learning),
    ...(validation && { "validation/reward": validation.reward, ...playScalars("validation", validation.totals) }),
  };
}

/** What one looks at while a training runs; everything stands in `metrics.jsonl`. */
export function lineOf({ reward, totals, ...learning }: RunMetrics, stepsPerS: number): string {
  const { policyLoss, valueLoss, approximateKl, entropy } = learning;
  const play = playOf(totals);
  return [
    `reward ${reward.toFixed(3)}`,
    play === undefined ? "" : `violating ${(100 * play.violatingShare).toFixed(2)} %, ${play.pods.toFixed(1)} pods`,
    `losses ${policyLoss.toFixed(4)} ${valueLoss.toFixed(3)}`,
    `KL ${approximateKl.toFixed(4)}`,
    `entropy ${entropy.toFixed(2)}`,
    `${Math.round(stepsPerS)} steps/s`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

type Totals = RunMetrics["totals"];

/** Violating requests / requests, and pods of all services in a step of an environment; undefined where it has none. */
function playOf(totals: Totals): { readonly violatingShare: number; readonly pods: number } | undefined {
  const { requests, violating, pods, steps } = totals;
  if (requests === undefined || violating === undefined || pods === undefined || steps === undefined) return undefined;
  return { violatingShare: violating / Math.max(1, requests), pods: pods / Math.max(1, steps) };
}

function playScalars(group: string, totals: Totals): Readonly<Record<string, number>> {
  return { ...named(group, playOf(totals) ?? {}), ...named(`${group} totals`, totals) };
}

function named(group: string, values: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${group}/${name}`, value]));
}
