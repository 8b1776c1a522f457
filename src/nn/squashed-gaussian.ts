import type { Head } from "./head.ts";
import type { Vector } from "./kernels.ts";
import { tanh } from "./tanh.ts";

/**
 * Normal numbers squashed by tanh, so that actions stay in (-1, 1). Outputs are the means, then the logarithms of the
 * deviations, cut to [-5, 2]; beyond the cut these are taught nothing. What is remembered of an action is the number
 * before tanh, so that it need not be undone.
 *
 * @param size  numbers of one action
 * @source Haarnoja et al., Soft Actor-Critic Algorithms and Applications (arXiv 1812.05905), appendix C, eq. 26; bounds:
 * vwxyzjn/cleanrl, sac_continuous_action.py
 */
export function squashedGaussianHead(size: number): Head {
  return {
    outputs: 2 * size,
    actionSize: size,
    drawnColumn: (actions) => new Float64Array(actions * size),
    playedColumn: (actions) => new Float64Array(actions * size),
    prepare() {},
    draw(output, at, rng, drawn, actionAt) {
      for (let k = 0; k < size; k++)
        drawn[actionAt + k] = output[at + k]! + Math.exp(cut(output[at + size + k]!)) * rng.normal();
    },
    play(drawn, from, count, played, to) {
      for (let k = 0; k < count; k++) played[to + k] = tanh(drawn[from + k]!);
    },
    logProbability(output, at, drawn, actionAt) {
      let sum = 0;
      for (let k = 0; k < size; k++)
        sum -= surpriseOf(drawn[actionAt + k]!, output[at + k]!, cut(output[at + size + k]!));
      return sum;
    },
    entropy(output, at) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += entropyOf(output[at + k]!, cut(output[at + size + k]!));
      return sum;
    },
    gradient(output, at, drawn, actionAt, weights, gradient) {
      for (let k = 0; k < size; k++) {
        entropyGradient(output, at + k, at + size + k, weights.entropy, gradient);
        const logDeviation = output[at + size + k]!;
        const deviation = Math.exp(cut(logDeviation));
        const off = (drawn[actionAt + k]! - output[at + k]!) / deviation;
        const ofMean = gradient[at + k]! + (weights.logProbability * off) / deviation;
        const ofDeviation = gradient[at + size + k]! + weights.logProbability * (off * off - 1);
        gradient[at + k] = ofMean / weights.over;
        gradient[at + size + k] = isCut(logDeviation) ? 0 : ofDeviation / weights.over;
      }
    },
  };
}

const leastLogDeviation = -5;
const mostLogDeviation = 2;
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

function cut(logDeviation: number): number {
  return Math.min(mostLogDeviation, Math.max(leastLogDeviation, logDeviation));
}

function isCut(logDeviation: number): boolean {
  return logDeviation < leastLogDeviation || logDeviation > mostLogDeviation;
}

/** Minus the logarithm of the density of tanh of a number, at a mean and a deviation. */
function surpriseOf(number: number, mean: number, logDeviation: number): number {
  const off = (number - mean) / Math.exp(logDeviation);
  return 0.5 * off * off + logDeviation + halfLogTwoPi + logTanhSlope(number);
}

/** log(1 - tanh²(x)), which 1 - tanh² itself would round to log 0 from 10 on. */
export function logTanhSlope(x: number): number {
  const softplus = Math.max(0, -2 * x) + Math.log1p(Math.exp(-2 * Math.abs(x)));
  return 2 * (Math.LN2 - x - softplus);
}

/** Deviations at which integrals over a normal number look, and their weights. */
const nodes = Float64Array.from({ length: 49 }, (_, k) => k / 4 - 6);
const densities = nodes.map((node) => Math.exp(-0.5 * node * node));
const weightSum = densities.reduce((sum, one) => sum + one, 0);
const nodeWeights = densities.map((one) => one / weightSum);

/**
 * Of one number, nats: that of the normal number, and the mean of log(1 - tanh²), which no formula gives, by the
 * trapezoidal rule. To 1e-6 up to a deviation of 1, to 1e-2 at the largest.
 */
function entropyOf(mean: number, logDeviation: number): number {
  const deviation = Math.exp(logDeviation);
  let sum = logDeviation + halfLogTwoPi + 0.5;
  for (let k = 0; k < nodes.length; k++) sum += nodeWeights[k]! * logTanhSlope(mean + deviation * nodes[k]!);
  return sum;
}

/** Overwrites the gradient of one number's entropy, by its mean and by the logarithm of its deviation. */
function entropyGradient(output: Vector, meanAt: number, deviationAt: number, weight: number, gradient: Vector): void {
  let ofMean = 0;
  let ofDeviation = 0;
  if (weight !== 0) {
    const deviation = Math.exp(cut(output[deviationAt]!));
    ofDeviation = weight;
    for (let k = 0; k < nodes.length; k++) {
      const slope = -2 * weight * nodeWeights[k]! * tanh(output[meanAt]! + deviation * nodes[k]!);
      ofMean += slope;
      ofDeviation += slope * deviation * nodes[k]!;
    }
  }
  gradient[meanAt] = ofMean;
  gradient[deviationAt] = ofDeviation;
}
