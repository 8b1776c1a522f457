import type { ClusterEvent } from "../../control/loop/cluster.ts";
import { type Distribution, scaleDistribution } from "../../core/distribution.ts";
import { type Estimate, declaredEstimate, meanEstimate, sdOf } from "./estimate.ts";

/** How long replicas took to start, or why that cannot be told. */
export type StartupFit = {
  /** Replicas that were seen from creation to ready. */
  readonly startups: number;
  readonly startupMs: Distribution;
  readonly meanMs: Estimate;
  readonly problem?: string;
};

const FEWEST_FOR_MEAN = 3;
const FEWEST_FOR_SHAPE = 8;

/** From `created` to the first `ready` of the same replica; a few give the mean, more the whole distribution. */
export function fitStartup(events: readonly ClusterEvent[], service: string, declared: Distribution): StartupFit {
  const timesMs = startupTimesMs(events, service);
  const startups = timesMs.length;
  if (startups < FEWEST_FOR_MEAN) {
    const problem = `expected at least ${FEWEST_FOR_MEAN} replicas that started, found ${startups}`;
    return { startups, startupMs: declared, meanMs: declaredEstimate(declared.mean), problem };
  }
  const meanMs = meanEstimate(timesMs);
  if (startups < FEWEST_FOR_SHAPE) {
    const problem = `expected at least ${FEWEST_FOR_SHAPE} replicas that started to tell how the time varies`;
    const startupMs = shaped(declared, meanMs.value);
    return { startups, startupMs, meanMs, problem: `${problem}, found ${startups}; the spread is as declared` };
  }
  const [min, max] = [Math.min(...timesMs), Math.max(...timesMs)];
  return { startups, startupMs: { kind: "normal", mean: meanMs.value, sd: sdOf(timesMs), min, max }, meanMs };
}

function shaped(declared: Distribution, meanMs: number): Distribution {
  if (declared.mean === 0) return { kind: "constant", mean: meanMs };
  return scaleDistribution(declared, meanMs / declared.mean);
}

function startupTimesMs(events: readonly ClusterEvent[], service: string): number[] {
  const createdMs = new Map<string, number>();
  const timesMs: number[] = [];
  for (const { kind, pod, atMs, service: own } of events) {
    if (own !== service) continue;
    const started = createdMs.get(pod);
    if (kind === "created") createdMs.set(pod, atMs);
    else createdMs.delete(pod);
    if (kind === "ready" && started !== undefined) timesMs.push(atMs - started);
  }
  return timesMs;
}
