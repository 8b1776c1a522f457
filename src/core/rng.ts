/**
 * Seeded, splittable random numbers.
 *
 * @source sfc32 from PractRand (Chris Doty-Humphrey): 128 bits of state, period about 2^127, 32-bit arithmetic only,
 * so every engine gives the same bits.
 */
export type Rng = {
  /** Uniform 32-bit unsigned integer. */
  next(): number;
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Uniform integer in [0, bound), bound >= 1. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** Exponential of mean 1. */
  exponential(): number;
  /** Poisson count of the given mean >= 0. Exact below 64, rounded normal above. */
  poisson(mean: number): number;
  /** An independent stream named by the label. Does not advance this one. */
  split(label: string | number): Rng;
  /** The state, to resume exactly here with {@link resumeRng}. Four 32-bit words. */
  state(): readonly [number, number, number, number];
};

export function createRng(seed: number | string): Rng {
  const words = hashWords(`${typeof seed}:${seed}`);
  const rng = resumeRng(words);
  for (let i = 0; i < 12; i++) rng.next();
  return rng;
}

export function resumeRng(state: readonly [number, number, number, number]): Rng {
  let [a, b, c, counter] = state;

  function next(): number {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }

  function uniform(): number {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  return {
    next,
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    integer: (bound) => Math.floor(uniform() * bound),
    normal: () => normal(uniform),
    exponential: () => -Math.log(1 - uniform()),
    poisson: (mean) => poisson(uniform, mean),
    split: (label) => createRng(`${a >>> 0},${b >>> 0},${c >>> 0},${counter >>> 0}/${label}`),
    state: () => [a, b, c, counter],
  };
}

/** Box-Muller; the second value is thrown away so that the state is four words and nothing else. */
function normal(uniform: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}

function poisson(uniform: () => number, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 64) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(uniform)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count++;
  return count;
}

/** Four well-mixed words of a text: FNV-1a per word with different bases, finished as in MurmurHash3. */
function hashWords(text: string): [number, number, number, number] {
  let [first, second, third, fourth] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    first = Math.imul(first ^ code, FNV_PRIME);
    second = Math.imul(second ^ code, FNV_PRIME);
    third = Math.imul(third ^ code, FNV_PRIME);
    fourth = Math.imul(fourth ^ code, FNV_PRIME);
  }
  return [finish(first), finish(second), finish(third), finish(fourth)];
}

const FNV_PRIME = 0x01000193;

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return again ^ (again >>> 16);
}
