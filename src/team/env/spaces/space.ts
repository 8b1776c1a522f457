/** Numbers of one shape: [shape[0]][shape[1]]… flat, each within its own bounds. Bounds may be ± infinity. */
export type BoxSpace = {
  readonly kind: "box";
  readonly shape: readonly number[];
  readonly low: Float32Array;
  readonly high: Float32Array;
};
/** A whole number from `start` to `start + n - 1`. */
export type DiscreteSpace = { readonly kind: "discrete"; readonly n: number; readonly start: number };
/** Several whole numbers, each from 0 to `nvec[k] - 1`. */
export type MultiDiscreteSpace = { readonly kind: "multi-discrete"; readonly nvec: Int32Array };
/** `n` bits. */
export type MultiBinarySpace = { readonly kind: "multi-binary"; readonly n: number };
export type DictSpace = { readonly kind: "dict"; readonly spaces: { readonly [key: string]: Space } };
export type TupleSpace = { readonly kind: "tuple"; readonly spaces: readonly Space[] };

/** What observations, actions and states can be. @source Gymnasium's spaces of the same names */
export type Space = BoxSpace | DiscreteSpace | MultiDiscreteSpace | MultiBinarySpace | DictSpace | TupleSpace;

/**
 * A member of a space: box Float32Array, discrete number, multi-discrete Int32Array, multi-binary Uint8Array, dict an
 * object, tuple an array.
 */
export type SpaceValue = number | Float32Array | Int32Array | Uint8Array | SpaceDict | readonly SpaceValue[];
export type SpaceDict = { readonly [key: string]: SpaceValue };

/** What may be chosen: 1 where it may. Discrete [n]; multi-discrete and tuple one per part; dict one per key. */
export type SpaceMask = Uint8Array | { readonly [key: string]: SpaceMask } | readonly SpaceMask[];

/** @param low  one bound for all numbers, or one for each: [product of shape] */
export function box(
  low: number | ArrayLike<number>,
  high: number | ArrayLike<number>,
  shape: readonly number[],
): BoxSpace {
  requireWhole(shape, "a box's shape");
  const size = shape.reduce((product, length) => product * length, 1);
  const space: BoxSpace = { kind: "box", shape: [...shape], low: bounds(low, size), high: bounds(high, size) };
  for (let at = 0; at < size; at++)
    if (!(space.low[at]! <= space.high[at]!)) throw new Error(`expected low <= high at ${at} of a box`);
  return space;
}

export function discrete(n: number, start = 0): DiscreteSpace {
  requireWhole([n], "a discrete space");
  return { kind: "discrete", n, start };
}

export function multiDiscrete(nvec: readonly number[]): MultiDiscreteSpace {
  requireWhole(nvec, "a multi-discrete space");
  return { kind: "multi-discrete", nvec: Int32Array.from(nvec) };
}

export function multiBinary(n: number): MultiBinarySpace {
  requireWhole([n], "a multi-binary space");
  return { kind: "multi-binary", n };
}

export function dict(spaces: { readonly [key: string]: Space }): DictSpace {
  if (Object.keys(spaces).length === 0) throw new Error("expected a dict space with at least one key");
  return { kind: "dict", spaces };
}

export function tuple(spaces: readonly Space[]): TupleSpace {
  if (spaces.length === 0) throw new Error("expected a tuple space with at least one part");
  return { kind: "tuple", spaces };
}

/** Keys in one order, whatever order they were written in. */
export function keysOf({ spaces }: DictSpace): readonly string[] {
  return Object.keys(spaces).toSorted();
}

function bounds(bound: number | ArrayLike<number>, size: number): Float32Array {
  if (typeof bound === "number") return new Float32Array(size).fill(bound);
  if (bound.length !== size) throw new Error(`expected ${size} bounds of a box, got ${bound.length}`);
  return Float32Array.from(bound);
}

function requireWhole(numbers: readonly number[], what: string): void {
  if (numbers.length > 0 && numbers.every((number) => Number.isInteger(number) && number > 0)) return;
  throw new Error(`expected whole numbers above 0 for ${what}, got ${numbers.join(", ") || "none"}`);
}
