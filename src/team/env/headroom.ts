import { needPriors } from "../../control/need/prior.ts";
import { createRng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { type Calibration, declaredCalibration } from "../../twin/calibrate/calibration.ts";
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
  const needs = calibratedNeeds(topology, calibration);
  for (let multiple = smallest; multiple < largest; multiple *= ratio)
    if (violatingAt(topology, twin, needs, multiple) <= violatingShare) return multiple;
  return largest;
}

/**
 * Pods at 100 % CPU per entry request per second, as calibrated: agents multiply the need they see, which is that of the
 * running system, whatever its topology declares.
 */
function calibratedNeeds(topology: Topology, calibration: Calibration): Float64Array {
  const declared = declaredCalibration(topology, calibration.timing);
  return needPriors(topology).priorPodsPerEntryRequest.map((need, service) => {
    const toldMs = declared.services[service]!.cpuMsPerRequest;
    return toldMs > 0 ? need * (calibration.services[service]!.cpuMsPerRequest / toldMs) : need;
  });
}

function violatingAt(topology: Topology, twin: FluidTwin, needs: Float64Array, multiple: number): number {
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
