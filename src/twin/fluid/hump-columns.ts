/** Times by their mean, ms, variance, ms², and third central moment, ms³: [environments]. */
export type HumpColumns = {
  readonly meanMs: Float64Array;
  readonly variance: Float64Array;
  readonly third: Float64Array;
};

/** With their skewness, where they are looked at more than once. */
export type LeaningColumns = HumpColumns & { readonly skewness: Float64Array };

export function createHumpColumns(environments: number): LeaningColumns {
  const row = (): Float64Array => new Float64Array(environments);
  return { meanMs: row(), variance: row(), third: row(), skewness: row() };
}

export function writeSkewness({ variance, third, skewness }: LeaningColumns): void {
  for (let e = 0; e < skewness.length; e++) {
    const spread = variance[e]!;
    skewness[e] = spread > 0 ? third[e]! / (spread * Math.sqrt(spread)) : 0;
  }
}

/** Sums of moments about zero, by weight: [environments]. */
export type MixtureColumns = {
  readonly weight: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly third: Float64Array;
};

export function createMixtureColumns(environments: number): MixtureColumns {
  const row = (): Float64Array => new Float64Array(environments);
  return { weight: row(), first: row(), second: row(), third: row() };
}

/** Of this part alone. */
export function startMixture(mixture: MixtureColumns, weights: Float64Array, part: HumpColumns): void {
  const { weight, first, second, third } = mixture;
  for (let e = 0; e < weights.length; e++) {
    const own = weights[e]!;
    const mean = part.meanMs[e]!;
    const square = mean * mean;
    const spread = part.variance[e]!;
    weight[e] = own;
    first[e] = own * mean;
    second[e] = own * (spread + square);
    third[e] = own * (part.third[e]! + mean * (3 * spread + square));
  }
}

export function addPart(mixture: MixtureColumns, weights: Float64Array, part: HumpColumns): void {
  const { weight, first, second, third } = mixture;
  for (let e = 0; e < weights.length; e++) {
    const own = weights[e]!;
    const mean = part.meanMs[e]!;
    const square = mean * mean;
    const spread = part.variance[e]!;
    weight[e]! += own;
    first[e]! += own * mean;
    second[e]! += own * (spread + square);
    third[e]! += own * (part.third[e]! + mean * (3 * spread + square));
  }
}

/**
 * Adds the longer of two times. With d = m1 - m2: E|X - Y| is taken as sqrt(d² + (v1 + v2) / 2), which is exact for two
 * equal exponentials and far apart; then max = (X + Y + |X - Y|) / 2, and max² = (X² + Y² + |X² - Y²|) / 2 likewise. The
 * skewness lies between the two, and is a fifth less than theirs where they are equal, as of two exponentials.
 */
export function addLonger(mixture: MixtureColumns, weights: Float64Array, x: LeaningColumns, y: LeaningColumns): void {
  const { weight, first, second, third } = mixture;
  for (let e = 0; e < weights.length; e++) {
    const m1 = x.meanMs[e]!;
    const m2 = y.meanMs[e]!;
    const v1 = x.variance[e]!;
    const v2 = y.variance[e]!;
    const d = m1 - m2;
    const both = 0.5 * (v1 + v2);
    const apart = Math.sqrt(d * d + both);
    const r = apart > 0 ? d / apart : 0;
    const even = 1 - r * r;
    const mean = 0.5 * (m1 + m2 + apart);
    const square = both + 0.5 * (m1 * m1 + m2 * m2 + apart * (m1 + m2) + r * (v1 - v2) + even * both);
    const meanSquare = mean * mean;
    const spread = square > meanSquare ? square - meanSquare : 0;
    const lean = 0.5 * ((1 + r) * x.skewness[e]! + (1 - r) * y.skewness[e]!) * (1 - 0.195 * even);
    const own = weights[e]!;
    weight[e]! += own;
    first[e]! += own * mean;
    second[e]! += own * (spread + meanSquare);
    third[e]! += own * (lean * spread * Math.sqrt(spread) + mean * (3 * spread + meanSquare));
  }
}

/** Moments of a mixture; where it has no weight those of before stay. */
export function writeMixture(mixture: MixtureColumns, into: HumpColumns): void {
  const { weight, first, second, third } = mixture;
  for (let e = 0; e < weight.length; e++) {
    if (weight[e] === 0) continue;
    const per = 1 / weight[e]!;
    const mean = first[e]! * per;
    const square = second[e]! * per;
    const spread = square - mean * mean;
    into.meanMs[e] = mean;
    // Rounding may take what is always the same just below zero.
    into.variance[e] = spread > 0 ? spread : 0;
    into.third[e] = third[e]! * per - mean * (3 * square - 2 * mean * mean);
  }
}
