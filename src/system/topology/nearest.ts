/**
 * The candidate that `word` is probably a slip of, the first of equals: at most a third of its letters wrong, or its
 * end left out. Words under three letters are too short to tell.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.slice(0, LONGEST).toLowerCase();
  if (lower.length < 3) return undefined;
  let best: string | undefined;
  let bestDistance = Math.floor(lower.length / 3) + 1;
  for (const candidate of candidates) {
    const other = candidate.slice(0, LONGEST).toLowerCase();
    const distance = other.startsWith(lower) ? 1 : editDistance(lower, other);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean "cart"?` or nothing, to end a message with. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = nearest(word, candidates);
  return candidate === undefined ? "" : `; did you mean "${candidate}"?`;
}

/** Longer names are compared by their beginnings, so that a hostile file costs no time. */
const LONGEST = 64;

/** Insertions, deletions, changed letters and swapped neighbours that make `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = isSwap ? beforeLast[column - 2]! + 1 : Infinity;
      current.push(Math.min(change, swap, last[column]! + 1, current[column - 1]! + 1));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
