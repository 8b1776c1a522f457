import type { GuardBounds } from "../../control/guard/guard.ts";
import type { Rng } from "../../core/rng.ts";
import type { FaultyEpisode } from "../../twin/cluster/faulty-twin.ts";
import type { FluidEpisode, FluidFlood } from "../../twin/fluid/fluid-twin.ts";

/** What all environments of a group meet. */
export type GroupWorld = Pick<FaultyEpisode, "faults"> & {
  readonly traffic: Pick<FluidEpisode, "ratePerS" | "stepMs">;
  readonly capacityFactor: Float64Array;
};

type EpisodeParts = {
  /** See the game's. */
  readonly randomisation: { readonly startup: number; readonly initial: readonly [number, number] };
  readonly podsPerEntryRequest: Float64Array;
  readonly bounds: Pick<GuardBounds, "minReplicas" | "maxReplicas">;
  readonly floods?: readonly FluidFlood[];
};

/** Throws the dice of one environment. */
export function drawEpisode(
  { randomisation, podsPerEntryRequest, bounds, floods }: EpisodeParts,
  { traffic, capacityFactor, faults }: GroupWorld,
  rng: Rng,
): FaultyEpisode {
  const [low, high] = randomisation.initial;
  const initialReplicas = podsPerEntryRequest.map((pods, service) => {
    const replicas = Math.ceil(traffic.ratePerS[0]! * pods * rng.between(low, high));
    return Math.min(bounds.maxReplicas[service]!, Math.max(bounds.minReplicas[service]!, replicas));
  });
  const startupFactor = drawAround(rng, 1, randomisation.startup)[0]!;
  const episode: FluidEpisode = { ...traffic, initialReplicas, capacityFactor, startupFactor, rng: rng.split("noise") };
  return { ...episode, ...(floods && { floods }), ...(faults && { faults }) };
}

/** [length] factors of U(1 - spread, 1 + spread). */
export function drawAround(rng: Rng, length: number, spread: number): Float64Array {
  return Float64Array.from({ length }, () => rng.between(1 - spread, 1 + spread));
}
