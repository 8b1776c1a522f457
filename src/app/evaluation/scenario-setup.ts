import { createRng } from "../../core/rng.ts";
import type { Scenario } from "../../system/workload/scenario.ts";
import { traceLengthS } from "../../system/workload/trace.ts";
import type { Workload } from "../../system/workload/workload.ts";
import type { Inputs } from "../inputs.ts";
import { workloadOf } from "../traffic.ts";

/** One kind of traffic that autoscalers are played on; plain data, so that it can be handed to a worker. */
export type ScenarioSetup = {
  /** For tables: the scenario's or the trace's file without its ending. */
  readonly name: string;
  readonly inputs: Inputs;
  /** Mean arrivals instead of the scenario's. */
  readonly volumePerS?: number | undefined;
  /** Length of a play, s; the scenario's when left out. Of a longer trace each seed gets a piece of its own. */
  readonly lengthS?: number | undefined;
};

/** Dice of evaluation, of tuning and of recording share nothing: their names differ. */
export type Purpose = "evaluate" | "tune" | "record";

export function workloadFor(setup: ScenarioSetup, purpose: Purpose, seed: number, timeScale: number): Workload {
  const rng = createRng(`${purpose} ${seed}`);
  const { inputs, volumePerS, lengthS } = setup;
  const scenario = lengthS === undefined ? inputs.scenario : shortened(inputs, lengthS, rng.split("piece").uniform());
  return workloadOf({ ...inputs, scenario }, rng, { timeScale, volumePerS });
}

export function lengthOf({ inputs, lengthS }: ScenarioSetup): number {
  return lengthS === undefined ? inputs.scenario.lengthS : Math.min(lengthS, inputs.scenario.lengthS);
}

/** @param place  where in a trace the piece begins, [0, 1) of what is possible */
function shortened({ scenario, traces }: Inputs, lengthS: number, place: number): Scenario {
  if (lengthS >= scenario.lengthS) return scenario;
  const faults = scenario.faults.filter(({ startS }) => startS < lengthS);
  const { trace } = scenario.arrivals;
  if (trace === undefined) return { ...scenario, lengthS, faults };
  const [recorded] = traces.values();
  const room = Math.max(0, traceLengthS(recorded!) - lengthS);
  const arrivals = { ...scenario.arrivals, trace: { ...trace, startS: trace.startS + Math.floor(place * room) } };
  // The key of a trace is its file and row: the piece finds it.
  return { ...scenario, lengthS, faults, arrivals };
}
