import { KarmaError } from "../../core/errors.ts";
import type { Rng } from "../../core/rng.ts";
import type { Topology } from "../topology/topology.ts";
import { realizeFaults } from "./realize-faults.ts";
import { checkScenario } from "./scenario-checks.ts";
import { type Arrivals, type Scenario, traceKey } from "./scenario.ts";
import { type Shape, crowdsShape, dailyShape, drawCrowds, rampShape, stagesShape } from "./shape.ts";
import { syntheticRates } from "./synthetic.ts";
import { type Trace, rescaleTrace, traceRatePerS } from "./trace.ts";
import { volumePerS } from "./volume.ts";
import type { Workload } from "./workload.ts";

export type RealizeOptions = {
  readonly rng: Rng;
  /** Length of a step of the workload, ms of the run. */
  readonly stepMs: number;
  /** How many seconds of the scenario pass in one second of the run; >= 1. Rates stay what they are. */
  readonly timeScale: number;
  /** Replaces the scenario's volume, requests per second. */
  readonly volume?: number;
  /** Traces that the scenario names, by {@link traceKey}. */
  readonly traces: ReadonlyMap<string, Trace>;
};

/** Throws a scenario's dice: the rate in every step, and when what breaks. Same seed, same workload. */
export function realizeWorkload(scenario: Scenario, topology: Topology, options: RealizeOptions): Workload {
  const problems = checkScenario(scenario, topology);
  if (problems.length > 0) {
    throw new KarmaError("INPUT_INVALID", "the scenario does not fit the topology", "correct the names", { problems });
  }
  const { stepMs, timeScale } = options;
  const steps = Math.max(1, Math.ceil((scenario.lengthS * 1_000) / timeScale / stepMs));
  const stepS = (stepMs * timeScale) / 1_000;
  const ratePerS = baseRates(scenario, topology, steps, options);
  for (const shape of shapesOf(scenario, options.rng)) {
    for (let step = 0; step < steps; step++) ratePerS[step]! *= shape((step + 0.5) * stepS);
  }
  return { ratePerS, stepMs, faults: realizeFaults(scenario.faults, timeScale, options.rng.split("faults")) };
}

/** What the parts multiply: the volume, or a whole curve. */
function baseRates(scenario: Scenario, topology: Topology, steps: number, options: RealizeOptions): Float64Array {
  const { arrivals } = scenario;
  const { rng, stepMs, timeScale, volume = volumePerS(arrivals, topology) } = options;
  if (arrivals.isSynthetic) {
    const scenarioStepMs = stepMs * timeScale;
    const lengthS = (steps * scenarioStepMs) / 1_000;
    return syntheticRates(rng.split("synthetic"), { lengthS, stepMs: scenarioStepMs, volume, topology }).slice(
      0,
      steps,
    );
  }
  if (arrivals.trace === undefined) return new Float64Array(steps).fill(volume);
  const trace = rescaleTrace(findTrace(arrivals, options.traces), volume);
  const { startS } = arrivals.trace;
  return Float64Array.from({ length: steps }, (_, step) =>
    traceRatePerS(trace, startS + ((step + 0.5) * stepMs * timeScale) / 1_000),
  );
}

function findTrace({ trace }: Arrivals, traces: ReadonlyMap<string, Trace>): Trace {
  const found = traces.get(traceKey(trace!));
  if (found === undefined)
    throw new Error(`the trace ${traceKey(trace!)} was not read before the scenario was realised`);
  return found;
}

function shapesOf({ arrivals, lengthS }: Scenario, rng: Rng): readonly Shape[] {
  const { ramp, stages, daily, flashCrowds, randomCrowds } = arrivals;
  const shapes: Shape[] = [];
  if (ramp !== undefined) shapes.push(rampShape(ramp));
  if (stages !== undefined) shapes.push(stagesShape(stages));
  if (daily !== undefined) shapes.push(dailyShape(daily));
  if (flashCrowds.length > 0) shapes.push(crowdsShape(flashCrowds));
  if (randomCrowds !== undefined) shapes.push(crowdsShape(drawCrowds(randomCrowds, 0, lengthS, rng.split("crowds"))));
  return shapes;
}
