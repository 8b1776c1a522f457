import type { ClusterEvent } from "../../control/loop/cluster.ts";
import { type CpuQuota, isCpuQuota } from "../../control/loop/cpu-quota.ts";
import type { Timing } from "../../control/loop/timing.ts";
import { type Readings, createReadings, entrySignals, serviceSignals } from "../../control/readings/readings.ts";
import type { Problem } from "../../core/errors.ts";
import type { Recording } from "./recording.ts";

/**
 * A recording as JSON lines, written one by one: first what was recorded, then readings, events and load results as
 * they came. Whoever dies while writing leaves half a line at most, and that line is not read.
 */
export type RecordingHeader = {
  readonly format: typeof RECORDING_FORMAT;
  readonly topology: string;
  readonly services: readonly RecordedService[];
  readonly timing: Timing;
  /** Where it ran, as behind `--on`. */
  readonly on: string;
  /** As in {@link RunningCluster}; left out where replicas keep to their CPU limits by themselves, or nobody wrote it down. */
  readonly cpuQuota?: CpuQuota;
  /** ms since 1970. */
  readonly startedAtEpochMs: number;
};

export type RecordedService = {
  readonly name: string;
  /** CPU limit as it ran, millicores. */
  readonly cpuMilli: number;
};

/** What a load sent meanwhile came to. */
export type RecordedLoad = {
  readonly requests: number;
  readonly violating: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Recordings made before it was there do not have it. */
  readonly meanMs?: number;
};

export type RecordingLine =
  | { readonly header: RecordingHeader }
  | { readonly readings: Readings }
  | { readonly event: ClusterEvent }
  | { readonly load: RecordedLoad };

export type ReadRecording = {
  readonly header: RecordingHeader;
  readonly recording: Recording;
  readonly loads: readonly RecordedLoad[];
};

export const RECORDING_FORMAT = "karma-recording-1";

const columns = ["ageMs", ...serviceSignals, ...entrySignals] as const;
const kinds = ["created", "ready", "unready", "terminating", "gone", "crashed", "restarted"] as const;

/** One line, without its end. NaN is written as null. */
export function encodeRecordingLine(line: RecordingLine): string {
  if (!("readings" in line)) return JSON.stringify(line);
  const { readings } = line;
  const values = columns.map((column) => [column, Array.from(readings[column])]);
  return JSON.stringify({ readings: { atMs: readings.atMs, ...Object.fromEntries(values) } });
}

/** Reads a recording back; a last line that was not finished is left out. */
export function decodeRecording(text: string): ReadRecording | { readonly problems: readonly Problem[] } {
  const lines = text.split("\n");
  // After the last line end there is nothing, or a line that nobody finished.
  lines.pop();
  const parsed = lines.map(parseLine);
  const header = headerOf(parsed[0]);
  if (header === undefined) {
    const message = `expected a recording's first line with format ${RECORDING_FORMAT}, services and timing`;
    return { problems: [{ path: "line 1", message }] };
  }
  const problems: Problem[] = [];
  const readings: Readings[] = [];
  const events: ClusterEvent[] = [];
  const loads: RecordedLoad[] = [];
  for (const [index, line] of parsed.entries()) {
    if (index === 0) continue;
    if (isReadings(line, header.services.length)) readings.push(readingsOf(line.readings, header.services.length));
    else if (isEvent(line)) events.push(line.event);
    else if (isLoad(line)) loads.push(line.load);
    else problems.push({ path: `line ${index + 1}`, message: "expected readings, an event or a load" });
  }
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) };
  const services = header.services.map(({ name }) => name);
  return { header, loads, recording: { services, readings, events, ...seenByUsers(loads) } };
}

function seenByUsers([load]: readonly RecordedLoad[]): Pick<Recording, "users"> {
  return load?.meanMs === undefined ? {} : { users: { requests: load.requests, meanMs: load.meanMs } };
}

const MOST_PROBLEMS = 10;
const MOST_SERVICES = 1_000;

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}

function headerOf(line: unknown): RecordingHeader | undefined {
  if (!isRecord(line) || !isRecord(line["header"])) return undefined;
  const { format, topology, services, timing, cpuQuota } = line["header"];
  const isQuota = cpuQuota === undefined || isCpuQuota(cpuQuota);
  const isKnown = format === RECORDING_FORMAT && typeof topology === "string" && isTiming(timing) && isQuota;
  if (!isKnown || !Array.isArray(services) || services.length === 0 || services.length > MOST_SERVICES)
    return undefined;
  const isNamed = services.every(
    (one: unknown) => isRecord(one) && typeof one["name"] === "string" && isPositive(one["cpuMilli"]),
  );
  return isNamed ? (line["header"] as RecordingHeader) : undefined;
}

function isTiming(timing: unknown): timing is Timing {
  if (!isRecord(timing)) return false;
  const { syncPeriodMs, scrapePeriodMs, windowMs, visibleLagMs, timeScale } = timing;
  return [syncPeriodMs, scrapePeriodMs, windowMs, timeScale].every(isPositive) && typeof visibleLagMs === "number";
}

/** Recordings made before a signal was there do not have it. */
const laterColumns: ReadonlySet<string> = new Set(["memoryMiB", "cpuMilli"]);

type WrittenReadings = { readonly atMs: number } & Readonly<
  Partial<Record<(typeof columns)[number], (number | null)[]>>
>;

function isColumn(values: unknown, length: number): boolean {
  const isLong = Array.isArray(values) && values.length === length;
  return isLong && values.every((one: unknown) => one === null || typeof one === "number");
}

function isReadings(line: unknown, services: number): line is { readonly readings: WrittenReadings } {
  if (!isRecord(line) || !isRecord(line["readings"])) return false;
  const written = line["readings"];
  return (
    typeof written["atMs"] === "number" &&
    ["ageMs", ...serviceSignals].every(
      (column) => (laterColumns.has(column) && written[column] === undefined) || isColumn(written[column], services),
    ) &&
    entrySignals.every((column) => isColumn(written[column], 1))
  );
}

function readingsOf(written: WrittenReadings, services: number): Readings {
  const readings = createReadings(services, 1, written.atMs);
  for (const column of columns)
    for (const [index, value] of written[column]?.entries() ?? []) readings[column][index] = value ?? Number.NaN;
  return readings;
}

function isEvent(line: unknown): line is { readonly event: ClusterEvent } {
  if (!isRecord(line) || !isRecord(line["event"])) return false;
  const { atMs, service, kind, pod } = line["event"];
  const isKind = kinds.some((one) => one === kind);
  return typeof atMs === "number" && typeof service === "string" && typeof pod === "string" && isKind;
}

function isLoad(line: unknown): line is { readonly load: RecordedLoad } {
  return isRecord(line) && isRecord(line["load"]) && typeof line["load"]["requests"] === "number";
}
