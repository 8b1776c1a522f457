/** Where buckets of growing width lie: the first is `firstBucket` wide, each next one 5 % wider. */
export type HistogramScale = {
  /** In the histogram's unit, > 0. */
  readonly firstBucket: number;
  /** What is above counts as this. */
  readonly highest: number;
};

/** Weights of values that fade with time: a sample counts half as much as one that is a half-life younger. */
export type DecayingHistogram = {
  /** @param weight  of the sample at its time; negative takes an earlier sample back */
  add(value: number, weight: number, atMs: number): void;
  /** The upper edge of the bucket in which the share q of the weight is reached; 0 when empty. q in [0, 1]. */
  percentile(q: number): number;
};

const growth = 1.05;

/** Weight below this is none. @source vertical-pod-autoscaler, 0.001 x the smallest sample weight */
const negligibleWeight = 1e-4;

/** Beyond so many half-lives weights are scaled back, before they overflow. */
const longestExponent = 100;

/** @source kubernetes/autoscaler, vertical-pod-autoscaler/pkg/recommender/util: histogram, decaying_histogram */
export function createDecayingHistogram(scale: HistogramScale, halfLifeMs: number): DecayingHistogram {
  const weights = new Float64Array(bucketOf(scale.highest, scale) + 2);
  const last = weights.length - 1;
  let referenceMs = 0;
  let total = 0;

  function rebase(atMs: number): void {
    const halfLives = Math.round((atMs - referenceMs) / halfLifeMs);
    const factor = 2 ** -halfLives;
    for (const [bucket, weight] of weights.entries()) weights[bucket] = weight * factor;
    total *= factor;
    referenceMs += halfLives * halfLifeMs;
  }

  return {
    add: (value, weight, atMs) => {
      if (atMs > referenceMs + longestExponent * halfLifeMs) rebase(atMs);
      const decayed = weight * 2 ** ((atMs - referenceMs) / halfLifeMs);
      const bucket = Math.min(last, bucketOf(value, scale));
      const before = weights[bucket]!;
      const after = Math.max(0, before + decayed);
      weights[bucket] = after;
      total += after - before;
    },
    percentile: (q) => {
      const highest = weights.findLastIndex((weight) => weight >= negligibleWeight);
      if (highest < 0) return 0;
      let bucket = weights.findIndex((weight) => weight >= negligibleWeight);
      for (let sum = weights[bucket]!; bucket < highest && sum < q * total; sum += weights[bucket]!) bucket++;
      return bucketStart(Math.min(last, bucket + 1), scale);
    },
  };
}

/** Width k is first x 1.05^k, so that the edges are a geometric sum. */
function bucketOf(value: number, { firstBucket }: HistogramScale): number {
  if (value < firstBucket) return 0;
  return Math.floor(Math.log((value * (growth - 1)) / firstBucket + 1) / Math.log(growth));
}

function bucketStart(bucket: number, { firstBucket }: HistogramScale): number {
  return (firstBucket * (growth ** bucket - 1)) / (growth - 1);
}
