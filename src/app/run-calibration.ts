import type { Timing } from "../control/loop/timing.ts";
import type { Topology } from "../system/topology/topology.ts";
import { type Calibration, declaredCalibration } from "../twin/calibrate/calibration.ts";
import type { ReadRun } from "./runs.ts";

/** Why the twin is not what one may expect: undefined where it is the one the team was trained on. */
function calibrationWarning(run: ReadRun | undefined, timing: Timing | undefined): string | undefined {
  const measured = run?.checkpoint.training.config["calibration"] as Calibration | undefined;
  if (measured === undefined || timing === undefined || measured.timing.timeScale === timing.timeScale)
    return undefined;
  return `the run's calibration is of time scale ${measured.timing.timeScale}, this is ${timing.timeScale}: the twin is as the topology declares`;
}

/**
 * What a comparison lacks that nobody left out on purpose.
 *
 * @param timing  undefined where the calibration was named
 */
export function teamWarnings(
  hasTeam: boolean,
  run: ReadRun | undefined,
  timing: Timing | undefined,
): readonly string[] {
  const noTeam = hasTeam && run === undefined ? ["no run of this topology was found: opponents play alone"] : [];
  const declared = calibrationWarning(run, timing);
  return declared === undefined ? noTeam : [...noTeam, declared];
}

/** The calibration a team was trained with, so that all play on the same twin; without a team the declared one. */
export function calibrationOfRun(run: ReadRun | undefined, topology: Topology, timing: Timing): Calibration {
  const measured = run?.checkpoint.training.config["calibration"] as Calibration | undefined;
  if (measured === undefined || measured.timing.timeScale !== timing.timeScale)
    return declaredCalibration(topology, timing);
  return measured;
}
