import type { ColumnKind, StateLayout } from "./state.ts";
import { fromEven, toEven } from "./state.ts";
import type { Query, Transition } from "./transition.ts";

/** What a network corrects: the state that stays as it is, or what a twin that plays along shows. */
export type Base = "state" | "shadow";

/** The kind of each number a network is told. */
export function inputKinds({ kinds, given, predicted }: StateLayout, base: Base): readonly ColumnKind[] {
  const beside = base === "shadow" ? [...predicted, ...predicted] : [];
  return [...kinds, ...[...given, ...beside].map((column) => kinds[column]!)];
}

/** The kind of each number a network says. */
export function outputKinds({ kinds, predicted }: StateLayout): readonly ColumnKind[] {
  return predicted.map((column) => kinds[column]!);
}

/**
 * State, action and arrivals to come; beside a shadow also what it shows next, and how far it is off now. On the even
 * scale.
 */
export function inputOf(layout: StateLayout, base: Base, { state, next, shadow }: Query): Float64Array {
  const { kinds, given, predicted } = layout;
  const even = (values: Float64Array, column: number): number => toEven(kinds[column]!, values[column]!);
  const known = [...kinds.map((_, column) => even(state, column)), ...given.map((column) => even(next, column))];
  if (base === "state") return Float64Array.from(known);
  if (shadow === undefined) throw new Error("a network beside a twin needs what the twin shows");
  const shown = predicted.map((column) => even(shadow.next, column));
  const off = predicted.map((column) => even(state, column) - even(shadow.now, column));
  return Float64Array.from([...known, ...shown, ...off]);
}

/** How far the next state is from the base, on the even scale: [predicted]. */
export function targetOf(layout: StateLayout, base: Base, transition: Transition): Float64Array {
  const { kinds, predicted } = layout;
  const from = baseOf(base, transition);
  return Float64Array.from(predicted, (column) => {
    const kind = kinds[column]!;
    return toEven(kind, transition.next[column]!) - toEven(kind, from[column]!);
  });
}

/** The next state from what a network said of it. */
export function nextOf(layout: StateLayout, base: Base, query: Query, change: ArrayLike<number>): Float64Array {
  const { kinds, given, predicted } = layout;
  const from = baseOf(base, query);
  const next = new Float64Array(layout.size);
  for (const column of given) next[column] = query.next[column]!;
  for (const [k, column] of predicted.entries()) {
    const kind = kinds[column]!;
    next[column] = fromEven(kind, toEven(kind, from[column]!) + change[k]!);
  }
  return next;
}

function baseOf(base: Base, { state, shadow }: Query): Float64Array {
  if (base === "state") return state;
  if (shadow === undefined) throw new Error("a network beside a twin needs what the twin shows");
  return shadow.next;
}
