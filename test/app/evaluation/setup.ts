import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import { createProgress } from "../../../src/host/progress.ts";
import type { Host } from "../../../src/app/host.ts";
import type { PlaySetup } from "../../../src/app/evaluation/play-job.ts";
import type { ScenarioSetup } from "../../../src/app/evaluation/scenario-setup.ts";
import { defaultPrices } from "../../../src/evaluate/prices.ts";
import type { Arrivals } from "../../../src/system/workload/scenario.ts";
import type { Trace } from "../../../src/system/workload/trace.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { chain } from "../../evaluate/chain.ts";

export function hostIn(cwd: string, signal: AbortSignal = new AbortController().signal): Host {
  return { progress: createProgress("quiet"), signal, cwd };
}

/** Ten minutes on the chain. */
export function scenarioOf(name: string, arrivals: Partial<Arrivals> = {}, trace?: Trace): ScenarioSetup {
  const part = trace === undefined ? {} : { trace: { file: name, row: 1, startS: 0 } };
  return {
    name,
    inputs: {
      topology: chain,
      topologyPath: "",
      topologyHash: "",
      scenario: {
        arrivals: { process: "poisson", volumePerS: 200, flashCrowds: [], isSynthetic: false, ...arrivals, ...part },
        faults: [],
        lengthS: 600,
        seed: 1,
      },
      traces: trace === undefined ? new Map() : new Map([[`${name}#1`, trace]]),
      warnings: [],
    },
  };
}

/** Ten minutes of a recording, one value a minute. */
export function recording(...perS: readonly number[]): Trace {
  return { ratePerS: Float64Array.from(perS), stepMs: 60_000 };
}

export function setupOf(...scenarios: readonly ScenarioSetup[]): PlaySetup {
  const calibration = declaredCalibration(chain, kubernetesTiming);
  return { scenarios, calibration, twin: "fluid", prices: defaultPrices, checkpoints: {} };
}
