import { createRng, type Rng } from "../core/rng.ts";
import { KarmaError } from "../core/errors.ts";
import { realizeWorkload } from "../system/workload/realize.ts";
import { traceKey } from "../system/workload/scenario.ts";
import { syntheticRates } from "../system/workload/synthetic.ts";
import { traceLengthS } from "../system/workload/trace.ts";
import { volumePerS } from "../system/workload/volume.ts";
import { meanRatePerS, type Workload } from "../system/workload/workload.ts";
import type { TrafficSource } from "../team/env/scaling-env.ts";
import type { Inputs } from "./inputs.ts";

/** Step of realised rates, ms of the scenario. */
const RATE_STEP_MS = 1_000;

export type TrafficOptions = {
  /** Seconds of the scenario that pass in one second. */
  readonly timeScale: number;
  /** Mean arrivals that replace the scenario's, requests per second. */
  readonly volumePerS?: number | undefined;
};

/** The scenario's arrivals and faults with the dice of one generator. */
export function workloadOf(inputs: Inputs, rng: Rng, options: TrafficOptions): Workload {
  const { timeScale, volumePerS: volume } = options;
  return realizeWorkload(inputs.scenario, inputs.topology, {
    rng,
    stepMs: RATE_STEP_MS / timeScale,
    timeScale,
    traces: inputs.traces,
    ...(volume === undefined ? {} : { volume }),
  });
}

/** Workloads to evaluate on: their dice share nothing with those of training. */
export function evaluationWorkloads(inputs: Inputs, seeds: readonly number[], options: TrafficOptions): Workload[] {
  return seeds.map((seed) => workloadOf(inputs, createRng(`evaluate ${seed}`), options));
}

/**
 * What training traffic lies around, requests per second: the volume the scenario's parts multiply, so that a team
 * trains where it is evaluated; with a trace its mean.
 */
export function trainingVolumePerS(inputs: Inputs, options: TrafficOptions): number {
  const { arrivals } = inputs.scenario;
  const declared = options.volumePerS ?? volumePerS(arrivals, inputs.topology);
  const volume =
    arrivals.trace === undefined ? declared : meanRatePerS(workloadOf(inputs, createRng("mean of trace"), options));
  if (volume > 0) return volume;
  throw new KarmaError("INPUT_INVALID", "the scenario has no arrivals", "give it a volume above 0");
}

/**
 * Traffic to learn from. Every other episode is a piece of one of the traces where there are any; all others are random
 * curves of the bursty family around the scenario's volume, so that a team does not learn one curve by heart.
 */
export function trainingTraffic(inputs: Inputs, options: TrafficOptions): TrafficSource {
  const volume = trainingVolumePerS(inputs, options);
  const stepMs = RATE_STEP_MS / options.timeScale;
  const recorded = recordedRates(inputs, options);
  return (rng, lengthMs) => {
    const steps = Math.ceil(lengthMs / stepMs);
    const long = recorded.filter((rates) => rates.length > steps);
    if (long.length > 0 && rng.uniform() < 0.5) {
      const rates = long.length === 1 ? long[0]! : long[rng.integer(long.length)]!;
      const start = rng.integer(rates.length - steps);
      return { stepMs, ratePerS: rates.subarray(start, start + steps) };
    }
    const lengthS = (steps * RATE_STEP_MS) / 1_000;
    return {
      stepMs,
      ratePerS: syntheticRates(rng, { lengthS, stepMs: RATE_STEP_MS, volume, topology: inputs.topology }),
    };
  };
}

/** Each trace as it would arrive if the scenario's were it. */
function recordedRates(inputs: Inputs, options: TrafficOptions): Float64Array[] {
  const { scenario, traces } = inputs;
  const { trace: part } = scenario.arrivals;
  if (part === undefined) return [];
  return [...traces.values()].map((trace, index) => {
    const lengthS = index === 0 ? scenario.lengthS : traceLengthS(trace);
    const own = { ...inputs, traces: new Map([[traceKey(part), trace]]), scenario: { ...scenario, lengthS } };
    return workloadOf(own, createRng("trace"), options).ratePerS;
  });
}
