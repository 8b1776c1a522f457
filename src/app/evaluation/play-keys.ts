import { sha256 } from "../../host/hash.ts";
import { sourceHash } from "../../host/source-hash.ts";
import type { PlayJob, PlaySetup } from "./play-job.ts";

/** Folders and files of src/ whose code decides what a play gives. */
export const playSources: readonly string[] = [
  "core",
  "system",
  "control",
  "nn",
  "twin",
  "team",
  "evaluate",
  "app/evaluation/play-here.ts",
  "app/evaluation/scenario-setup.ts",
  "app/evaluation/truth.ts",
  "app/opponents.ts",
  "app/traffic.ts",
];

/** A play is the same play when the code, the twin, the traffic and the autoscaler are. */
export function keysOf(setup: PlaySetup): (job: PlayJob) => string {
  const { calibration, twin, prices, truth, fallback, checkpoints } = setup;
  const shared = sha256(JSON.stringify([sourceHash(playSources), calibration, twin, prices, truth, fallback]));
  const scenarios = setup.scenarios.map(({ inputs, volumePerS, lengthS }) => {
    const traces = [...inputs.traces].map(([, trace]) => [trace.stepMs, sha256(trace.ratePerS.join(" "))]);
    const { trace, ...arrivals } = inputs.scenario.arrivals;
    const { topology: _, seed: __, ...scenario } = { ...inputs.scenario, arrivals };
    const { name: ___, ...topology } = inputs.topology;
    return sha256(JSON.stringify([topology, scenario, trace?.startS, traces, volumePerS, lengthS]));
  });
  const teams = new Map(Object.entries(checkpoints).map(([name, text]) => [name, sha256(text)]));
  return ({ scenario, purpose, seed, spec, factor, isRecorded }) =>
    sha256(
      JSON.stringify([shared, scenarios[scenario], purpose, seed, spec, teams.get(spec), factor, isRecorded === true]),
    );
}
