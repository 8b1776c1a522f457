/** What an action can be called in a history and in `allow`: by what it asks of the size the service has. */
export const actionLabels = {
  grow: "asks for more replicas than there are",
  keep: "asks for as many as there are",
  shrink: "asks for fewer",
  cover_need: "asks for at least the feed-forward need",
  jump: "asks for at least half as many again",
} as const;
export type ActionLabel = keyof typeof actionLabels;

export function isActionLabel(label: string): label is ActionLabel {
  return Object.hasOwn(actionLabels, label);
}
