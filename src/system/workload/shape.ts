import type { Rng } from "../../core/rng.ts";
import type { Daily, FlashCrowd, RandomCrowds, Ramp, Stage } from "./scenario.ts";

/** What a part multiplies the volume by at a time of the scenario, s. */
export type Shape = (timeS: number) => number;

export function rampShape({ from, to, startS, endS }: Ramp): Shape {
  return (timeS) => from + (to - from) * Math.min(1, Math.max(0, (timeS - startS) / (endS - startS)));
}

/** Straight lines from 0 to the factor of each stage in turn; the last one holds. */
export function stagesShape(stages: readonly Stage[]): Shape {
  return (timeS) => {
    let fromS = 0;
    let from = 0;
    for (const { durationS, to } of stages) {
      if (timeS < fromS + durationS) return from + ((to - from) * (timeS - fromS)) / durationS;
      fromS += durationS;
      from = to;
    }
    return from;
  };
}

export function dailyShape({ amplitude, periodS, phase }: Daily): Shape {
  return (timeS) => 1 + amplitude * Math.sin(2 * Math.PI * (timeS / periodS + phase));
}

/** Crowds that overlap multiply. */
export function crowdsShape(crowds: readonly FlashCrowd[]): Shape {
  const sorted = crowds.toSorted((a, b) => a.atS - b.atS);
  const longestS = Math.max(0, ...sorted.map(lengthOf));
  return (timeS) => {
    let factor = 1;
    // Only crowds that began lately can still be there.
    for (let i = firstFrom(sorted, timeS - longestS); i < sorted.length && sorted[i]!.atS <= timeS; i++) {
      factor *= crowdFactor(sorted[i]!, timeS);
    }
    return factor;
  };
}

/** Index of the first crowd that begins at `fromS` or later. */
function firstFrom(sorted: readonly FlashCrowd[], fromS: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.atS < fromS) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lengthOf({ rampS, holdS, decayS }: FlashCrowd): number {
  return rampS + holdS + decayS;
}

function crowdFactor(crowd: FlashCrowd, timeS: number): number {
  const { factor, rampS, decayS } = crowd;
  const sinceS = timeS - crowd.atS;
  const leftS = lengthOf(crowd) - sinceS;
  if (sinceS < 0 || leftS <= 0) return 1;
  const height = Math.min(1, rampS === 0 ? 1 : sinceS / rampS, decayS === 0 ? 1 : leftS / decayS);
  return 1 + (factor - 1) * height;
}

/** Crowds that begin in [fromS, toS), at independent random times. */
export function drawCrowds(random: RandomCrowds, fromS: number, toS: number, rng: Rng): readonly FlashCrowd[] {
  const count = rng.poisson((random.perHour * (toS - fromS)) / 3_600);
  return Array.from({ length: count }, () => ({
    atS: rng.between(fromS, toS),
    factor: rng.between(random.factor.min, random.factor.max),
    rampS: rng.between(random.rampS.min, random.rampS.max),
    holdS: rng.between(random.holdS.min, random.holdS.max),
    decayS: rng.between(random.decayS.min, random.decayS.max),
  }));
}
