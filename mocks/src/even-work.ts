import type { MockDistribution } from "./config.ts";
import { createRandom } from "./random.ts";

/** Neighbouring requests of which each gets its work from another part of the distribution. */
const AMONG = 16;

/** Which request of a load this one belongs to, as the header `x-work-nth` says; undefined where it does not. */
export function nthOf(header: string | readonly string[] | undefined): number | undefined {
  if (typeof header !== "string" || !/^\d{1,9}$/.test(header)) return undefined;
  return Number(header);
}

/**
 * Work that is spread evenly: of any sixteen requests of a load that begin with a multiple of it, each gets its work from
 * another sixteenth of the distribution. So the CPU of a few requests tells the mean of all. All replicas that share a
 * name share one order.
 */
export function createEvenWork(name: string, workMs: MockDistribution): (nth: number) => number {
  let block = -1;
  let order: readonly number[] = [];
  return (nth) => {
    const now = Math.floor(nth / AMONG);
    if (now !== block) order = shuffled(AMONG, `${name}/${now}`);
    block = now;
    const within = createRandom(`${name}/${nth}/within`).uniform();
    return quantileOf(workMs, (order[nth % AMONG]! + within) / AMONG);
  };
}

/** @source Fisher-Yates */
function shuffled(count: number, seed: string): readonly number[] {
  const { uniform } = createRandom(seed);
  const order = Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(uniform() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** The value below which a share of the distribution lies. */
function quantileOf(distribution: MockDistribution, share: number): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.mean;
    case "exponential":
      return -distribution.mean * Math.log(1 - share);
    case "lognormal": {
      const variance = Math.log(1 + distribution.cv ** 2);
      return distribution.mean * Math.exp(Math.sqrt(variance) * normalQuantile(share) - variance / 2);
    }
    case "normal": {
      const { mean, sd, min, max } = distribution;
      return Math.max(0, Math.min(max, Math.max(min, mean + sd * normalQuantile(share))));
    }
  }
}

/** To .0005. @source Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23 */
function normalQuantile(share: number): number {
  const tail = Math.min(share, 1 - share);
  const t = Math.sqrt(-2 * Math.log(Math.max(tail, Number.MIN_VALUE)));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  const z = t - above / below;
  return share < 0.5 ? -z : z;
}
