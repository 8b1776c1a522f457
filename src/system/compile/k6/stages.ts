import type { Workload } from "../../workload/workload.ts";

/** A rate at a time: straight lines lie between two of them. */
type Vertex = { readonly atMs: number; readonly ratePerS: number };

/** A stage of k6: from the target before to this one, evenly. Targets are whole numbers per minute. */
export type Stage = { readonly durationMs: number; readonly perMinute: number };

export type Stages = { readonly startPerMinute: number; readonly stages: readonly Stage[] };

/** How far the lines may be off, as a share of the highest rate. */
const TOLERANCE = 0.005;

/**
 * A realised rate as few straight lines. Between the middles of two steps it is a straight line already, so that the
 * number of requests stays.
 *
 * @source Ramer (1972), Douglas and Peucker (1973): points that lie close to the line are left out
 */
export function stagesOf({ ratePerS, stepMs }: Workload): Stages {
  const vertices: Vertex[] = Array.from(ratePerS, (rate, step) => ({ atMs: (step + 0.5) * stepMs, ratePerS: rate }));
  const all = [
    { atMs: 0, ratePerS: ratePerS[0]! },
    ...vertices,
    { atMs: ratePerS.length * stepMs, ratePerS: ratePerS.at(-1)! },
  ];
  const highest = ratePerS.reduce((most, rate) => Math.max(most, rate), 0);
  const kept = simplify(all, TOLERANCE * highest);
  return {
    startPerMinute: perMinute(kept[0]!),
    stages: kept.slice(1).map((vertex, index) => ({
      durationMs: Math.round(vertex.atMs) - Math.round(kept[index]!.atMs),
      perMinute: perMinute(vertex),
    })),
  };
}

function perMinute({ ratePerS }: Vertex): number {
  return Math.round(ratePerS * 60);
}

function simplify(all: readonly Vertex[], tolerance: number): readonly Vertex[] {
  const isKept = new Uint8Array(all.length);
  isKept[0] = isKept[all.length - 1] = 1;
  const open: (readonly [from: number, to: number])[] = [[0, all.length - 1]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span;
    const farthest = farthestBetween(all, from, to);
    if (farthest.off <= tolerance) continue;
    isKept[farthest.index] = 1;
    open.push([from, farthest.index], [farthest.index, to]);
  }
  return all.filter((_, index) => isKept[index] === 1);
}

function farthestBetween(
  all: readonly Vertex[],
  from: number,
  to: number,
): { readonly index: number; readonly off: number } {
  const [a, b] = [all[from]!, all[to]!];
  const slope = (b.ratePerS - a.ratePerS) / (b.atMs - a.atMs);
  let found = { index: from, off: 0 };
  for (let index = from + 1; index < to; index++) {
    const { atMs, ratePerS } = all[index]!;
    const off = Math.abs(ratePerS - (a.ratePerS + slope * (atMs - a.atMs)));
    if (off > found.off) found = { index, off };
  }
  return found;
}
