import type { Rng } from "../../../src/core/rng.ts";
import { type PodView, type Sample, conditionOf } from "./pods.ts";
import type { Rival } from "./rivals.ts";

/** What the HPA is told at one sync. */
export type Told = {
  /** By name of pod; undefined: CPU cannot be read. */
  readonly samples: ReadonlyMap<string, Sample> | undefined;
  /** Thousandths of requests per second; undefined: the rate cannot be read. */
  readonly rateMilli: number | undefined;
};

/** Around the target, where rounding and tolerance decide, and far from it. */
const ratios = [0.2, 0.4, 0.6, 0.75, 0.8, 0.88, 0.92, 0.97, 1, 1.02, 1.04, 1.08, 1.12, 1.2, 1.35, 1.6, 2, 3];

export type Targets = { readonly percent: number | undefined; readonly perS: number | undefined };

export function drawTold(rival: Rival, targets: Targets, pods: readonly PodView[], atMs: number, rng: Rng): Told {
  const isCpuLost = rng.uniform() < (rival.failing ?? 0);
  const isRateLost = rng.uniform() < (rival.failing ?? 0);
  return {
    samples:
      targets.percent === undefined || isCpuLost ? undefined : drawSamples(rival, targets.percent, pods, atMs, rng),
    rateMilli:
      targets.perS === undefined || isRateLost
        ? undefined
        : Math.round(targets.perS * 1_000 * pods.length * one(ratios, rng) * rng.between(0.98, 1.02)),
  };
}

function drawSamples(
  rival: Rival,
  percent: number,
  pods: readonly PodView[],
  atMs: number,
  rng: Rng,
): ReadonlyMap<string, Sample> {
  const running = pods.filter(({ status }) => status.phase === "Running");
  const lost = rng.uniform() < (rival.missing ?? 0) ? 1 + rng.integer(Math.max(1, running.length - 1)) : 0;
  const told = shuffled(running, rng).slice(lost);
  const ratio = one(ratios, rng);
  // A long window makes pods that became ready within it count as starting.
  const windowS = rng.uniform() < 0.25 ? 30 : 1;
  return new Map(
    told.map((pod) => {
      const isReady = conditionOf(pod, "Ready")?.status === "True";
      const useMilli = Math.max(0, Math.round((10 * percent * ratio * rng.between(0.7, 1.3)) / 100));
      // What a pod that is not ready burns must not count.
      const sample = { useMilli: isReady ? useMilli : useMilli * 7, atS: Math.floor(atMs / 1_000), windowS };
      return [pod.metadata.name, sample];
    }),
  );
}

function one<Value>(values: readonly Value[], rng: Rng): Value {
  return values[rng.integer(values.length)]!;
}

function shuffled<Value>(values: readonly Value[], rng: Rng): readonly Value[] {
  return values
    .map((value) => ({ value, at: rng.uniform() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
