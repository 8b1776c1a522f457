import type { Readings } from "../../control/readings/readings.ts";
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

/** More than so much of what comes in a window left behind or caught up with: no steady state. */
const MOST_UNBALANCED_SHARE = 0.1;

/**
 * Mean waits rise with the spread of the work: the spread under which the fluid twin's waits are nearest to those that
 * were seen, in the sum of absolute differences of logarithms, which a few windows with a backlog do not move. Waits of
 * single windows are noisy: many are needed. Waits that are longer than any spread explains tell none.
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
  const samples = newSamples(recording, index);
  const seen = samples.filter((one, at) => isSteady(one, samples[at - 1], index));
  if (seen.length < FEWEST_SAMPLES) return { workCv: undefined, samples: seen.length };
  const errorOf = (workScv: number): number =>
    seen.reduce((sum, { cpu, waitMs, ready }) => {
      const load = { utilisation: cpu[index]!, replicas: ready[index]! };
      const expectedMs = expectedWaitMs({ ...known, ...load, workScv, limitCores: cpuMilli / 1_000 });
      return sum + Math.abs(Math.log(waitMs[index]! / expectedMs));
    }, 0);
  const tried = Array.from({ length: STEPS + 1 }, (_, step) => HIGHEST_SCV * (step / STEPS) ** 2);
  const errors = tried.map(errorOf);
  const best = errors.indexOf(Math.min(...errors));
  return { workCv: best === STEPS ? undefined : Math.sqrt(tried[best]!), samples: seen.length };
}

/** As many replicas as in the window before, neither too idle nor too busy in both, and what came was served. */
function isSteady(one: Readings, before: Readings | undefined, index: number): boolean {
  if (before === undefined || before.ready[index] !== one.ready[index] || !(one.ready[index]! > 0)) return false;
  const isUsable = ({ cpu }: Readings): boolean => cpu[index]! >= LEAST_UTILISATION && cpu[index]! <= MOST_UTILISATION;
  const arrivals = one.arrivalsPerS[index]!;
  const unbalanced = Math.abs(one.servedPerS[index]! - arrivals);
  return isUsable(one) && isUsable(before) && one.waitMs[index]! > 0 && unbalanced <= MOST_UNBALANCED_SHARE * arrivals;
}
