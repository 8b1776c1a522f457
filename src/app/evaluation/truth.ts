import { createRng } from "../../core/rng.ts";

/** How the system that is played on differs from what teams and rules were told of it; each is 1 and 0 when left out. */
export type Truth = {
  /** True start-up times / told ones. */
  readonly startup?: number;
  /** True capacity of a replica / the told one is U(1 - x, 1 + x), drawn for each service and play. */
  readonly capacity?: number;
  /** A number of one system: its capacities are drawn once, the same in every play and in its recording. */
  readonly system?: number;
};

export type DrawnTruth = { readonly startupFactor: number; readonly capacityFactor: Float64Array };

/** @param play  names the play; one system is the same in all of them */
export function drawTruth(truth: Truth, services: number, play: string): DrawnTruth {
  const { startup = 1, capacity = 0, system } = truth;
  const rng = createRng(system === undefined ? `truth ${play}` : `truth system ${system}`);
  const capacityFactor = Float64Array.from({ length: services }, () => rng.between(1 - capacity, 1 + capacity));
  return { startupFactor: startup, capacityFactor };
}
