import { needPriors } from "../../control/need/prior.ts";
import { createRng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Calibration } from "../../twin/calibrate/calibration.ts";
import { createFluidTwin } from "../../twin/fluid/create-fluid-twin.ts";
import type { FluidTwin } from "../../twin/fluid/fluid-twin.ts";

/** Steady loads that are tried, as shares of what the largest allowed sizes serve at 100 % CPU. */
const loads: readonly number[] = Array.from({ length: 24 }, (_, k) => 0.08 + 0.015 * k);
const smallest = 1;
const largest = 4;
const ratio = 1.04;
const settleTicks = 30;
const measuredTicks = 30;

/**
 * How many replicas a steady load needs to keep the objective, as a multiple of the pods that would be 100 % busy:
 * the smallest multiple at which no more than `violatingShare` of the requests violate it. Where replicas slow down
 * early (small CPU limits) or the objective is tight, this is 2 or more; where they do not, 1.1.
 */
export function measureHeadroom(topology: Topology, calibration: Calibration, violatingShare = 0.03): number {
  const environments = loads.length;
  const tickMs = 1_000 / calibration.timing.timeScale;
  const twin = createFluidTwin(topology, calibration, { environments, tickMs });
  for (let multiple = smallest; multiple < largest; multiple *= ratio)
    if (violatingAt(topology, twin, multiple) <= violatingShare) return multiple;
  return largest;
}

function violatingAt(topology: Topology, twin: FluidTwin, multiple: number): number {
  const needs = needPriors(topology).priorPodsPerEntryRequest;
  const capacities = topology.services.map(({ maxReplicas }, service) => maxReplicas / needs[service]!);
  for (const [environment, load] of loads.entries()) {
    const ratePerS = Float64Array.of(load * Math.min(...capacities));
    const initialReplicas = needs.map((need, service) => {
      const { minReplicas, maxReplicas } = topology.services[service]!;
      return Math.min(maxReplicas, Math.max(minReplicas, Math.ceil(multiple * need * ratePerS[0]!)));
    });
    twin.reset(environment, { ratePerS, stepMs: 1_000, rng: createRng(environment), initialReplicas });
  }
  twin.advance(settleTicks);
  twin.clearOutcome();
  twin.advance(measuredTicks);
  const { violating, requests } = twin.outcome;
  return sumOf(violating) / sumOf(requests);
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
