/**
 * The random numbers of NumPy's `RandomState`, so that a paper's scenarios come out as its authors drew them; of normal
 * numbers the last bit may differ, because the logarithm is the engine's. For nothing else: karma's own generator is
 * `core/rng.ts`.
 *
 * @source Matsumoto & Nishimura, Mersenne Twister (1998), MT19937; NumPy's frozen legacy distributions
 */
export type NumpyRandom = {
  /** Uniform in [low, high), 53 bits. */
  uniform(low: number, high: number): number;
  /** Whole number in [low, high), high - low <= 2^32; drawn by masks and rejection. */
  randint(low: number, high: number): number;
  /** Normal, by the polar method; values are drawn in pairs. */
  normal(mean: number, deviation: number): number;
};

/** @param seed  whole number in [0, 2^32) */
export function createNumpyRandom(seed: number): NumpyRandom {
  const nextWord = createTwister(seed);

  function unit(): number {
    const high = nextWord() >>> 5;
    const low = nextWord() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  const standardNormal = createNormals(unit);
  return {
    uniform: (low, high) => low + (high - low) * unit(),
    randint: (low, high) => {
      const largest = high - low - 1;
      if (largest === 0) return low;
      const mask = 0xffff_ffff >>> Math.clz32(largest);
      for (;;) {
        const value = (nextWord() & mask) >>> 0;
        if (value <= largest) return low + value;
      }
    },
    normal: (mean, deviation) => mean + deviation * standardNormal(),
  };
}

/** The polar method gives two values at a time: every other one was drawn before. */
function createNormals(unit: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * unit() - 1;
      const y = 2 * unit() - 1;
      const squared = x * x + y * y;
      if (squared >= 1 || squared === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(squared)) / squared);
      spare = factor * x;
      return factor * y;
    }
  };
}

const words = 624;
const middle = 397;

/** 32-bit words of MT19937. */
function createTwister(seed: number): () => number {
  const state = new Uint32Array(words);
  state[0] = seed;
  for (let i = 1; i < words; i++) {
    const before = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = Math.imul(1_812_433_253, before) + i;
  }
  let at = words;
  return () => {
    if (at === words) {
      twist(state);
      at = 0;
    }
    let word = state[at++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c_5680;
    word ^= (word << 15) & 0xefc6_0000;
    word ^= word >>> 18;
    return word >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < words; i++) {
    const joined = (state[i]! & 0x8000_0000) | (state[(i + 1) % words]! & 0x7fff_ffff);
    state[i] = state[(i + middle) % words]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908_b0df : 0);
  }
}
