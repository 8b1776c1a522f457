import { scaleTopology } from "../system/topology/scale.ts";
import type { Topology } from "../system/topology/topology.ts";

/** True when the running topology is the declared one with CPU work and limits times some scale, or with lower maxima. */
export function isScaled(declared: Topology, running: Topology): boolean {
  const scale = (running.services[0]?.cpuMilli ?? 0) / (declared.services[0]?.cpuMilli ?? 1);
  if (!(scale > 0 && scale < 10.1)) return false;
  const isCapped = declared.services.every(
    ({ maxReplicas }, index) => (running.services[index]?.maxReplicas ?? 0) <= maxReplicas,
  );
  return isCapped && shapeOf(scaleTopology(declared, Math.min(scale, 10)).topology) === shapeOf(running);
}

/** Objectives belong to the scenario, maxima are looked at apart; the last digits of a product are noise. */
function shapeOf({ services, entries }: Topology): string {
  const uncapped = services.map((service) => Object.assign({}, service, { maxReplicas: 0 }));
  return JSON.stringify({ services: uncapped, entries }, rounded);
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(9)) : value;
}
