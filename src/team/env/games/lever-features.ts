import { box } from "../spaces/space.ts";
import type { LeverFeature } from "./levers/lever.ts";
import type { ObservationSet } from "./observation-sets.ts";

/** An observation with what agents have to see of their levers behind it. */
export function withLevers(set: ObservationSet, levers: readonly LeverFeature[]): ObservationSet {
  if (levers.length === 0) return set;
  const { low, high } = set.space;
  const length = low.length + levers.length;
  return {
    ...set,
    features: [...set.features, ...levers.map(({ name }) => name)],
    space: box([...low, ...levers.map(() => 0)], [...high, ...levers.map((lever) => lever.high)], [length]),
    of(service) {
      const all = new Float32Array(length);
      all.set(set.of(service));
      for (const [at, lever] of levers.entries()) all[low.length + at] = Math.min(lever.high, lever.of(service));
      return all;
    },
  };
}
