import { type Arena, createHeapArena } from "./arena.ts";
import type { Rng } from "../../core/rng.ts";

/** How calls per request wander: an Ornstein-Uhlenbeck process of their logarithm. */
export type EdgeNoise = {
  /** Stationary standard deviation of the logarithm. */
  readonly sd: number;
  /** Correlation time, ms of the clock. */
  readonly tauMs: number;
};

/** @source the validated fluid model: sd .08, 30 min */
export function usualEdgeNoise(timeScale: number): EdgeNoise {
  return { sd: 0.08, tauMs: 1_800_000 / timeScale };
}

export type EdgeFactors = {
  /** What the calls of each edge are multiplied by: [edges][environments]. */
  readonly factor: Float64Array;
  reset(environment: number, rng: Rng): void;
  /** Moves the factors of all environments on, now and then: each has its stream. */
  advance(nowTick: Float64Array, streams: readonly { readonly edges: Rng }[]): void;
};

/** The process is exact at steps of a hundredth of its correlation time, and constant between. */
const STEPS_PER_TAU = 100;

export function createEdgeFactors(
  edges: number,
  environments: number,
  tickMs: number,
  noise: EdgeNoise | undefined,
  arena: Arena = createHeapArena(),
): EdgeFactors {
  const factor = arena.float64(edges * environments).fill(1);
  if (noise === undefined || noise.sd === 0) return { factor, reset() {}, advance() {} };
  const logarithm = new Float64Array(edges * environments);
  const nextTick = new Float64Array(environments);
  const stepTicks = Math.max(1, Math.round(noise.tauMs / STEPS_PER_TAU / tickMs));
  const keep = Math.exp((-stepTicks * tickMs) / noise.tauMs);
  const spread = noise.sd * Math.sqrt(1 - keep * keep);

  function set(at: number, value: number): void {
    logarithm[at] = value;
    factor[at] = Math.exp(value);
  }

  function step(environment: number, nowTick: Float64Array, rng: Rng): void {
    nextTick[environment] = nowTick[environment]! + stepTicks;
    for (let at = environment; at < factor.length; at += environments)
      set(at, keep * logarithm[at]! + spread * rng.normal());
  }
  return {
    factor,
    reset(environment, rng) {
      nextTick[environment] = stepTicks;
      for (let at = environment; at < factor.length; at += environments) set(at, noise.sd * rng.normal());
    },
    advance(nowTick, streams) {
      for (let e = 0; e < environments; e++) if (nowTick[e]! >= nextTick[e]!) step(e, nowTick, streams[e]!.edges);
    },
  };
}
