import { type Distribution, scaleDistribution } from "../../core/distribution.ts";
import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import type { Timing } from "../../control/loop/timing.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { cpuMsPerEntryRequest } from "../../system/topology/bottleneck.ts";
import { visitRatios } from "../../system/topology/visit-ratios.ts";

/** What was measured of a running topology, or declared by it where nothing was measured. */
export type Calibration = {
  readonly source: "declared" | "measured";
  /** Per service, in the topology's order. */
  readonly services: readonly ServiceCalibration[];
  readonly timing: Timing;
  /** How the kernel keeps replicas to their CPU limit, where it does; as mocks keep themselves to it when left out. */
  readonly cpuQuota?: CpuQuota;
};

export type ServiceCalibration = {
  /** CPU time of one request in this service, ms, its own overhead included. */
  readonly cpuMsPerRequest: number;
  /** CPU that an idle replica uses / its limit, [0, 1). */
  readonly idleCpuShare: number;
  /** From the creation of a replica to ready, ms of the clock (already divided by the time scale). */
  readonly startupMs: Distribution;
  /** Latency of one request that waits for nothing, on top of its CPU time, ms. */
  readonly fixedLatencyMs: number;
};

/** The calibration a topology declares of itself, for training before anything ran. */
export function declaredCalibration(topology: Topology, timing: Timing): Calibration {
  const costMs = cpuMsPerEntryRequest(topology);
  const visits = visitRatios(topology);
  return {
    source: "declared",
    timing,
    services: topology.services.map((service, index) => ({
      // Endpoints count as often as they are called.
      cpuMsPerRequest: costMs[index]! / visits[index]!,
      idleCpuShare: 0,
      startupMs: scaleDistribution(service.startupMs, 1 / timing.timeScale),
      fixedLatencyMs: 0.5,
    })),
  };
}
