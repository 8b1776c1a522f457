import type { Timing } from "../../control/loop/timing.ts";

/** Tick of the twin, ms of the scenario. */
const tickScenarioMs = 1_000;
const episodeScenarioMs = 3_600_000;

/** How a scaling game counts time. */
export type ScalingTimes = {
  readonly tickMs: number;
  readonly ticksPerStep: number;
  /** Of a control step. */
  readonly stepMs: number;
  readonly stepsPerEpisode: number;
};

/** @param episodeSteps  control steps of an episode; an hour of the scenario when left out */
export function scalingTimes({ syncPeriodMs, timeScale }: Timing, episodeSteps?: number): ScalingTimes {
  const tickMs = tickScenarioMs / timeScale;
  const ticksPerStep = Math.max(1, Math.round(syncPeriodMs / tickMs));
  const stepMs = ticksPerStep * tickMs;
  const stepsPerEpisode = episodeSteps ?? Math.round(episodeScenarioMs / timeScale / stepMs);
  return { tickMs, ticksPerStep, stepMs, stepsPerEpisode };
}
