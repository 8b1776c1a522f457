import { HIGHEST_UTILISATION, meanSojournMs, type Station } from "./sojourn.ts";

/** A replica whose cores neighbours take a part of: it works slower, and reaches its quota later or never. */
export type Slowed = {
  /** Most CPU it can use / most it may use, (0, 1]: below 1 where its quota is out of reach. */
  readonly share: number;
  /** The same work on a slower core, whose limit is a larger part of it. */
  readonly station: Station;
};

/**
 * The quota counts CPU time. On a core that gives `speed` of its time a request takes 1 / speed as long, and so does the
 * budget: the replica is one with longer work and a larger limit, up to its threads.
 *
 * @param speed  of the time it works, the share of its cores that a replica gets, (0, 1]
 */
export function slow(station: Station, idleCpuShare: number, speed: number): Slowed {
  const { workMs, workScv, limitCores } = station;
  const cores = Math.max(1, Math.ceil(limitCores)) * speed;
  const one = Math.min(1, cores);
  return {
    share: Math.min(1, cores / (limitCores * (1 - idleCpuShare))),
    station: { workMs: workMs / one, workScv, limitCores: Math.min(limitCores, cores) / one },
  };
}

/** How many times as long a request takes as without neighbours. @param utilisation  CPU used / most it can use */
export function slowdown(station: Station, { share, station: slowed }: Slowed, utilisation: number): number {
  const rho = Math.min(utilisation, HIGHEST_UTILISATION);
  return Math.max(1, meanSojournMs(slowed, rho) / meanSojournMs(station, rho * share));
}
