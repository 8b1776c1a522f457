/** A rule that forbids an agent something now. */
export type Prohibition = {
  readonly role: string;
  /** Which of the role's rules, from 0. */
  readonly rule: number;
  /** Actions that no earlier rule forbade already. */
  readonly forbids: readonly number[];
};

/** A rule that speaks now. */
export type SpokenRule = Pick<Prohibition, "role" | "rule"> & { readonly allowBits: number };

/**
 * Which rule took which action from an agent. Told from the mask they made together, rule by rule in their order: one
 * that would have left nothing was passed over, and of one that did not bind something is still allowed.
 *
 * @param labels  of each action: [actions]
 * @param mask  what may be done now: [actions]
 */
export function prohibitionsOf(
  rules: readonly SpokenRule[],
  labels: Uint8Array,
  mask: Uint8Array,
): readonly Prohibition[] {
  const left = new Set(labels.keys());
  return rules.flatMap(({ role, rule, allowBits }) => {
    const forbids = [...left].filter((action) => (labels[action]! & allowBits) === 0);
    const isPassedOver = forbids.length === left.size;
    if (forbids.length === 0 || isPassedOver || forbids.some((action) => mask[action] === 1)) return [];
    for (const action of forbids) left.delete(action);
    return [{ role, rule, forbids }];
  });
}
