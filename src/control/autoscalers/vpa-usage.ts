import { type DecayingHistogram, createDecayingHistogram } from "./vpa-histogram.ts";

/** What a container was seen to use, as the VPA keeps it. */
export type VpaUsage = {
  /** Cores. */
  readonly cpu: DecayingHistogram;
  /** Peaks of a day each, bytes. */
  readonly memory: DecayingHistogram;
  addCpu(cores: number, atMs: number): void;
  addMemory(bytes: number, atMs: number): void;
  /** The container was killed for memory: counts as a peak somewhat above what it had. */
  addOutOfMemory(requestedBytes: number, atMs: number): void;
  /** How much history there is: days, but no more than samples / 1440, one for each minute of a day. */
  confidence(): number;
};

const minuteMs = 60_000;
export const dayMs: number = 24 * 60 * minuteMs;
const samplesPerDay = dayMs / minuteMs;

/** @source vertical-pod-autoscaler: an out-of-memory kill asks for 100 MiB or 20 % more, whichever is more */
const bumpBytes = 100 * 1024 * 1024;
const bumpFactor = 1.2;

const cpuWeight = 0.1;

/** @source kubernetes/autoscaler, vertical-pod-autoscaler/pkg/recommender/model: container, aggregate_container_state */
export function createVpaUsage(cpuHalfLifeMs: number = dayMs): VpaUsage {
  const cpu = createDecayingHistogram({ firstBucket: 0.01, highest: 1_000 }, cpuHalfLifeMs);
  let samples = 0;
  let firstMs = Number.NaN;
  let lastMs = Number.NaN;

  return {
    ...createMemoryPeaks(),
    cpu,
    addCpu: (cores, atMs) => {
      if (cores < 0 || atMs <= lastMs) return;
      if (samples === 0) firstMs = atMs;
      cpu.add(cores, cpuWeight, atMs);
      samples++;
      lastMs = atMs;
    },
    confidence: () => (samples === 0 ? 0 : Math.min((lastMs - firstMs) / dayMs, samples / samplesPerDay)),
  };
}

function createMemoryPeaks(): Pick<VpaUsage, "memory" | "addMemory" | "addOutOfMemory"> {
  const memory = createDecayingHistogram({ firstBucket: 1e7, highest: 1e12 }, dayMs);
  /** The peak of the day that ends at `windowEndMs`: as used, and as asked for after a kill. */
  let peak = { used: 0, killed: 0 };
  let windowEndMs = Number.NaN;
  let lastMemoryMs = Number.NaN;

  function addPeak(bytes: number, atMs: number, isKill: boolean): void {
    if (Number.isNaN(windowEndMs)) windowEndMs = atMs;
    lastMemoryMs = atMs;
    if (atMs < windowEndMs) {
      const old = Math.max(peak.used, peak.killed);
      if (bytes <= old) return;
      memory.add(old, -1, windowEndMs);
    } else {
      windowEndMs += dayMs * (1 + Math.floor((atMs - windowEndMs) / dayMs));
      peak = { used: 0, killed: 0 };
    }
    memory.add(bytes, 1, windowEndMs);
    if (isKill) peak.killed = bytes;
    else peak.used = bytes;
  }

  return {
    memory,
    addMemory: (bytes, atMs) => {
      if (bytes < 0 || atMs < lastMemoryMs) return;
      addPeak(bytes, atMs, false);
    },
    addOutOfMemory: (requestedBytes, atMs) => {
      if (atMs < windowEndMs - dayMs) return;
      // Not what an earlier kill asked for: else kills in a row would drive the peak up without end.
      const used = Math.max(requestedBytes, peak.used);
      addPeak(Math.max(used + bumpBytes, Math.trunc(used * bumpFactor)), atMs, true);
    },
  };
}
