import { needPriors } from "../control/need/prior.ts";
import { type Outcome, violatingShare } from "../control/loop/outcome.ts";
import { meanOf, sumOf } from "../core/statistics.ts";
import type { Topology } from "../system/topology/topology.ts";
import { meanRatePerS, type Workload, workloadLengthMs } from "../system/workload/workload.ts";

/**
 * What a team is trained to make small, for any autoscaler: kappa x violating share + pods / the pods that the mean
 * traffic needs at 100 % CPU, each pod counted by its share of the declared CPU limit. Mean over runs.
 */
export function lossOf(
  topology: Topology,
  workloads: readonly Workload[],
  outcomes: readonly Outcome[],
  kappa: number,
): number {
  const podsPerEntryRequest = sumOf(needPriors(topology).priorPodsPerEntryRequest);
  return meanOf(
    outcomes.map((outcome, index) => {
      const workload = workloads[index]!;
      const pods = (outcome.sizedPodSeconds * 1_000) / workloadLengthMs(workload);
      return kappa * violatingShare(outcome) + pods / (podsPerEntryRequest * meanRatePerS(workload));
    }),
  );
}
