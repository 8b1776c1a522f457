import type { Timing } from "../../control/loop/timing.ts";
import type { Rng } from "../../core/rng.ts";
import { type Recording, newSamples } from "./recording.ts";

/**
 * When requests may have come to the entry, ms from the first reading, rising: as many in each window as were seen in it,
 * at moments of chance within. So a replay meets the crowds that the cluster met, and no crowds of its own on top.
 * After the last window they come as they did in it: nobody has seen them, but users waited for their answers too.
 */
export function arrivalsAsSeen(
  recording: Recording,
  { windowMs, scrapePeriodMs }: Pick<Timing, "windowMs" | "scrapePeriodMs">,
  rng: Rng,
): Float64Array {
  const { readings } = recording;
  const startMs = readings[0]!.atMs;
  const timesMs: number[] = [];
  let seenMs = 0;
  let lastPerS = 0;
  const come = (perS: number, untilMs: number): void => {
    timesMs.push(...drawWithin(seenMs, untilMs, Math.round((perS * (untilMs - seenMs)) / 1_000), rng));
    seenMs = untilMs;
    lastPerS = perS;
  };
  for (const { atMs, ageMs, entryArrivalsPerS } of newSamples(recording, 0)) {
    const takenMs = atMs - ageMs[0]! - startMs;
    const perS = entryArrivalsPerS[0]!;
    // Windows overlap: the next one that does not.
    if (perS >= 0 && takenMs - seenMs >= windowMs - scrapePeriodMs / 2) come(perS, takenMs);
  }
  come(lastPerS, Math.max(seenMs, readings.at(-1)!.atMs - startMs));
  return Float64Array.from(timesMs);
}

function drawWithin(fromMs: number, untilMs: number, count: number, rng: Rng): Float64Array {
  return Float64Array.from({ length: count }, () => rng.between(fromMs, untilMs)).toSorted();
}
