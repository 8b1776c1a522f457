import type { Distribution } from "../../core/distribution.ts";

const { imul } = Math;

/**
 * Random numbers by name instead of by order: each request has a key, and each of its draws a number. What a request
 * draws depends on nothing that happened before, so an autoscaler changes nobody's work.
 *
 * @param key   32 bits
 * @param draw  which number of that key, a whole number >= 0
 * @returns 32 well-mixed bits, signed
 * @source finaliser of MurmurHash3 (Austin Appleby), twice, with a Weyl step between
 */
export function mixKey(key: number, draw: number): number {
  let bits = key ^ imul(draw + 1, 0x9e3779b9);
  bits = imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  bits = (bits ^ (bits >>> 16)) + imul(draw, 0x6c62272e);
  bits = imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = imul(bits ^ (bits >>> 12), 0x297a2d39);
  return bits ^ (bits >>> 15);
}

/** Uniform in (0, 1), 32 bits. */
export function uniformOf(key: number, draw: number): number {
  return ((mixKey(key, draw) >>> 0) + 0.5) / 4_294_967_296;
}

/** A distribution in one form for all kinds, so that drawing from it is one piece of code for the engine. */
export type Draw = {
  readonly form: 0 | 1 | 2 | 3;
  readonly mean: number;
  /** Standard deviation: of the logarithm (lognormal), of the value (normal). */
  readonly spread: number;
  readonly min: number;
  readonly max: number;
};

const CONSTANT = 0;
const EXPONENTIAL = 1;
const LOGNORMAL = 2;
const NORMAL = 3;

export function drawOf(distribution: Distribution): Draw {
  const { mean } = distribution;
  switch (distribution.kind) {
    case "constant":
      return { form: CONSTANT, mean, spread: 0, min: 0, max: Infinity };
    case "exponential":
      return { form: EXPONENTIAL, mean, spread: 0, min: 0, max: Infinity };
    case "lognormal":
      return { form: LOGNORMAL, mean, spread: Math.sqrt(Math.log(1 + distribution.cv ** 2)), min: 0, max: Infinity };
    case "normal":
      return { form: NORMAL, mean, spread: distribution.sd, min: Math.max(0, distribution.min), max: distribution.max };
  }
}

/** A value >= 0. Uses draws `draw` and `draw + 1`. */
export function sampleOf({ form, mean, spread, min, max }: Draw, key: number, draw: number): number {
  if (form === CONSTANT) return mean;
  if (form === EXPONENTIAL) return -mean * Math.log(uniformOf(key, draw));
  if (form === LOGNORMAL) return mean * Math.exp(spread * normalOf(key, draw) - (spread * spread) / 2);
  return Math.min(max, Math.max(min, mean + spread * normalOf(key, draw)));
}

/** Box-Muller; the second value is thrown away. */
function normalOf(key: number, draw: number): number {
  return Math.sqrt(-2 * Math.log(uniformOf(key, draw))) * Math.cos(2 * Math.PI * uniformOf(key, draw + 1));
}

/** Draws of a request, by number. Those of its calls follow: two for each. */
export const WORK_DRAW = 0;
export const LATENCY_DRAW = 2;
export const ERROR_DRAW = 4;
export const ENTRY_DRAW = 5;
const FIRST_CALL_DRAW = 8;

/** Whether the call is made, by its place in the endpoint. */
export function callDraw(place: number): number {
  return FIRST_CALL_DRAW + 2 * place;
}

/** The key of what is called. */
export function calleeDraw(place: number): number {
  return FIRST_CALL_DRAW + 2 * place + 1;
}
