import { next, poisson } from "./rng";

/** Below it a count is drawn as it is: src/twin/fluid/count-noise.ts. */
const FEW: f64 = 10;

/** @param normals  quantiles of a standard normal in the middles of 4096 equal parts */
export function quickNormal(stream: usize, normals: usize): f64 {
  return load<f64>(normals + ((<usize>(next(stream) >> 20)) << 3));
}

/** A Poisson count, or a rounded normal. */
export function drawCount(stream: usize, normals: usize, mean: f64): f64 {
  if (mean < FEW) return poisson(stream, mean);
  return max<f64>(0, round(mean + sqrt<f64>(mean) * quickNormal(stream, normals)));
}

/** As JavaScript rounds: halves up. */
function round(x: f64): f64 {
  const up = ceil<f64>(x);
  return up - 0.5 > x ? up - 1 : up;
}

/**
 * How many requests came since the last draw, beyond what was expected.
 *
 * @param expected  of one environment, as `surplus`
 */
export function countArrivals(stream: usize, normals: usize, expected: usize, surplus: usize): void {
  const mean = load<f64>(expected);
  if (mean > 0) store<f64>(surplus, load<f64>(surplus) + (drawCount(stream, normals, mean) - mean));
  store<f64>(expected, 0);
}
