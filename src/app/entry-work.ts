import { type Distribution, sample } from "../core/distribution.ts";
import { createRng } from "../core/rng.ts";
import { cpuMsPerEntryRequest } from "../system/topology/bottleneck.ts";
import type { Topology } from "../system/topology/topology.ts";
import { visitRatios } from "../system/topology/visit-ratios.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";

/** Work travels to mocks in whole microseconds. */
const PER_MS = 1_000;

/**
 * CPU of each request where it enters, ms: the same on a cluster of mocks, which are told, and on a twin. Undefined
 * where requests enter at several endpoints: who goes where is drawn by whoever sends.
 */
export function drawEntryWorkMs(topology: Topology, requests: number, seed: number): Float64Array | undefined {
  const workMs = entryWorkOf(topology);
  if (workMs === undefined) return undefined;
  const rng = createRng(seed).split("entry work");
  return Float64Array.from({ length: requests }, () => Math.round(sample(workMs, rng) * PER_MS) / PER_MS);
}

function entryWorkOf({ entries, services }: Topology): Distribution | undefined {
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return undefined;
  const service = services.find(({ name }) => name === entry.service);
  return service?.endpoints.find(({ name }) => name === entry.endpoint)?.workMs;
}

/** What the same requests cost on a twin: as much as was measured, not as was declared. */
export function asCalibrated(workMs: Float64Array, topology: Topology, calibration: Calibration): Float64Array {
  const entry = topology.services.findIndex(({ name }) => name === topology.entries[0]!.service);
  const declaredMs = cpuMsPerEntryRequest(topology)[entry]! / visitRatios(topology)[entry]!;
  const factor = declaredMs > 0 ? calibration.services[entry]!.cpuMsPerRequest / declaredMs : 1;
  return workMs.map((ms) => ms * factor);
}
