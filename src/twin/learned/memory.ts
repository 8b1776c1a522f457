import type { Rng } from "../../core/rng.ts";
import type { StateLayout } from "./state.ts";
import type { Transition } from "./transition.ts";

/** Transitions that are kept: to tell how far a question is from them, and to be learned again with new ones. */
export type Memory = {
  readonly kept: readonly Transition[];
  /** All that were ever added. */
  readonly seen: number;
  add(transition: Transition, rng: Rng): void;
};

const MOST_KEPT = 2_048;
const MOST_NUMBERS = 1_000_000;

/**
 * Keeps all while there is room, and then each that was ever seen with the same probability.
 *
 * @source Vitter, Random sampling with a reservoir (1985), algorithm R
 */
export function createMemory(
  { size }: StateLayout,
  start: { readonly kept: readonly Transition[]; readonly seen: number } = { kept: [], seen: 0 },
): Memory {
  const most = Math.max(1, Math.min(MOST_KEPT, Math.floor(MOST_NUMBERS / size)));
  const kept = [...start.kept];
  let { seen } = start;
  return {
    kept,
    get seen() {
      return seen;
    },
    add(transition, rng) {
      seen++;
      const place = kept.length < most ? kept.length : rng.integer(seen);
      if (place < most) kept[place] = transition;
    },
  };
}
