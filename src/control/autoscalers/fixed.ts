import { KarmaError } from "../../core/errors.ts";
import type { Autoscaler } from "../loop/autoscaler.ts";
import { needPriors } from "../need/prior.ts";
import type { AutoscalerContext } from "./context.ts";

export type FixedConfig =
  /** The same number for every service. */
  | { readonly kind: "replicas"; readonly replicas: number }
  /** A number for each service, in the topology's order. */
  | { readonly kind: "each"; readonly replicas: readonly number[] }
  /** So many times the smallest size the topology allows. */
  | { readonly kind: "minimum"; readonly times: number }
  /** So many times what the mean rate of the run needs at 100 % CPU, by what the topology declares. */
  | { readonly kind: "mean"; readonly times: number };

/** Sized for the mean: CPU at 60 % when the mean rate arrives. */
export const defaultFixedConfig: FixedConfig = { kind: "mean", times: 1 / 0.6 };

/** Never changes a size: what capacity planning without an autoscaler gets. */
export function createFixed(config: FixedConfig, context: AutoscalerContext): Autoscaler {
  const sizes = sizesOf(config, context);
  const reason = reasonOf(config);
  const proposals = sizes.map((replicas) => ({ replicas, reasons: [reason] }));
  return { name: nameOf(config), decide: () => proposals };
}

function sizesOf(config: FixedConfig, { topology, meanRatePerS }: AutoscalerContext): number[] {
  switch (config.kind) {
    case "replicas":
      return topology.services.map(() => config.replicas);
    case "each":
      return [...config.replicas];
    case "minimum":
      return topology.services.map(({ minReplicas }) => Math.ceil(minReplicas * config.times));
    case "mean": {
      if (meanRatePerS === undefined) {
        throw new KarmaError(
          "USAGE",
          "fixed sizes for the mean rate need a run whose rate is known beforehand",
          "give a number of replicas instead: fixed:3",
        );
      }
      const { priorPodsPerEntryRequest } = needPriors(topology);
      return Array.from(priorPodsPerEntryRequest, (pods) => Math.ceil(pods * meanRatePerS * config.times));
    }
  }
}

function nameOf(config: FixedConfig): string {
  switch (config.kind) {
    case "replicas":
      return `fixed:${config.replicas}`;
    case "each":
      return `fixed:${config.replicas.join("/")}`;
    case "minimum":
      return `fixed:min=${rounded(config.times)}`;
    case "mean":
      return config === defaultFixedConfig ? "fixed" : `fixed:mean=${rounded(config.times)}`;
  }
}

function reasonOf(config: FixedConfig): string {
  switch (config.kind) {
    case "replicas":
    case "each":
      return "fixed size";
    case "minimum":
      return `fixed at ${rounded(config.times)} times the minimum`;
    case "mean":
      return `fixed at ${rounded(config.times)} times what the mean rate needs`;
  }
}

function rounded(times: number): number {
  return Math.round(times * 100) / 100;
}
