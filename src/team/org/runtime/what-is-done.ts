import { type ActionLabel, actionLabels } from "../specification/action-labels.ts";

/** Sizes an action chooses between, by cell: what there is, what is needed. NaN where unknown. */
export type Sizes = { readonly size: Float64Array; readonly need: Float64Array };

const names = Object.keys(actionLabels);
const placeOf = (label: ActionLabel): number => names.indexOf(label);
const [growAt, keepAt, shrinkAt] = [placeOf("grow"), placeOf("keep"), placeOf("shrink")];
const [coverNeedAt, jumpAt] = [placeOf("cover_need"), placeOf("jump")];
export const growBit: number = 1 << growAt;
export const shrinkBit: number = 1 << shrinkAt;

/** Bits of the labels of an action that asks for so many replicas, in the order of {@link actionLabels}. */
export function labelAction(wanted: number, size: number, need: number): number {
  // Without branches: which way they would go changes from action to action.
  return (
    (Number(wanted > size) << growAt) |
    (Number(wanted === size) << keepAt) |
    (Number(wanted < size) << shrinkAt) |
    // A hair below, as where replicas are rounded.
    (Number(wanted >= need - 1e-6) << coverNeedAt) |
    (Number(wanted >= 1.5 * size) << jumpAt)
  );
}

export function actionLabelBits(labels: readonly string[]): number {
  return labels.reduce((bits, label) => bits | (1 << names.indexOf(label)), 0);
}
