import { observationSize, observedFeatures } from "./observe.ts";

/** What the agents of a team saw in training, feature by feature, all of them together: they share one network. */
export type SeenRanges = {
  /** Observations looked at. */
  readonly samples: number;
  /** Quantile 0.001 of each feature: [features]. */
  readonly low: readonly number[];
  /** Quantile 0.999 of each feature: [features]. */
  readonly high: readonly number[];
};

const tail = 0.001;
/**
 * How far beyond its range a feature may lie, as a share of the range's width.
 *
 * @source measured on local processes at time x 10: a quarter doubts every third decision, most of them for the noise
 * that few requests in a short window make; half doubts one in twelve, around the killed pod and the flash crowd
 */
const slackShare = 0.5;
/** The least slack, in units of the feature: a range of one value is no reason to doubt its neighbours. */
const leastSlack = 0.25;

/** @param observations  [samples][features] */
export function seenRanges(observations: Float32Array): SeenRanges {
  const samples = observations.length / observationSize;
  const low: number[] = [];
  const high: number[] = [];
  for (let feature = 0; feature < observationSize; feature++) {
    const values = Float32Array.from({ length: samples }, (_, row) => observations[row * observationSize + feature]!);
    values.sort();
    low.push(values[Math.floor(tail * (samples - 1))]!);
    high.push(values[Math.ceil((1 - tail) * (samples - 1))]!);
  }
  return { samples, low, high };
}

/**
 * Features of an observation that lie outside of what was seen in training, as sentences: below the range or above it
 * by more than half its width, at least by 0.25.
 */
export function unseenFeatures(observation: readonly number[], { low, high }: SeenRanges): string[] {
  return observedFeatures.flatMap((name, at) => {
    const slack = Math.max(leastSlack, slackShare * (high[at]! - low[at]!));
    const value = observation[at]!;
    if (value >= low[at]! - slack && value <= high[at]! + slack) return [];
    return [`unseen: ${name} is ${figure(value)}, in training ${figure(low[at]!)} to ${figure(high[at]!)}`];
  });
}

function figure(value: number): string {
  return value.toFixed(2);
}
