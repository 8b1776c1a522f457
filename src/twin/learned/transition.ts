import type { Block } from "./blocks.ts";
import { chainsOf } from "./blocks.ts";
import { type StateLayout, isKnown } from "./state.ts";

/** What is asked of a model: the state one control step later. */
export type Query = {
  readonly state: Float64Array;
  /** Of the next state only what is given is read: desired sizes (the action) and the entry's arrivals. */
  readonly next: Float64Array;
  /** What a twin that plays along shows now and then; undefined where none does. */
  readonly shadow?: { readonly now: Float64Array; readonly next: Float64Array };
};

/** A step that was seen: all of `next` is known. */
export type Transition = Query;

/** What a twin that plays along shows at each reading of a block. */
export type Shadow = readonly Float64Array[];

/** Of one block, in the order of time. */
export function transitionsOf(block: Block, syncPeriodMs: number, shadow?: Shadow): readonly Transition[] {
  const { states } = block;
  return chainsOf(block, syncPeriodMs)
    .flatMap((chain) => chain.slice(1).map((to, k) => [chain[k]!, to] as const))
    .sort(([, one], [, other]) => one - other)
    .map(([from, to]) => Object.assign({ state: states[from]!, next: states[to]! }, shadowOf(shadow, from, to)));
}

/** The part of a query that a shadow adds; nothing where the twin had no metrics yet. */
export function shadowOf(shadow: Shadow | undefined, from: number, to: number): Pick<Query, "shadow"> {
  const [now, next] = [shadow?.[from], shadow?.[to]];
  return now !== undefined && next !== undefined && isKnown(now) && isKnown(next) ? { shadow: { now, next } } : {};
}

/** The state that does not change but in what is given. */
export function stayingState({ given }: StateLayout, { state, next }: Query): Float64Array {
  const staying = state.slice();
  for (const column of given) staying[column] = next[column]!;
  return staying;
}
