import { quantileOfSample } from "../../core/statistics.ts";
import { inputKinds, inputOf } from "./features.ts";
import { type Scaler, fitScaler } from "./scaler.ts";
import type { StateLayout } from "./state.ts";
import type { Query, Transition } from "./transition.ts";

/** How far a question is from what was learned from. */
export type DistanceMeter = {
  /**
   * Mean distance to the nearest transitions, in units of what is usual among transitions themselves: 1 = as near as
   * they are to each other, in the middle.
   */
  distance(query: Query): number;
  /** Among transitions themselves one in a hundred is further off; beyond it a prediction is a guess. */
  readonly far: number;
};

/** So many nearest are looked at: looks at the same moment a second apart are no evidence of their own. */
const NEAREST = 8;
/** Transitions of which the usual distance is taken. */
const MOST_ASKED = 256;

/** Euclidean over standardised state, action and arrivals. One question takes time in proportion to the transitions. */
export function createDistanceMeter(layout: StateLayout, transitions: readonly Transition[]): DistanceMeter {
  const kinds = inputKinds(layout, "state");
  const width = kinds.length;
  const flat = new Float64Array(transitions.length * width);
  for (const [k, one] of transitions.entries()) flat.set(inputOf(layout, "state", one), k * width);
  const scaler = fitScaler(flat, kinds);
  const rows = Float32Array.from(flat, (value, k) => scaled(value, scaler, k % width));
  const nearest = createNearest(rows, width);
  const every = Math.ceil(transitions.length / MOST_ASKED);
  const among = transitions.flatMap((_, k) =>
    k % every === 0 ? [nearest(rows.subarray(k * width, (k + 1) * width), k)] : [],
  );
  const usual = Math.max(quantileOfSample(among, 0.5), Number.EPSILON);
  return {
    distance(query) {
      const asked = inputOf(layout, "state", query).map((value, k) => scaled(value, scaler, k));
      return nearest(Float32Array.from(asked)) / usual;
    },
    far: quantileOfSample(among, 0.99) / usual,
  };
}

function scaled(value: number, { mean, sd }: Scaler, column: number): number {
  return (value - mean[column]!) / sd[column]!;
}

/** Mean distance of a row to the nearest of all, per root of the columns; one of them may be left out. */
function createNearest(rows: Float32Array, width: number): (asked: Float32Array, without?: number) => number {
  const least = new Float64Array(NEAREST);
  return (asked, without) => {
    least.fill(Number.POSITIVE_INFINITY);
    for (let row = 0, at = 0; at < rows.length; row++, at += width) {
      if (row === without) continue;
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (rows[at + k]! - asked[k]!) ** 2;
      insert(least, sum);
    }
    const found = least.filter(Number.isFinite);
    return found.reduce((sum, square) => sum + Math.sqrt(square / width), 0) / found.length;
  };
}

/** Into ascending values, of which the largest falls out. */
function insert(least: Float64Array, value: number): void {
  let place = least.length - 1;
  if (value >= least[place]!) return;
  for (; place > 0 && least[place - 1]! > value; place--) least[place] = least[place - 1]!;
  least[place] = value;
}
