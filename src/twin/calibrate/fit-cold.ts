import { meanOf } from "../../core/statistics.ts";
import type { Timing } from "../../control/loop/timing.ts";
import type { ColdStart, Service } from "../../system/topology/topology.ts";
import { leastSquares } from "./least-squares.ts";
import { type AgedSample, agedSamples } from "./pod-ages.ts";
import type { Recording } from "./recording.ts";

/** CPU of the first request of a replica / that of a warm one, and what a request of a warm one costs, ms. */
export type ColdFit = { readonly factor: number; readonly warmMs: number };

const FEWEST_SAMPLES = 20;
/** Coldest and warmest windows must differ by as much: 0 = all warm, 1 = just started. */
const LEAST_DIFFERENCE = 0.3;

/**
 * CPU per request rises with how cold the replicas are that serve it: CPU = idle + warm x (requests + (factor - 1) x
 * cold requests), by windows. How fast caches fill is taken as declared; the recording tells how much it costs until
 * then. Undefined where nothing is declared, and where too few windows are colder than others.
 */
export function fitCold(
  recording: Recording,
  index: number,
  service: Service,
  timing: Timing,
  idleCpuShare: number,
): ColdFit | undefined {
  const { coldStart } = service;
  if (coldStart === undefined) return undefined;
  const samples = agedSamples(recording, index);
  const scrapes = Math.max(1, Math.round(timing.windowMs / timing.scrapePeriodMs));
  const windows = samples.flatMap((sample, at) => {
    const window = samples.slice(at - scrapes + 1, at + 1);
    if (at < scrapes || !(sample.readings.servedPerS[index]! > 0)) return [];
    const coldness = meanOf([samples[at - scrapes]!, ...window].map((one) => coldnessOf(one, coldStart, timing)));
    const readyMs = window.reduce((sum, one) => sum + one.readyMs, 0);
    const cpuMs = ((sample.readings.cpu[index]! - idleCpuShare) * readyMs * service.cpuMilli) / 1_000;
    const served = (sample.readings.servedPerS[index]! * (sample.takenMs - samples[at - scrapes]!.takenMs)) / 1_000;
    return Number.isFinite(cpuMs) ? [{ coldness, cpuMs, served }] : [];
  });
  const coldnesses = windows.map(({ coldness }) => coldness);
  const isTold = Math.max(...coldnesses) - Math.min(...coldnesses) >= LEAST_DIFFERENCE;
  if (windows.length < FEWEST_SAMPLES || !isTold) return undefined;
  const found = leastSquares(
    windows.map(({ coldness, served }) => [served, served * coldness]),
    windows.map(({ cpuMs }) => cpuMs),
  );
  return found === undefined ? undefined : { factor: 1 + found[1]! / found[0]!, warmMs: found[0]! };
}

/** Mean over the ready replicas, 1 = just started, 0 = warm, as those are taken that were there before. */
function coldnessOf({ known, strangers }: AgedSample, coldStart: ColdStart, { timeScale }: Timing): number {
  const filled = ({ served, ageMs }: AgedSample["known"][number]): number =>
    "requests" in coldStart ? served / coldStart.requests : (ageMs * timeScale) / coldStart.ms;
  const cold = known.reduce((sum, pod) => sum + Math.max(0, 1 - filled(pod)), 0);
  return known.length + strangers === 0 ? 0 : cold / (known.length + strangers);
}
