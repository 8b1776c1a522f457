import { type ActionLabel, actionLabels } from "../specification/action-labels.ts";

/** Sizes an action chooses between, by cell: what there is, what is needed. NaN where unknown. */
export type Sizes = { readonly size: Float64Array; readonly need: Float64Array };

const names = Object.keys(actionLabels);
const placeOf = (label: ActionLabel): number => names.indexOf(label);
const [growAt, keepAt, shrinkAt] = [placeOf("grow"), placeOf("keep"), placeOf("shrink")];
const [coverNeedAt, jumpAt] = [placeOf("cover_need"), placeOf("jump")];
const [growBit, keepBit, shrinkBit] = [1 << growAt, 1 << keepAt, 1 << shrinkAt];
const [coverNeedBit, jumpBit] = [1 << coverNeedAt, 1 << jumpAt];

/** A hair below the need covers it, as where replicas are rounded. */
const slack = 1e-6;
/** Half as many again. */
const jump = 1.5;

/** Bits of the labels of an action that asks for so many replicas, in the order of {@link actionLabels}. */
export function labelAction(wanted: number, size: number, need: number): number {
  // Without branches: which way they would go changes from action to action.
  return (
    (Number(wanted > size) << growAt) |
    (Number(wanted === size) << keepAt) |
    (Number(wanted < size) << shrinkAt) |
    (Number(wanted >= need - slack) << coverNeedAt) |
    (Number(wanted >= jump * size) << jumpAt)
  );
}

/** Actions of a cell that can be told apart by a bit each, `1 << action`. */
export const mostActions = 31;

/**
 * Those that have one of the labels, as {@link labelAction} gives them: a bit each. All labels but two say that replicas
 * wanted are at least so many, so that one comparison does for them together.
 *
 * @param wanted  replicas that each action asks for, whole numbers: [actions]
 */
export function actionsWith(labels: number, wanted: Float64Array, size: number, need: number): number {
  const least = leastWanted(labels, size, need);
  let found = 0;
  // Without branches inside: which way they would go changes from action to action.
  if (least < Number.POSITIVE_INFINITY)
    for (let action = 0; action < wanted.length; action++) found |= Number(wanted[action]! >= least) << action;
  if ((labels & shrinkBit) !== 0)
    for (let action = 0; action < wanted.length; action++) found |= Number(wanted[action]! < size) << action;
  if ((labels & (keepBit | growBit)) === keepBit)
    for (let action = 0; action < wanted.length; action++) found |= Number(size === wanted[action]!) << action;
  return found;
}

/** Replicas from which on an action has one of the labels; infinity where there is no such number. */
function leastWanted(labels: number, size: number, need: number): number {
  const growsFrom = (labels & keepBit) === 0 ? Math.floor(size) + 1 : size;
  let least = Number.POSITIVE_INFINITY;
  // Never so for what is unknown.
  if ((labels & growBit) !== 0 && growsFrom < least) least = growsFrom;
  if ((labels & coverNeedBit) !== 0 && need - slack < least) least = need - slack;
  if ((labels & jumpBit) !== 0 && jump * size < least) least = jump * size;
  return least;
}

export function actionLabelBits(labels: readonly string[]): number {
  return labels.reduce((bits, label) => bits | (1 << names.indexOf(label)), 0);
}
