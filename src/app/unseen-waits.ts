import { createRng } from "../core/rng.ts";
import { meanOf } from "../core/statistics.ts";
import type { Readings } from "../control/readings/readings.ts";
import type { CpuQuota } from "../control/loop/cpu-quota.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { CalibrationFile } from "../twin/calibrate/calibration-file.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import type { Estimate } from "../twin/calibrate/estimate.ts";
import { hasParallelCalls, latencyRestsMs } from "../twin/calibrate/fit-latency.ts";
import type { Recording } from "../twin/calibrate/recording.ts";
import type { ReadRecording } from "../twin/calibrate/recording-file.ts";
import { createRequestTwin } from "../twin/requests/create-request-twin.ts";

/** Each has phases, arrivals and work of its own. */
const PLAYS = 16;

/**
 * A process that the kernel keeps from working knows of nobody who comes meanwhile: no metric shows their waiting, and so
 * a fit takes it for fixed latency. The twin lets them wait by itself. What it shows of the same loads without any fixed
 * latency is taken off. Only where the recording says that the kernel keeps the limits, and calls come one after another.
 */
export function withoutUnseenWaits(
  file: CalibrationFile,
  topology: Topology,
  recordings: readonly ReadRecording[],
): CalibrationFile {
  const quota = recordings[0]?.header.cpuQuota;
  if (quota === undefined || hasParallelCalls(topology)) return file;
  const unseenMs = meanOf(
    recordings.map(({ recording }) => unseenWaitMs(recording, topology, file.calibration, quota)),
  );
  const less = (ms: number): number => Math.max(0, ms - Math.max(0, unseenMs));
  const lessOf = (one: Estimate): Estimate =>
    one.source === "measured" ? { ...one, value: less(one.value), low: less(one.low), high: less(one.high) } : one;
  const services = file.services.map((one) => Object.assign({}, one, { fixedLatencyMs: lessOf(one.fixedLatencyMs) }));
  const calibrated = file.calibration.services.map((one, index) =>
    Object.assign({}, one, { fixedLatencyMs: services[index]!.fixedLatencyMs.value }),
  );
  return { ...file, services, calibration: { ...file.calibration, services: calibrated } };
}

/** What a visit takes, on a twin without fixed latency, beyond what its metrics show, ms: of no metric's doing. */
function unseenWaitMs(recording: Recording, topology: Topology, calibration: Calibration, quota: CpuQuota): number {
  const services = calibration.services.map((one) => Object.assign({}, one, { fixedLatencyMs: 0 }));
  const cpuMs = services.map(({ cpuMsPerRequest }) => cpuMsPerRequest);
  const restsMs = Array.from({ length: PLAYS }, (_, play) => {
    const played = playedAgain(recording, topology, { ...calibration, services }, quota, play);
    return latencyRestsMs(played, topology, cpuMs);
  });
  const all = restsMs.flat();
  return all.length === 0 ? 0 : meanOf(all);
}

/** The loads and sizes of a recording on the twin, looked at when the cluster was. */
function playedAgain(
  { services, readings }: Recording,
  topology: Topology,
  calibration: Calibration,
  cpuQuota: CpuQuota,
  play: number,
): Recording {
  const startMs = readings[0]!.atMs;
  const twin = createRequestTwin(topology, calibration, {
    rng: createRng(`unseen waits ${play}`),
    ratePerS: ratesOf(readings, calibration.timing.scrapePeriodMs),
    stepMs: calibration.timing.scrapePeriodMs,
    initialReplicas: readings[0]!.desired.slice(),
    cpuQuota,
  });
  const shown = readings.map(({ atMs, desired }) => {
    twin.advanceTo(atMs - startMs);
    for (const [service, replicas] of desired.entries())
      if (replicas !== twin.world.services.desired[service]) twin.scale(service, replicas);
    return structuredClone(twin.observe());
  });
  const { served, latencyMs } = twin.entry;
  return { services, readings: shown, events: [], users: { requests: served, meanMs: latencyMs / served } };
}

/** Arrivals at the entry in each period, per second, as they were seen after it: [periods]. */
function ratesOf(readings: readonly Readings[], periodMs: number): Float64Array {
  const startMs = readings[0]!.atMs;
  const periods = Math.max(1, Math.ceil((readings.at(-1)!.atMs - startMs) / periodMs));
  const rates = new Float64Array(periods);
  for (const { atMs, entryArrivalsPerS } of readings) {
    const period = Math.min(periods - 1, Math.max(0, Math.floor((atMs - startMs) / periodMs) - 1));
    if (entryArrivalsPerS[0]! >= 0) rates[period] = entryArrivalsPerS[0]!;
  }
  return rates;
}
