import { type ScaleEvent, keepRecent } from "./behavior.ts";
import { type Behavior, type LimitedSize, type SizeBounds, limitByBehavior } from "./hpa-limits.ts";

export type SizeHistory = {
  see(current: number, nowMs: number): void;
  limit(current: number, desired: number, nowMs: number): LimitedSize;
};

/** Remembers changes of size, which the policies count. */
export function createSizeHistory(behavior: Behavior, bounds: SizeBounds): SizeHistory {
  let up: ScaleEvent[] = [];
  let down: ScaleEvent[] = [];
  let last: { readonly replicas: number; readonly atMs: number } | undefined;
  return {
    see: (current, nowMs) => {
      const change = last === undefined ? 0 : current - last.replicas;
      if (change > 0) up.push({ replicas: change, atMs: last!.atMs });
      if (change < 0) down.push({ replicas: -change, atMs: last!.atMs });
      up = keepRecent(up, behavior.up, nowMs);
      down = keepRecent(down, behavior.down, nowMs);
      if (!Number.isNaN(current)) last = { replicas: current, atMs: nowMs };
    },
    limit: (current, desired, nowMs) => limitByBehavior(current, desired, bounds, behavior, { up, down }, nowMs),
  };
}
