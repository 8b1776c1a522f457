import type { Doubts } from "../../control/autoscalers/fallback.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Calibration } from "../../twin/calibrate/calibration.ts";
import { createDriftTest } from "../../twin/calibrate/drift.ts";

/**
 * Doubts about services whose requests have come to cost another CPU time than the team was told in training. They last as
 * long as the drift test says so.
 *
 * @param told  what the team's twin was made of, for this topology as it runs
 */
export function driftDoubts(told: Calibration, topology: Topology): Doubts {
  const test = createDriftTest(told, topology);
  return (readings) => {
    test.observe(readings);
    const factors = new Map(test.drifted().map(({ service, factor }) => [service, factor]));
    return topology.services.map(({ name }) => {
      const factor = factors.get(name);
      return factor === undefined ? [] : [`drift: a request costs ${factor.toFixed(2)} times the CPU of training`];
    });
  };
}
