import type { MockDistribution } from "./config.ts";

/** Seeded random numbers of one replica. */
export type Random = {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** Back to the first number. */
  restart(): void;
  /** A draw from a distribution, in the distribution's unit; never below 0. */
  sample(distribution: MockDistribution): number;
};

/** @source sfc32 from PractRand (Chris Doty-Humphrey), seeded from a text by FNV-1a. */
export function createRandom(seed: string): Random {
  let [a, b, c, counter] = [0, 0, 0, 0];

  function restart(): void {
    [a, b, c, counter] = [hash(`a${seed}`), hash(`b${seed}`), hash(`c${seed}`), 1];
    for (let i = 0; i < 15; i++) next();
  }

  function next(): number {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }
  restart();

  const uniform = (): number => next() / 4_294_967_296;
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, restart, sample: (distribution) => Math.max(0, draw(distribution, uniform, normal)) };
}

function draw(distribution: MockDistribution, uniform: () => number, normal: () => number): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.mean;
    case "exponential":
      return -distribution.mean * Math.log(1 - uniform());
    case "lognormal": {
      const variance = Math.log(1 + distribution.cv ** 2);
      return distribution.mean * Math.exp(Math.sqrt(variance) * normal() - variance / 2);
    }
    case "normal":
      return Math.min(distribution.max, Math.max(distribution.min, distribution.mean + distribution.sd * normal()));
  }
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value ^ (value >>> 15);
}
