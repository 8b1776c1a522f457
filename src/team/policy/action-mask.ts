/** Which actions each agent may take: [agents][actions], 1 = allowed; at least one of each row. */
export type ActionMask = Uint8Array;

/**
 * Takes from a mask what another one forbids too, agent by agent. Where nothing would be left, what the other one leaves
 * counts: it holds whatever happens.
 */
export function narrowMask(mask: ActionMask, always: ActionMask, actions: number): void {
  for (let first = 0; first < mask.length; first += actions) {
    let left = 0;
    for (let k = first; k < first + actions; k++) left |= mask[k]! & always[k]!;
    for (let k = first; k < first + actions; k++) mask[k] = left === 0 ? always[k]! : mask[k]! & always[k]!;
  }
}

/** The mask of a checkpoint's forbidden actions, the same in every period; undefined where nothing is forbidden. */
export function maskOf(forbidden: readonly (readonly number[])[] | undefined, actions: number): ActionMask | undefined {
  if (forbidden === undefined) return undefined;
  const mask = new Uint8Array(forbidden.length * actions).fill(1);
  for (const [agent, each] of forbidden.entries()) for (const action of each) mask[agent * actions + action] = 0;
  return mask;
}
