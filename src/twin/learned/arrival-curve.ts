import type { Timing } from "../../control/loop/timing.ts";
import type { Readings } from "../../control/readings/readings.ts";

/**
 * Arrivals at the entry over the time of some readings, requests per second: [steps]. Each sample is the mean of its
 * window, and stands for the middle of it; between middles the rate is linear. What changes within a window is
 * smoothed, for nobody saw it.
 *
 * @param entry  service at which requests come in: its samples are the entry's
 * @param fromMs  start of the first step
 */
export function arrivalCurve(
  readings: readonly Readings[],
  entry: number,
  timing: Timing,
  fromMs: number,
): { readonly ratePerS: Float64Array; readonly stepMs: number } {
  const stepMs = timing.scrapePeriodMs / STEPS_PER_SCRAPE;
  const points = readings
    .map((one) => ({
      atMs: one.atMs - one.ageMs[entry]! - timing.windowMs / 2,
      perS: one.entryArrivalsPerS[0]!,
    }))
    .filter(({ atMs, perS }) => Number.isFinite(atMs) && Number.isFinite(perS));
  const steps = Math.max(1, Math.ceil(((readings.at(-1)?.atMs ?? fromMs) - fromMs) / stepMs));
  let next = 0;
  const ratePerS = Float64Array.from({ length: steps }, (_, step) => {
    const atMs = fromMs + (step + 0.5) * stepMs;
    while (next < points.length && points[next]!.atMs < atMs) next++;
    return between(points[Math.max(0, next - 1)], points[Math.min(next, points.length - 1)], atMs);
  });
  return { ratePerS, stepMs };
}

const STEPS_PER_SCRAPE = 3;

type Point = { readonly atMs: number; readonly perS: number };

function between(one: Point | undefined, other: Point | undefined, atMs: number): number {
  if (one === undefined || other === undefined) return 0;
  const spanMs = other.atMs - one.atMs;
  const share = spanMs > 0 ? Math.min(1, Math.max(0, (atMs - one.atMs) / spanMs)) : 1;
  return one.perS + (other.perS - one.perS) * share;
}
