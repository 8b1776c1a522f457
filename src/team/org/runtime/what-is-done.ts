import { type ActionLabel, actionLabels } from "../specification/action-labels.ts";

/** Sizes an action chooses between: what there is, what is needed. NaN where unknown. */
export type Sizes = { readonly size: number; readonly need: number };

const tests: Readonly<Record<ActionLabel, (wanted: number, sizes: Sizes) => boolean>> = {
  grow: (wanted, { size }) => wanted > size,
  keep: (wanted, { size }) => wanted === size,
  shrink: (wanted, { size }) => wanted < size,
  // A hair below, as where replicas are rounded.
  cover_need: (wanted, { need }) => wanted >= need - 1e-6,
  jump: (wanted, { size }) => wanted >= 1.5 * size,
};
const ordered = Object.keys(actionLabels).map((label) => tests[label as ActionLabel]);

/** Bits of the labels of an action that asks for so many replicas, in the order of {@link actionLabels}. */
export function labelAction(wanted: number, sizes: Sizes): number {
  let bits = 0;
  for (let label = 0; label < ordered.length; label++) if (ordered[label]!(wanted, sizes)) bits |= 1 << label;
  return bits;
}

export function actionLabelBits(labels: readonly string[]): number {
  const names = Object.keys(actionLabels);
  return labels.reduce((bits, label) => bits | (1 << names.indexOf(label)), 0);
}
