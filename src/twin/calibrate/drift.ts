import type { Readings } from "../../control/readings/readings.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Calibration } from "./calibration.ts";

/** Whether a running cluster still is what it was calibrated as, service by service. */
export type DriftTest = {
  /** Takes readings of the running cluster; samples that were seen before, or say nothing, change nothing. */
  observe(readings: Readings): void;
  /** Services whose CPU per request has left the calibration, and which way. */
  drifted(): readonly Drift[];
};

export type Drift = {
  readonly service: string;
  /** Mean CPU / what the calibration says of the same requests, since it began to differ. */
  readonly factor: number;
};

/** Relative difference that is not worth an alarm: half of it is the allowance of the sums. */
const TOLERATED = 0.1;
/** Sum of excess relative differences at which it is drift: one window of noise never gets there. */
const ALARM = 1;
const LEAST_CPU = 0.1;
const HIGHEST_CPU = 0.9;

/**
 * Two one-sided cumulative sums of the relative difference between CPU seen and CPU the calibration says of the
 * requests served, less an allowance. @source Page 1954
 */
export function createDriftTest(calibration: Calibration, topology: Topology): DriftTest {
  const sums = topology.services.map(() => ({
    up: 0,
    down: 0,
    upSamples: 0,
    downSamples: 0,
    upTotal: 0,
    downTotal: 0,
  }));
  const lastMs = new Float64Array(topology.services.length).fill(Number.NEGATIVE_INFINITY);

  function add(service: number, difference: number): void {
    const sum = sums[service]!;
    sum.up = Math.max(0, sum.up + difference - TOLERATED / 2);
    sum.down = Math.max(0, sum.down - difference - TOLERATED / 2);
    // A sum at zero starts over, and so does the mean of what made it grow.
    [sum.upSamples, sum.upTotal] = sum.up > 0 ? [sum.upSamples + 1, sum.upTotal + difference] : [0, 0];
    [sum.downSamples, sum.downTotal] = sum.down > 0 ? [sum.downSamples + 1, sum.downTotal + difference] : [0, 0];
  }

  return {
    observe(readings) {
      for (const [service, { cpuMilli }] of topology.services.entries()) {
        const takenMs = readings.atMs - readings.ageMs[service]!;
        if (!(takenMs > lastMs[service]! + 0.5)) continue;
        lastMs[service] = takenMs;
        const { cpuMsPerRequest, idleCpuShare } = calibration.services[service]!;
        const cpu = readings.cpu[service]!;
        const limitMs = readings.ready[service]! * cpuMilli;
        const expected = idleCpuShare + (readings.servedPerS[service]! * cpuMsPerRequest) / limitMs;
        if (expected >= LEAST_CPU && expected < HIGHEST_CPU && cpu < 1) add(service, cpu / expected - 1);
      }
    },
    drifted: () =>
      sums.flatMap(({ up, down, upSamples, downSamples, upTotal, downTotal }, service) => {
        const { name } = topology.services[service]!;
        if (up > ALARM) return [{ service: name, factor: 1 + upTotal / upSamples }];
        return down > ALARM ? [{ service: name, factor: 1 + downTotal / downSamples }] : [];
      }),
  };
}
