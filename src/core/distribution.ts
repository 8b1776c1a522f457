import type { Rng } from "./rng.ts";

/** A non-negative random quantity, as topologies and calibrations give it. The unit is the field's. */
export type Distribution =
  | { readonly kind: "constant"; readonly mean: number }
  | { readonly kind: "exponential"; readonly mean: number }
  /** `cv` is the coefficient of variation: standard deviation / mean. */
  | { readonly kind: "lognormal"; readonly mean: number; readonly cv: number }
  /** Normal, clipped to [min, max]. */
  | { readonly kind: "normal"; readonly mean: number; readonly sd: number; readonly min: number; readonly max: number };

export function sample(distribution: Distribution, rng: Rng): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.mean;
    case "exponential":
      return distribution.mean * rng.exponential();
    case "lognormal": {
      const variance = Math.log(1 + distribution.cv ** 2);
      return distribution.mean * Math.exp(Math.sqrt(variance) * rng.normal() - variance / 2);
    }
    case "normal":
      return Math.min(distribution.max, Math.max(distribution.min, distribution.mean + distribution.sd * rng.normal()));
  }
}

/** Squared coefficient of variation: variance / mean². Clipping of a normal is neglected. */
export function squaredCv(distribution: Distribution): number {
  switch (distribution.kind) {
    case "constant":
      return 0;
    case "exponential":
      return 1;
    case "lognormal":
      return distribution.cv ** 2;
    case "normal":
      return distribution.mean === 0 ? 0 : (distribution.sd / distribution.mean) ** 2;
  }
}

/** Third central moment, the cube of the unit. Clipping of a normal is neglected. */
export function thirdMoment(distribution: Distribution): number {
  switch (distribution.kind) {
    case "constant":
    case "normal":
      return 0;
    case "exponential":
      return 2 * distribution.mean ** 3;
    case "lognormal":
      // Skewness is (w + 2) √(w - 1) with w - 1 = cv².
      return (distribution.cv ** 2 + 3) * distribution.cv ** 4 * distribution.mean ** 3;
  }
}

/** The same distribution with every value multiplied by `factor` > 0. */
export function scaleDistribution(distribution: Distribution, factor: number): Distribution {
  const mean = distribution.mean * factor;
  if (distribution.kind !== "normal") return { ...distribution, mean };
  return {
    kind: "normal",
    mean,
    sd: distribution.sd * factor,
    min: distribution.min * factor,
    max: distribution.max * factor,
  };
}
