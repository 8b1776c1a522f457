import { KarmaError } from "../core/errors.ts";
import type { Fault } from "../system/workload/fault.ts";
import { realizeFaults } from "../system/workload/realize-faults.ts";
import type { FaultSource } from "../team/env/scaling-env.ts";
import { drawTrouble, type TroubleName, troubleNames } from "../team/env/trouble/trouble.ts";
import type { Inputs } from "./inputs.ts";

/** What may go wrong while a team trains: the scenario's own faults, or trouble that is drawn in each episode. */
export type TrainingFaults = "scenario" | Exclude<TroubleName, "none">;

export const trainingFaultNames: readonly TrainingFaults[] = [
  "scenario",
  ...troubleNames.filter((name): name is Exclude<TroubleName, "none"> => name !== "none"),
];

type World = { readonly timeScale: number; readonly meanRatePerS: number };

/** @throws KarmaError where the scenario has no fault, or one that cannot be had in many environments at once */
export function trainingFaults(faults: TrainingFaults, inputs: Inputs, world: World): FaultSource {
  const { topology } = inputs;
  if (faults === "scenario") return scenarioFaults(inputs, world.timeScale);
  return (rng, lengthMs) => drawTrouble({ family: faults }, { ...world, topology }, lengthMs, rng)?.faults ?? [];
}

/** A piece of the scenario as long as the episode, from anywhere in it; all of it, where it is shorter. */
function scenarioFaults({ scenario }: Inputs, timeScale: number): FaultSource {
  if (scenario.faults.length === 0)
    throw new KarmaError(
      "INPUT_INVALID",
      "expected faults in the scenario to train with, found none",
      "give the scenario faults, or train with --faults any, or without --faults",
    );
  if (scenario.faults.some((fault) => fault.kind === "bottleneck" && fault.of === "limit"))
    throw new KarmaError(
      "INPUT_INVALID",
      "expected no bottleneck of the limit in a scenario to train with, found one",
      "make it one of the work, or train without --faults scenario",
    );
  const allMs = (scenario.lengthS * 1_000) / timeScale;
  return (rng, lengthMs) => {
    const fromMs = rng.uniform() * (allMs - lengthMs);
    return realizeFaults(scenario.faults, timeScale, rng.split("faults")).flatMap((fault) =>
      pieceOf(fault, fromMs, lengthMs),
    );
  };
}

/** What of a fault is in a piece, on the piece's own clock. */
function pieceOf(fault: Fault, fromMs: number, lengthMs: number): readonly Fault[] {
  const atMs = fault.atMs - fromMs;
  if (atMs >= lengthMs) return [];
  if (fault.kind === "kill-pod") return atMs >= 0 ? [{ ...fault, atMs }] : [];
  const missedMs = Math.max(0, -atMs);
  const durationMs = fault.durationMs - missedMs;
  return durationMs > 0 ? [{ ...fault, atMs: atMs + missedMs, durationMs }] : [];
}
