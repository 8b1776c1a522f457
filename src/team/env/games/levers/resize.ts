import { guardBounds } from "../../../../control/guard/bounds.ts";
import type { Topology } from "../../../../system/topology/topology.ts";
import type { CpuLimits } from "./cpu-limits.ts";
import type { Lever } from "./lever.ts";

/** The limit becomes so many times what it is; the guard of the live loop allows no larger steps. */
const factors = [0.5, 0.8, 1.25, 2] as const;

/**
 * Vertical scaling: all replicas of a service get another CPU limit, in whole millicores, within the bounds of the guard.
 *
 * @source VishalKhushlani/kubsmart, which moves requests and limits of pods up and down; its units and steps are mended
 */
export function createResize(topology: Topology, limits: CpuLimits): Lever {
  const { minCpuMilli, maxCpuMilli } = guardBounds(topology);
  const resized = (service: number, choice: number): number => Math.round(factors[choice]! * limits.milli(service));
  return {
    choices: factors.length,
    mask: (service) =>
      Uint8Array.from(factors, (_, choice) => {
        const cpuMilli = resized(service, choice);
        return cpuMilli >= minCpuMilli[service]! && cpuMilli <= maxCpuMilli[service]! ? 1 : 0;
      }),
    take(service, choice) {
      const cpuMilli = resized(service, choice);
      limits.set(service, Math.min(maxCpuMilli[service]!, Math.max(minCpuMilli[service]!, cpuMilli)));
    },
    begin() {},
    features: [
      {
        name: "cpuLimit",
        high: Math.max(...topology.services.map(({ cpuMilli }, service) => maxCpuMilli[service]! / cpuMilli)),
        of: (service) => limits.price(service),
      },
    ],
  };
}
