import type { Service } from "../../system/topology/topology.ts";
import { type Recording, newSamples } from "./recording.ts";

/** What a service's waiting says of how its work varies. */
export type SpreadFit = {
  /** Standard deviation / mean of the CPU of a request; undefined where too little was waited for. */
  readonly workCv: number | undefined;
  readonly samples: number;
};

/** A service whose work varies so much, with so many replicas, so busy. */
export type WaitingService = {
  readonly workMs: number;
  readonly workScv: number;
  readonly limitCores: number;
  readonly utilisation: number;
  readonly replicas: number;
  /** Replicas of all callers together; 0 = users call. */
  readonly callers: number;
  readonly timeScale: number;
};

/** Mean wait of a request in it, ms, as a twin has it. */
export type ExpectedWaitMs = (service: WaitingService) => number;

const FEWEST_SAMPLES = 12;
/** Below it nobody waits, above it a window is no steady state. */
const LEAST_UTILISATION = 0.3;
const MOST_UTILISATION = 0.85;
const HIGHEST_SCV = 2;
const STEPS = 40;

/**
 * Mean waits rise with the spread of the work; the spread under which the fluid twin's waits are nearest to those that
 * were seen, in the sum of squared differences. Waits of single windows are noisy: many are needed.
 *
 * @param known  its `workMs` is the calibrated CPU of a request
 */
export function fitSpread(
  recording: Recording,
  index: number,
  { cpuMilli }: Service,
  known: Pick<WaitingService, "workMs" | "callers" | "timeScale">,
  expectedWaitMs: ExpectedWaitMs,
): SpreadFit {
  const seen = newSamples(recording, index).flatMap(({ cpu, waitMs, ready }) => {
    const utilisation = cpu[index]!;
    const isUsable = utilisation >= LEAST_UTILISATION && utilisation <= MOST_UTILISATION && ready[index]! > 0;
    return isUsable && waitMs[index]! >= 0 ? [{ utilisation, waitMs: waitMs[index]!, replicas: ready[index]! }] : [];
  });
  if (seen.length < FEWEST_SAMPLES) return { workCv: undefined, samples: seen.length };
  let best = { scv: 0, error: Number.POSITIVE_INFINITY };
  for (let step = 0; step <= STEPS; step++) {
    const scv = HIGHEST_SCV * (step / STEPS) ** 2;
    const error = seen.reduce((sum, { waitMs, ...load }) => {
      const service = { ...known, ...load, workScv: scv, limitCores: cpuMilli / 1_000 };
      return sum + (expectedWaitMs(service) - waitMs) ** 2;
    }, 0);
    if (error < best.error) best = { scv, error };
  }
  return { workCv: Math.sqrt(best.scv), samples: seen.length };
}
