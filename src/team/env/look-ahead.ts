import type { FluidTwin } from "../../twin/fluid/fluid-twin.ts";

/** How far the critic looks ahead, s of the scenario. */
export const privilegedHorizonsS = [1, 15, 30, 45, 60, 90, 150, 300] as const;

export type Outlook = {
  readonly twin: Pick<FluidTwin, "futureRatePerS">;
  readonly timeScale: number;
  readonly meanRatePerS: number;
  /** Logarithms of the true rates to come / the mean: [environments][horizons]. */
  readonly privileged: Float32Array;
};

/** Writes what is to come in an environment. */
export function lookAhead({ twin, timeScale, meanRatePerS, privileged }: Outlook, environment: number): void {
  for (const [k, horizonS] of privilegedHorizonsS.entries()) {
    const rate = twin.futureRatePerS(environment, (horizonS * 1_000) / timeScale);
    privileged[environment * privilegedHorizonsS.length + k] = Math.log(Math.max(0.01, rate / meanRatePerS));
  }
}
