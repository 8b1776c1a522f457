/** A time by its mean, variance and third central moment: ms, ms², ms³. */
export type Hump = { meanMs: number; variance: number; third: number };

export function createHump(): Hump {
  return { meanMs: 0, variance: 0, third: 0 };
}

/** Third central moment of what is `mean`, `variance`, `third` with a probability and nothing otherwise. */
export function thirdOf(probability: number, mean: number, variance: number, third: number): number {
  const rest = 1 - probability;
  return probability * (third + 3 * rest * mean * variance + rest * (1 - 2 * probability) * mean * mean * mean);
}

/** What is left of a whole differs at least so much: variance / mean², and skewness. */
const LEAST_SCV = 0.005;
const LEAST_SKEWNESS = 0.1;

/**
 * Variance of what a whole is without a part of it, so that both together have the moments of the whole.
 *
 * @param share  of the part, [0, 1)
 * @param below  mean of the part - mean of the whole, < 0
 * @param above  mean of the rest - mean of the whole
 * @param mean   of the rest
 */
export function restVariance(
  whole: number,
  share: number,
  part: number,
  below: number,
  above: number,
  mean: number,
): number {
  const left = (whole - share * (part + below * below)) / (1 - share) - above * above;
  const least = LEAST_SCV * mean * mean;
  return left > least ? left : least;
}

/**
 * Third central moment of the same rest.
 *
 * @param partVariance  of the part
 * @param variance      of the rest
 */
export function restThird(
  whole: number,
  share: number,
  part: number,
  partVariance: number,
  below: number,
  above: number,
  variance: number,
): number {
  const left =
    (whole - share * (part + below * (3 * partVariance + below * below))) / (1 - share) -
    above * (3 * variance + above * above);
  const least = LEAST_SKEWNESS * variance * Math.sqrt(variance);
  return left > least ? left : least;
}
