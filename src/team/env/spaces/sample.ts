import { sumOf } from "../../../core/statistics.ts";
import type { Rng } from "../../../core/rng.ts";
import {
  type BoxSpace,
  keysOf,
  type MultiDiscreteSpace,
  type Space,
  type SpaceDict,
  type SpaceMask,
  type SpaceValue,
} from "./space.ts";

/**
 * A random member: uniform where the space is bounded, exponential away from one bound, normal where there is none.
 *
 * @param mask  what may be drawn; where it forbids everything, the first member comes out, as in Gymnasium. Boxes and
 *              bits have none.
 * @source Gymnasium, Space.sample
 */
export function sample(space: Space, rng: Rng, mask?: SpaceMask): SpaceValue {
  switch (space.kind) {
    case "box":
      refuse(mask, space.kind);
      return sampleBox(space, rng);
    case "discrete":
      return space.start + choose(space.n, rng, mask);
    case "multi-discrete":
      return sampleMany(space, rng, mask);
    case "multi-binary":
      refuse(mask, space.kind);
      return Uint8Array.from({ length: space.n }, () => rng.integer(2));
    case "tuple": {
      const masks = partsOf(mask, space.spaces.length);
      return space.spaces.map((part, at) => sample(part, rng, masks?.[at]));
    }
    case "dict": {
      const masks = keysOfMask(mask, keysOf(space));
      const drawn: Record<string, SpaceValue> = {};
      for (const key of keysOf(space)) drawn[key] = sample(space.spaces[key]!, rng, masks?.[key]);
      return drawn satisfies SpaceDict;
    }
  }
}

function sampleBox({ low, high }: BoxSpace, rng: Rng): Float32Array {
  const drawn = new Float32Array(low.length);
  for (let at = 0; at < drawn.length; at++) drawn[at] = drawBetween(low[at]!, high[at]!, rng);
  // Rounding to 32 bits may step over a bound.
  for (let at = 0; at < drawn.length; at++) drawn[at] = Math.min(high[at]!, Math.max(low[at]!, drawn[at]!));
  return drawn;
}

function drawBetween(low: number, high: number, rng: Rng): number {
  if (Number.isFinite(low) && Number.isFinite(high)) return rng.between(low, high);
  if (Number.isFinite(low)) return low + rng.exponential();
  return Number.isFinite(high) ? high - rng.exponential() : rng.normal();
}

function sampleMany({ nvec }: MultiDiscreteSpace, rng: Rng, mask: SpaceMask | undefined): Int32Array {
  const masks = partsOf(mask, nvec.length);
  return nvec.map((n, at) => choose(n, rng, masks?.[at]));
}

/** A number in [0, n), uniform over those the mask allows. */
function choose(n: number, rng: Rng, mask: SpaceMask | undefined): number {
  if (mask === undefined) return rng.integer(n);
  if (!(mask instanceof Uint8Array) || mask.length !== n || mask.some((allowed) => allowed > 1))
    throw new Error(`expected a mask of ${n} zeros and ones`);
  const allowed = sumOf(mask);
  if (allowed === 0) return 0;
  let left = rng.integer(allowed);
  for (let at = 0; at < n; at++) if (mask[at] === 1 && left-- === 0) return at;
  throw new Error("a mask changed while it was read");
}

function partsOf(mask: SpaceMask | undefined, parts: number): readonly SpaceMask[] | undefined {
  if (mask === undefined) return undefined;
  if (Array.isArray(mask) && mask.length === parts) return mask as readonly SpaceMask[];
  throw new Error(`expected a mask of ${parts} parts`);
}

function keysOfMask(mask: SpaceMask | undefined, keys: readonly string[]): Record<string, SpaceMask> | undefined {
  if (mask === undefined) return undefined;
  const isSame = !ArrayBuffer.isView(mask) && Object.keys(mask).toSorted().join() === keys.join();
  if (isSame) return mask as Record<string, SpaceMask>;
  throw new Error(`expected a mask with the keys ${keys.join(", ")}`);
}

function refuse(mask: SpaceMask | undefined, kind: Space["kind"]): void {
  if (mask !== undefined) throw new Error(`expected no mask: a ${kind} space cannot be masked`);
}
