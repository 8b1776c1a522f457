import { cos, exp, log } from "./math";

/** The random numbers of src/core/rng.ts. A stream is its state: four 32-bit words. */
export const STREAM_BYTES: usize = 16;

export function next(stream: usize): u32 {
  const b = load<u32>(stream, 4);
  const c = load<u32>(stream, 8);
  const counter = load<u32>(stream, 12);
  const t = load<u32>(stream) + b + counter;
  store<u32>(stream, b ^ (b >> 9));
  store<u32>(stream, c + (c << 3), 4);
  store<u32>(stream, rotl<u32>(c, 21) + t, 8);
  store<u32>(stream, counter + 1, 12);
  return t;
}

function uniform(stream: usize): f64 {
  const high = next(stream) >> 5;
  const low = next(stream) >> 6;
  return (<f64>high * 67_108_864.0 + <f64>low) / 9_007_199_254_740_992.0;
}

export function normal(stream: usize): f64 {
  const radius = sqrt<f64>(-2 * log(1 - uniform(stream)));
  return radius * cos(2 * Math.PI * uniform(stream));
}

/** Poisson count of a mean up to 64. */
export function poisson(stream: usize, mean: f64): f64 {
  if (mean <= 0) return 0;
  const limit = exp(-mean);
  let count: f64 = 0;
  for (let product = uniform(stream); product > limit; product *= uniform(stream)) count++;
  return count;
}
