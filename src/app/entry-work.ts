import { type Distribution, sample } from "../core/distribution.ts";
import { type Rng, createRng } from "../core/rng.ts";
import { meanOf } from "../core/statistics.ts";
import { cpuMsPerEntryRequest } from "../system/topology/bottleneck.ts";
import type { Topology } from "../system/topology/topology.ts";
import { visitRatios } from "../system/topology/visit-ratios.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";

/** How the work that requests are sent with is chosen: one by one, or so that any few show all of its distribution. */
export type EntryWork = "drawn" | "even";

/** Work travels to mocks in whole microseconds. */
const PER_MS = 1_000;
/** Neighbouring requests of which each gets its work from another part of the distribution. */
const EVEN_AMONG = 16;

/**
 * CPU of each request where it enters, ms: the same on a cluster of mocks, which are told, and on a twin. Undefined
 * where requests enter at several endpoints: who goes where is drawn by whoever sends.
 */
export function drawEntryWorkMs(
  topology: Topology,
  requests: number,
  seed: number,
  how: EntryWork = "drawn",
): Float64Array | undefined {
  const workMs = entryWorkOf(topology);
  if (workMs === undefined) return undefined;
  const rng = createRng(seed).split("entry work");
  const drawnMs = Float64Array.from({ length: requests }, () => sample(workMs, rng));
  return (how === "even" ? spreadEvenly(drawnMs, workMs.mean, rng) : drawnMs).map(wholeMicroseconds);
}

function wholeMicroseconds(ms: number): number {
  return Math.round(ms * PER_MS) / PER_MS;
}

function entryWorkOf({ entries, services }: Topology): Distribution | undefined {
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return undefined;
  const service = services.find(({ name }) => name === entry.service);
  return service?.endpoints.find(({ name }) => name === entry.endpoint)?.workMs;
}

/**
 * The same values in another order, and of exactly this mean: what a request costs is then seen in a window of thirty as
 * well as in a thousand. Each block of neighbours holds one value of each part of the sorted ones (stratified sampling).
 */
function spreadEvenly(valuesMs: Float64Array, meanMs: number, rng: Rng): Float64Array {
  const factor = valuesMs.length === 0 ? 1 : meanMs / meanOf(valuesMs);
  const sorted = valuesMs.map((ms) => ms * factor).toSorted();
  const parts = Array.from({ length: EVEN_AMONG }, (_, part) =>
    shuffled(sorted.slice(startOf(part, sorted.length), startOf(part + 1, sorted.length)), rng),
  );
  const blocks = Math.ceil(sorted.length / EVEN_AMONG);
  return Float64Array.from(
    Array.from({ length: blocks }, (_, block) =>
      Array.from(
        shuffled(Float64Array.from(parts.flatMap((part) => Array.from(part.subarray(block, block + 1)))), rng),
      ),
    ).flat(),
  );
}

function startOf(part: number, length: number): number {
  return Math.round((part * length) / EVEN_AMONG);
}

/** In place. @source Fisher-Yates */
function shuffled(values: Float64Array, rng: Rng): Float64Array {
  for (let last = values.length - 1; last > 0; last--) {
    const other = rng.integer(last + 1);
    [values[last], values[other]] = [values[other]!, values[last]!];
  }
  return values;
}

/** What the same requests cost on a twin: as much as was measured, not as was declared. */
export function asCalibrated(workMs: Float64Array, topology: Topology, calibration: Calibration): Float64Array {
  const entry = topology.services.findIndex(({ name }) => name === topology.entries[0]!.service);
  const declaredMs = cpuMsPerEntryRequest(topology)[entry]! / visitRatios(topology)[entry]!;
  const factor = declaredMs > 0 ? calibration.services[entry]!.cpuMsPerRequest / declaredMs : 1;
  return workMs.map((ms) => ms * factor);
}
