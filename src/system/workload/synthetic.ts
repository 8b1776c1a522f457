import type { Rng } from "../../core/rng.ts";
import { bottleneckRatePerS } from "../topology/bottleneck.ts";
import type { Topology } from "../topology/topology.ts";
import { crowdsShape, dailyShape, drawCrowds } from "./shape.ts";
import { scenarioDefaults } from "./scenario-defaults.ts";
import type { FlashCrowd, RandomCrowds } from "./scenario.ts";

const HOUR_S = 3_600;
/** Crowds in four hours: calm, usual and busy pieces. */
const CROWDS_IN_4_H = [0.5, 2, 4];
/** A share of the crowds is at least doubling. */
const STRONG = { share: 0.6, factor: { min: 2, max: 5 } };
/** Correlation time of the noise, s. The source gives none. */
const NOISE_S = 300;
/** Rates are capped at this share of what the bottleneck can serve at maximum replicas. */
const CAP_SHARE = 0.72;

export type SyntheticOptions = {
  readonly lengthS: number;
  readonly stepMs: number;
  /** Where the base rate lies, requests per second. */
  readonly volume: number;
  readonly topology: Topology;
};

/**
 * A random curve of the family that training uses, requests per second: [steps]. Base rate volume x e^U(-.45, .25), a
 * sine of 10-50 % over 2-8 h, Ornstein-Uhlenbeck noise of 3-12 %, and crowds of up to five times the rate.
 *
 * @source the synthetic training set of the prototype that compared formulations; its cap of 1,500 requests/s is 72 % of
 * that topology's bottleneck
 */
export function syntheticRates(rng: Rng, { lengthS, stepMs, volume, topology }: SyntheticOptions): Float64Array {
  const base = volume * Math.exp(rng.between(-0.45, 0.25));
  const wave = dailyShape({
    amplitude: rng.between(0.1, 0.5),
    periodS: rng.between(2, 8) * HOUR_S,
    phase: rng.uniform(),
  });
  const noiseSd = rng.between(0.03, 0.12);
  const crowds = crowdsShape(drawFamilyCrowds(lengthS, rng));
  const capPerS = Math.max(volume, CAP_SHARE * bottleneckRatePerS(topology));
  const stepS = stepMs / 1_000;
  const keep = Math.exp(-stepS / NOISE_S);
  let noise = noiseSd * rng.normal();
  return Float64Array.from({ length: Math.max(1, Math.ceil(lengthS / stepS)) }, (_, step) => {
    const timeS = (step + 0.5) * stepS;
    const ratePerS = base * wave(timeS) * Math.max(0, 1 + noise) * crowds(timeS);
    noise = keep * noise + noiseSd * Math.sqrt(1 - keep * keep) * rng.normal();
    return Math.min(capPerS, ratePerS);
  });
}

function drawFamilyCrowds(lengthS: number, rng: Rng): readonly FlashCrowd[] {
  const { rampS, holdS, decayS, factor } = scenarioDefaults.randomCrowds;
  const perHour = CROWDS_IN_4_H[rng.integer(CROWDS_IN_4_H.length)]! / 4;
  const random: RandomCrowds = { perHour, rampS, holdS, decayS, factor };
  // Crowds that began earlier may still be there at the start.
  const crowds = drawCrowds(random, -(rampS.max + holdS.max + decayS.max), lengthS, rng);
  return crowds.map((crowd) => ({
    atS: crowd.atS,
    factor: rng.uniform() < STRONG.share ? rng.between(STRONG.factor.min, STRONG.factor.max) : crowd.factor,
    rampS: crowd.rampS,
    holdS: crowd.holdS,
    decayS: crowd.decayS,
  }));
}
