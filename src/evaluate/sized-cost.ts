import type { ClassRow } from "./result.ts";

/** Whether any of these autoscalers resized replicas: what they cost is then more, or less, than how many there were. */
export function hasSizedCost(rows: readonly Pick<ClassRow, "measures">[]): boolean {
  return rows.some(({ measures }) => !Object.is(measures.cost.mean, measures.podHours.mean));
}
