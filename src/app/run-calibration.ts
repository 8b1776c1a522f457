import type { Timing } from "../control/loop/timing.ts";
import type { Topology } from "../system/topology/topology.ts";
import { type Calibration, declaredCalibration } from "../twin/calibrate/calibration.ts";
import type { ReadRun } from "./runs.ts";

/** The calibration a team was trained with, so that all play on the same twin; without a team the declared one. */
export function calibrationOfRun(run: ReadRun | undefined, topology: Topology, timing: Timing): Calibration {
  const measured = run?.checkpoint.training.config["calibration"] as Calibration | undefined;
  if (measured === undefined || measured.timing.timeScale !== timing.timeScale)
    return declaredCalibration(topology, timing);
  return measured;
}
