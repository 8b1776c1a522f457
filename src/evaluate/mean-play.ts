import { meanOfKnown } from "../core/statistics.ts";
import type { Played } from "./played.ts";

/** What several teams did on the same scenario and seed, figure by figure; at least one play. */
export function meanPlay(plays: readonly Played[]): Played {
  const [first] = plays;
  const names = Object.keys(first!) as (keyof Played)[];
  const means = names.map((name) => [name, meanOfKnown(plays.map((play) => play[name]))]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an entry for each figure
  return Object.fromEntries(means) as Played;
}
