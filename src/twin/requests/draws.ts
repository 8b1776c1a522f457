import type { Distribution } from "../../core/distribution.ts";

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
  let bits = key ^ Math.imul(draw + 1, 0x9e3779b9);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  bits = (bits ^ (bits >>> 16)) + Math.imul(draw, 0x6c62272e);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return bits ^ (bits >>> 15);
}

/** Uniform in (0, 1), 32 bits. */
export function uniformOf(key: number, draw: number): number {
  return ((mixKey(key, draw) >>> 0) + 0.5) / 4_294_967_296;
}

/** A value >= 0 of the distribution. Uses draws `draw` and `draw + 1`. */
export function sampleOf(distribution: Distribution, key: number, draw: number): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.mean;
    case "exponential":
      return -distribution.mean * Math.log(uniformOf(key, draw));
    case "lognormal": {
      const variance = Math.log(1 + distribution.cv * distribution.cv);
      return distribution.mean * Math.exp(Math.sqrt(variance) * normalOf(key, draw) - variance / 2);
    }
    case "normal": {
      const value = distribution.mean + distribution.sd * normalOf(key, draw);
      return Math.min(distribution.max, Math.max(distribution.min, value));
    }
  }
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
