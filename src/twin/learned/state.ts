import { type Readings, type ServiceSignal, serviceSignals } from "../../control/readings/readings.ts";

/** What a number of a state is: it decides how it is scaled, and how wide its bins are. */
export type ColumnKind = "count" | "share" | "rate" | "amount";

/** Of each service, in this order; what comes later in the readings is no part of a state. */
const serviceColumns = [
  ["desired", "count"],
  ["ready", "count"],
  ["cpu", "share"],
  ["arrivalsPerS", "rate"],
  ["servedPerS", "rate"],
  ["droppedPerS", "amount"],
  ["queued", "amount"],
  ["waitMs", "amount"],
] as const satisfies readonly (readonly [(typeof serviceSignals)[number], ColumnKind])[];

/** Of the entry, after all services. */
const entryColumns = [
  ["entryArrivalsPerS", "rate"],
  ["entryViolatingShare", "share"],
  ["entryLatencyMs", "amount"],
] as const;

/**
 * Where everything is in a state: one number per service and signal, service by service, then the entry.
 *
 * @source KARMA (arXiv 2505.21559): state per deployment; here what the metrics pipeline shows of it
 */
export type StateLayout = {
  readonly services: readonly string[];
  readonly size: number;
  /** [size] */
  readonly kinds: readonly ColumnKind[];
  /** Columns of the next state that are known before it comes: the action (desired sizes), and the entry's arrivals. */
  readonly given: readonly number[];
  /** All others. */
  readonly predicted: readonly number[];
  /** What tells states apart in the table: sizes, CPU and backlog of each service, arrivals. The rest follows from it. */
  readonly telling: readonly number[];
};

const tellingSignals: ReadonlySet<string> = new Set(["desired", "ready", "cpu", "queued", "entryArrivalsPerS"]);

export function layoutOf(services: readonly string[]): StateLayout {
  const perService = serviceColumns.map(([, kind]) => kind);
  const kinds = [...services.flatMap(() => perService), ...entryColumns.map(([, kind]) => kind)];
  const entryAt = services.length * serviceColumns.length;
  const given = [...services.map((_, service) => service * serviceColumns.length), entryAt];
  const predicted = kinds.map((_, column) => column).filter((column) => !given.includes(column));
  const signals = [
    ...services.flatMap(() => serviceColumns.map(([name]) => name)),
    ...entryColumns.map(([name]) => name),
  ];
  const telling = kinds.map((_, column) => column).filter((column) => tellingSignals.has(signals[column]!));
  return { services, size: kinds.length, kinds, given, predicted, telling };
}

/** The column of a service's signal. */
export function serviceColumn(signal: ServiceSignal, service: number): number {
  return service * serviceColumns.length + serviceColumns.findIndex(([name]) => name === signal);
}

/** The column of the mean latency at the entry. */
export function latencyColumn({ size }: StateLayout): number {
  return size - 1;
}

/** NaN where nothing is known. */
export function stateOf(readings: Readings, environment = 0): Float64Array {
  const { services, environments } = readings;
  const state = new Float64Array(services * serviceColumns.length + entryColumns.length);
  let at = 0;
  for (let service = 0; service < services; service++)
    for (const [signal] of serviceColumns) state[at++] = readings[signal][service * environments + environment]!;
  for (const [signal] of entryColumns) state[at++] = readings[signal][environment]!;
  return state;
}

export function isKnown(state: Float64Array): boolean {
  return state.every(Number.isFinite);
}

/** On which numbers of this kind differ evenly: logarithmic for what spans decades. */
export function toEven(kind: ColumnKind, value: number): number {
  return kind === "rate" || kind === "amount" ? Math.log1p(Math.max(0, value)) : value;
}

export function fromEven(kind: ColumnKind, even: number): number {
  if (kind === "share") return Math.min(1.5, Math.max(0, even));
  return Math.max(0, kind === "count" ? even : Math.expm1(even));
}
