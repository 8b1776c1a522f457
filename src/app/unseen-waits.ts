import { createRng } from "../core/rng.ts";
import { meanOf } from "../core/statistics.ts";
import type { Topology } from "../system/topology/topology.ts";
import { arrivalsAsSeen } from "../twin/calibrate/arrivals-as-seen.ts";
import type { CalibrationFile } from "../twin/calibrate/calibration-file.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import type { Estimate } from "../twin/calibrate/estimate.ts";
import { hasParallelCalls, latencyRestsMs, outsideMsOf } from "../twin/calibrate/fit-latency.ts";
import type { Recording } from "../twin/calibrate/recording.ts";
import type { ReadRecording, RecordingHeader } from "../twin/calibrate/recording-file.ts";
import { type RequestTwinOptions, createRequestTwin } from "../twin/requests/create-request-twin.ts";

/** Each has phases, moments of arrival and work of its own. Together they are about so long, ms; a long recording needs few. */
const REPLAYED_MS = 2_400_000;
const MOST_PLAYS = 32;

/**
 * A process that stands still for its CPU limit knows of nobody who comes meanwhile, and reads no answer: no metric shows
 * that waiting, and so a fit takes it for fixed latency. The twin lets them wait by itself. What it shows of the same
 * loads without any fixed latency is taken off. Only where the recording says who keeps the limits: the kernel, or, on
 * local processes, the mocks themselves.
 */
export function withoutUnseenWaits(
  file: CalibrationFile,
  topology: Topology,
  recordings: readonly ReadRecording[],
): CalibrationFile {
  const limits = recordings[0] && limitsKept(recordings[0].header);
  const read = recordings.filter(({ recording }) => recording.readings.length > 0);
  if (limits === undefined || read.length === 0) return file;
  const unseenMs = meanOf(read.map(({ recording }) => unseenWaitMs(recording, topology, file.calibration, limits)));
  const less = (ms: number): number => Math.max(0, ms - Math.max(0, unseenMs));
  const lessOf = (one: Estimate): Estimate =>
    one.source === "measured" ? { ...one, value: less(one.value), low: less(one.low), high: less(one.high) } : one;
  const services = file.services.map((one) => Object.assign({}, one, { fixedLatencyMs: lessOf(one.fixedLatencyMs) }));
  const calibrated = file.calibration.services.map((one, index) =>
    Object.assign({}, one, { fixedLatencyMs: services[index]!.fixedLatencyMs.value }),
  );
  return { ...file, services, calibration: { ...file.calibration, services: calibrated } };
}

type Limits = Pick<RequestTwinOptions, "cpuQuota" | "hidesWaitsAtRest">;

/** As the twin is told; undefined where nobody wrote it down. */
function limitsKept({ cpuQuota, on }: RecordingHeader): Limits | undefined {
  if (cpuQuota !== undefined) return { cpuQuota };
  return on === "local" ? { hidesWaitsAtRest: true } : undefined;
}

/** What a visit takes, on a twin without fixed latency, beyond what its metrics show, ms: of no metric's doing. */
function unseenWaitMs(recording: Recording, topology: Topology, calibration: Calibration, limits: Limits): number {
  const services = calibration.services.map((one) => Object.assign({}, one, { fixedLatencyMs: 0 }));
  const cpuMs = services.map(({ cpuMsPerRequest }) => cpuMsPerRequest);
  const all = Array.from({ length: playsOf(recording) }, (_, play) => {
    const played = playedAgain(recording, topology, { ...calibration, services }, limits, play);
    return hasParallelCalls(topology) ? [outsideMsOf(played)] : latencyRestsMs(played, topology, cpuMs);
  }).flat();
  return all.length === 0 ? 0 : meanOf(all);
}

function playsOf({ readings }: Recording): number {
  const lengthMs = readings.at(-1)!.atMs - readings[0]!.atMs;
  return Math.max(1, Math.min(MOST_PLAYS, Math.ceil(REPLAYED_MS / lengthMs)));
}

/** The crowds and sizes of a recording on the twin, looked at when the cluster was. */
function playedAgain(
  recording: Recording,
  topology: Topology,
  calibration: Calibration,
  limits: Limits,
  play: number,
): Recording {
  const { services, readings } = recording;
  const startMs = readings[0]!.atMs;
  const rng = createRng(`unseen waits ${play}`);
  const twin = createRequestTwin(topology, calibration, {
    rng,
    ratePerS: Float64Array.of(0),
    stepMs: calibration.timing.scrapePeriodMs,
    startTimesMs: arrivalsAsSeen(recording, calibration.timing, rng.split("as seen")),
    initialReplicas: readings[0]!.desired.slice(),
    ...limits,
  });
  const shown = readings.map(({ atMs, desired }) => {
    twin.advanceTo(atMs - startMs);
    for (const [service, replicas] of desired.entries())
      if (replicas !== twin.world.services.desired[service]) twin.scale(service, replicas);
    return structuredClone(twin.observe());
  });
  const { served, latencyMs } = twin.entry;
  const users = { requests: served, meanMs: latencyMs / served };
  // Where nobody wrote down what users saw, the fit knows no more than what the entry shows.
  return { services, readings: shown, events: [], ...(recording.users === undefined ? {} : { users }) };
}
