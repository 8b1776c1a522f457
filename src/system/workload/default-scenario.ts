import type { Topology } from "../topology/topology.ts";
import { scenarioDefaults } from "./scenario-defaults.ts";
import type { Scenario } from "./scenario.ts";
import { defaultVolumePerS } from "./volume.ts";

/**
 * Ten minutes for a topology without a scenario: a day in small, a sudden crowd on its rising side, a stronger one at
 * night. At the default volume the peaks stay just below what the bottleneck can serve at maximum replicas.
 */
export function defaultScenario(topology: Topology): Scenario {
  return {
    arrivals: {
      process: scenarioDefaults.process,
      volumePerS: topology.arrivalsPerS ?? defaultVolumePerS(topology),
      daily: { amplitude: 0.25, periodS: scenarioDefaults.lengthS, phase: 0 },
      flashCrowds: [
        { atS: 120, factor: 1.6, rampS: 15, holdS: 45, decayS: 45 },
        { atS: 390, factor: 2.2, rampS: 15, holdS: 60, decayS: 45 },
      ],
      isSynthetic: false,
    },
    faults: [],
    lengthS: scenarioDefaults.lengthS,
    seed: scenarioDefaults.seed,
  };
}
