import type { Timing } from "../loop/timing.ts";
import type { Readings } from "../readings/readings.ts";

/** CPU that a replica of one service uses, from readings that tell it as a share of its limit. */
export type CpuSampler = {
  /** To be given the readings of every period. Cores; undefined while nothing is known. */
  coresPerReplica(readings: Readings): number | undefined;
};

/** A share that was taken while the limit changed is of no limit: it is left out. */
export function createCpuSampler(service: number, { windowMs }: Pick<Timing, "windowMs">): CpuSampler {
  let limitMilli = Number.NaN;
  let changedMs = Number.NEGATIVE_INFINITY;
  /** The limit changes when decisions are made: right after the readings before those that show it. */
  let beforeMs = Number.NEGATIVE_INFINITY;
  return {
    coresPerReplica({ atMs, cpu, cpuMilli, ageMs }) {
      const now = cpuMilli[service]!;
      if (!Number.isNaN(limitMilli) && now !== limitMilli) changedMs = beforeMs;
      limitMilli = now;
      beforeMs = atMs;
      const sinceMs = atMs - ageMs[service]! - windowMs;
      const cores = (cpu[service]! * now) / 1_000;
      return sinceMs >= changedMs && !Number.isNaN(cores) ? cores : undefined;
    },
  };
}
