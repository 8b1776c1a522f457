import { sumOf } from "../../core/statistics.ts";
import type { Timing } from "../../control/loop/timing.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { endpointVisitRatios } from "../../system/topology/visit-ratios.ts";
import { type Estimate, declaredEstimate, meanEstimate, relativeWidth } from "./estimate.ts";
import { type Recording, newSamples } from "./recording.ts";

/** Latency of a visit beyond CPU and waiting for it, the same for all services, or why that cannot be told. */
export type LatencyFit = { readonly fixedLatencyMs: Estimate; readonly problem?: string };

const FEWEST_SAMPLES = 6;
/** Where one service waits longer than this, the wait's own error hides what is looked for. */
const LONGEST_WAIT_MS = 100;

/**
 * Mean latency of users - visits x (waiting + CPU + added latency), shared out over the visits. Only for calls one
 * after another: the longest of calls side by side is no sum. Where nobody recorded what users saw, mean latency at the
 * entry: then the way there is left out, which takes longer than the rest.
 */
export function fitLatency(
  recording: Recording,
  topology: Topology,
  cpuMsPerRequest: readonly number[],
  declaredMs: number,
  timing: Timing,
): LatencyFit {
  const fixedLatencyMs = declaredEstimate(declaredMs);
  if (hasParallelCalls(topology)) return fromTheWay(recording, fixedLatencyMs);
  const restsMs = latencyRestsMs(recording, topology, cpuMsPerRequest);
  if (restsMs.length < FEWEST_SAMPLES) {
    const expected = `expected at least ${FEWEST_SAMPLES} samples without drops and long waits`;
    return { fixedLatencyMs, problem: `${expected}, found ${restsMs.length}` };
  }
  const estimate = meanEstimate(restsMs, Math.max(1, timing.windowMs / timing.scrapePeriodMs));
  if (estimate.high < 0 || relativeWidth(estimate) > 1)
    return { fixedLatencyMs, problem: "expected latency beyond CPU and waiting, found none that could be told" };
  return { fixedLatencyMs: { ...estimate, value: Math.max(0, estimate.value), low: Math.max(0, estimate.low) } };
}

export function hasParallelCalls({ services }: Topology): boolean {
  return services.some(({ endpoints }) => endpoints.some(({ calls }) => calls.some((step) => step.length > 1)));
}

/** As long as users wait beyond what the entry shows, if that was recorded: a visit of a call is much like one of a user. */
function fromTheWay(recording: Recording, declared: Estimate): LatencyFit {
  const found = "expected calls one after another, found calls side by side";
  const outsideMs = outsideMsOf(recording);
  if (!(outsideMs > 0)) return { fixedLatencyMs: declared, problem: found };
  const fixedLatencyMs: Estimate = { value: outsideMs, low: outsideMs, high: outsideMs, source: "measured" };
  return { fixedLatencyMs, problem: `${found}; each visit is taken to be as long as the way to the entry` };
}

/** What one visit takes beyond what is accounted for, in each sample of the entry, ms. */
export function latencyRestsMs(recording: Recording, topology: Topology, cpuMsPerRequest: readonly number[]): number[] {
  const visits = endpointVisitRatios(topology);
  const perService = visits.map((row) => sumOf(row));
  const total = sumOf(perService);
  const addedMs = topology.services.reduce(
    (sum, { endpoints }, s) =>
      sum + endpoints.reduce((own, { addedLatencyMs }, e) => own + addedLatencyMs.mean * visits[s]![e]!, 0),
    0,
  );
  const outsideMs = outsideMsOf(recording);
  return newSamples(recording, 0).flatMap(({ entryLatencyMs, waitMs, droppedPerS }) => {
    if (droppedPerS.some((one) => one > 0) || waitMs.some((one) => !(one < LONGEST_WAIT_MS))) return [];
    const known = perService.reduce((sum, times, s) => sum + times * (waitMs[s]! + cpuMsPerRequest[s]!), addedMs);
    const rest = (entryLatencyMs[0]! + outsideMs - known) / total;
    return Number.isFinite(rest) ? [rest] : [];
  });
}

/** What users saw beyond what the entry did, in the mean, ms: 0 where it was not recorded. */
export function outsideMsOf(recording: Recording): number {
  const samples = newSamples(recording, 0).filter(({ entryLatencyMs }) => entryLatencyMs[0]! >= 0);
  const arrivals = sumOf(samples.map(({ entryArrivalsPerS }) => entryArrivalsPerS[0]!));
  if (recording.users === undefined || !(arrivals > 0)) return 0;
  const inside = sumOf(
    samples.map(({ entryArrivalsPerS, entryLatencyMs }) => entryArrivalsPerS[0]! * entryLatencyMs[0]!),
  );
  return Math.max(0, recording.users.meanMs - inside / arrivals);
}
