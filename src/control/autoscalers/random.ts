import { createRng } from "../../core/rng.ts";
import type { Autoscaler } from "../loop/autoscaler.ts";
import type { AutoscalerContext } from "./context.ts";

export type RandomConfig = {
  /** Largest change in one period, replicas; any size the topology allows when left out. */
  readonly step?: number | undefined;
  readonly seed: number;
};

export const defaultRandomConfig: RandomConfig = { seed: 1 };

/** Draws a size for each service each period, uniformly: the floor that anything learned must be above. */
export function createRandom({ step, seed }: RandomConfig, context: AutoscalerContext): Autoscaler {
  const rng = (context.rng ?? createRng("random autoscaler")).split(seed);
  const { services } = context.topology;
  return {
    name: step === undefined ? "random" : `random:step=${step}`,
    decide: (readings) =>
      services.map(({ minReplicas, maxReplicas }, service) => {
        const drawn =
          step === undefined
            ? minReplicas + rng.integer(maxReplicas - minReplicas + 1)
            : readings.desired[service]! + rng.integer(2 * step + 1) - step;
        const replicas = Math.min(maxReplicas, Math.max(minReplicas, drawn));
        return { replicas, reasons: ["drawn at random"] };
      }),
  };
}
