import type { Problem } from "../core/errors.ts";
import { bottleneckRatePerS } from "../system/topology/bottleneck.ts";
import type { Topology } from "../system/topology/topology.ts";
import { type InputPaths, readInputs } from "./inputs.ts";

export type ValidateResult = {
  readonly topologyPath: string;
  readonly topology: Topology;
  /** Largest entry rate that every service can serve at its maximum replicas, requests per second. */
  readonly bottleneckRatePerS: number;
  readonly warnings: readonly Problem[];
};

/** Everything that is wrong with a topology and its scenario, or what they say when nothing is. */
export function validate(paths: InputPaths): ValidateResult {
  const { topology, topologyPath, warnings } = readInputs(paths);
  return { topologyPath, topology, bottleneckRatePerS: bottleneckRatePerS(topology), warnings };
}
