import { type ActionLabel, actionLabels } from "../specification/action-labels.ts";

/** Sizes an action chooses between, by cell: what there is, what is needed. NaN where unknown. */
export type Sizes = { readonly size: Float64Array; readonly need: Float64Array };

const names = Object.keys(actionLabels);
const bitOf = (label: ActionLabel): number => 1 << names.indexOf(label);
const growBit = bitOf("grow");
const keepBit = bitOf("keep");
const shrinkBit = bitOf("shrink");
const coverNeedBit = bitOf("cover_need");
const jumpBit = bitOf("jump");

/** Bits of the labels of an action that asks for so many replicas, in the order of {@link actionLabels}. */
export function labelAction(wanted: number, size: number, need: number): number {
  let bits = wanted > size ? growBit : wanted === size ? keepBit : wanted < size ? shrinkBit : 0;
  // A hair below, as where replicas are rounded.
  if (wanted >= need - 1e-6) bits |= coverNeedBit;
  if (wanted >= 1.5 * size) bits |= jumpBit;
  return bits;
}

export function actionLabelBits(labels: readonly string[]): number {
  return labels.reduce((bits, label) => bits | (1 << names.indexOf(label)), 0);
}
