import type { Rng } from "../core/rng.ts";
import type { Estimate } from "../core/statistics.ts";
import { holmAdjusted, signFlipTest } from "./statistics-tests.ts";
import {
  type Better,
  type BootstrapOptions,
  type Strata,
  interquartileMean,
  meanOfStrata,
  probabilityOfImprovement,
  stratifiedBootstrap,
} from "./statistics.ts";

/** Ours against theirs on the same seeds. */
export type PairedComparison = {
  /** Theirs - ours, mean over strata: above 0 where ours is lower. */
  readonly difference: Estimate;
  /** The same with the outer quarters of all differences cut off. */
  readonly interquartileDifference: Estimate;
  /** That a run of ours is better than one of theirs; 0.5 = no difference. */
  readonly probabilityOfImprovement: Estimate;
  /** Sign-flip test of the differences, two-sided, not corrected. */
  readonly p: number;
};

/** What Holm's correction says of a test of a family. */
export type Corrected = { readonly pAdjusted: number; readonly isSignificant: boolean };

export type ComparedRow = PairedComparison & Corrected & { readonly opponent: string };

export type CompareOptions = BootstrapOptions & { readonly better?: Better };

/** Differences theirs - ours, seed by seed: [strata][seeds]. */
export function pairedDifferences(ours: Strata, theirs: Strata): number[][] {
  return pairUp(ours, theirs).map((pairs) => pairs.map((pair) => pair.theirs - pair.ours));
}

export function comparePaired(
  ours: Strata,
  theirs: Strata,
  rng: Rng,
  { better = "lower", ...bootstrap }: CompareOptions = {},
): PairedComparison {
  const differences = pairedDifferences(ours, theirs);
  // Seeds are drawn in pairs: what a seed does to both must not look like a difference, nor like spread of it.
  const improvement = (pairs: Strata<Pair>): number =>
    probabilityOfImprovement(
      pairs.map((stratum) => stratum.map((pair) => pair.ours)),
      pairs.map((stratum) => stratum.map((pair) => pair.theirs)),
      better,
    );
  return {
    difference: stratifiedBootstrap(differences, meanOfStrata, rng.split("difference"), bootstrap),
    interquartileDifference: stratifiedBootstrap(differences, interquartileMean, rng.split("interquartile"), bootstrap),
    probabilityOfImprovement: stratifiedBootstrap(
      pairUp(ours, theirs),
      improvement,
      rng.split("improvement"),
      bootstrap,
    ),
    p: signFlipTest(differences, rng.split("flips")),
  };
}

const significanceLevel = 0.05;

/** Ours against each opponent: one family of tests, Holm-corrected together. */
export function compareWithAll(
  ours: Strata,
  opponents: ReadonlyMap<string, Strata>,
  rng: Rng,
  options: CompareOptions = {},
): ComparedRow[] {
  const rows = Array.from(opponents, ([opponent, theirs]) => {
    const compared = comparePaired(ours, theirs, rng.split(opponent), options);
    return { opponent, ...compared };
  });
  return correctedRows(rows);
}

/** All rows as one family of tests. */
export function correctedRows<Row extends { readonly p: number }>(rows: readonly Row[]): (Row & Corrected)[] {
  const adjusted = holmAdjusted(rows.map(({ p }) => p));
  return rows.map((row, index) => {
    const pAdjusted = adjusted[index]!;
    return { ...row, pAdjusted, isSignificant: pAdjusted < significanceLevel };
  });
}

type Pair = { readonly ours: number; readonly theirs: number };

function pairUp(ours: Strata, theirs: Strata): Pair[][] {
  const isSameShape =
    ours.length === theirs.length && ours.every((values, stratum) => values.length === theirs[stratum]!.length);
  if (!isSameShape) throw new Error("paired values need the same seeds on both sides, stratum by stratum");
  return ours.map((values, stratum) => values.map((value, seed) => ({ ours: value, theirs: theirs[stratum]![seed]! })));
}
