/** Which actions each agent may take: [agents][actions], 1 = allowed; at least one of each row. */
export type ActionMask = Uint8Array;

/** The mask of a checkpoint's forbidden actions, the same in every period; undefined where nothing is forbidden. */
export function maskOf(forbidden: readonly (readonly number[])[] | undefined, actions: number): ActionMask | undefined {
  if (forbidden === undefined) return undefined;
  const mask = new Uint8Array(forbidden.length * actions).fill(1);
  for (const [agent, each] of forbidden.entries()) for (const action of each) mask[agent * actions + action] = 0;
  return mask;
}
