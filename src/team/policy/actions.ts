/** Version of the action set; a checkpoint of another version cannot be played. */
export const actionVersion = "need-multiples/2";

export type ScalingAction = {
  /** What is multiplied: the present size (keep), the feed-forward need now, or its largest value of 5 min. */
  readonly of: "size" | "need" | "recentNeed";
  readonly factor: number;
};

/** @source measured against ten other action sets on the chain: multiples of the need won on bursty and calm traffic */
export const scalingActions: readonly ScalingAction[] = [
  { of: "size", factor: 1 },
  ...[1, 1.08, 1.16, 1.25, 1.4, 1.7, 2.2, 3].map((factor): ScalingAction => ({ of: "need", factor })),
  ...[0.9, 1, 1.08, 1.16, 1.25, 1.4].map((factor): ScalingAction => ({ of: "recentNeed", factor })),
];

/** 1.25 x need: what an untrained policy prefers. */
export const preferredAction: number = scalingActions.findIndex(({ of, factor }) => of === "need" && factor === 1.25);

/** What an action multiplies, in one service of one environment; NaN where unknown. */
export type ActionBasis = { readonly size: number; readonly need: number; readonly recentNeed: number };

/** Replicas that an action asks for: whole, not one fewer for less than half a one, before the guard; NaN where the need is unknown, so that the guard holds. */
export function replicasWanted(action: number, basis: ActionBasis): number {
  const { of, factor } = scalingActions[action]!;
  return wholeReplicas(factor * basis[of], basis.size);
}

/**
 * Replicas that must be too many for sure before one is given up. Without it a need that wavers around a whole number
 * changes the size every other period.
 *
 * @source measured: half of the size changes, three parts in a hundred more violations at equal cost (docs/results.md)
 */
const slackReplicas = 0.5;

function wholeReplicas(pods: number, size: number): number {
  // A hair below, so that 4.000000001 does not become 5.
  const replicas = Math.ceil(pods - 1e-6);
  return replicas < size && pods > size - 1 - slackReplicas ? size : replicas;
}

/** The same for all cells of a team: columns of {@link ActionBasis}. */
export type ActionBases = { readonly [part in keyof ActionBasis]: Float64Array };

const factors = Float64Array.from(scalingActions, ({ factor }) => factor);
const parts = scalingActions.map(({ of }) => of);

/** {@link replicasWanted} of a cell, and nothing made for it. */
export function wantedIn({ size, need, recentNeed }: ActionBases, action: number, cell: number): number {
  const of = parts[action]!;
  const multiplied = of === "size" ? size[cell]! : of === "need" ? need[cell]! : recentNeed[cell]!;
  return wholeReplicas(factors[action]! * multiplied, size[cell]!);
}

/** An action in words: `1.25 x the feed-forward need, 5.20 pods`. */
export function explainAction(action: number, basis: ActionBasis): string {
  const { of, factor } = scalingActions[action]!;
  if (of === "size") return `keep ${basis.size} replicas`;
  const name = of === "need" ? "feed-forward need" : "largest feed-forward need of the last 5 min";
  const words = `${factor} x the ${name}, ${basis[of].toFixed(2)} pods`;
  const isKept = Math.ceil(factor * basis[of] - 1e-6) < replicasWanted(action, basis);
  return isKept ? `${words}: too little below ${basis.size} replicas to give one up` : words;
}
