import { type ScaleEvent, keepRecent } from "./behavior.ts";
import { type Behavior, type LimitedSize, type SizeBounds, limitByBehavior } from "./hpa-limits.ts";

export type SizeHistory = {
  /** At each look, before anything is decided. */
  see(current: number, nowMs: number): void;
  limit(current: number, desired: number, nowMs: number): LimitedSize;
  /** What was decided after the last look. */
  ask(replicas: number): void;
};

type Look = { readonly replicas: number; readonly atMs: number; asked: number };

/**
 * Remembers the changes of size that were asked for, which the policies count. What somebody else changed is no event
 * to them. @source Kubernetes horizontal.go, storeScaleEvent
 */
export function createSizeHistory(behavior: Behavior, bounds: SizeBounds): SizeHistory {
  let up: ScaleEvent[] = [];
  let down: ScaleEvent[] = [];
  let last: Look | undefined;
  return {
    see: (current, nowMs) => {
      const change = last === undefined ? 0 : ownChange(last, current);
      if (change > 0) up.push({ replicas: change, atMs: last!.atMs });
      if (change < 0) down.push({ replicas: -change, atMs: last!.atMs });
      up = keepRecent(up, behavior.up, nowMs);
      down = keepRecent(down, behavior.down, nowMs);
      if (!Number.isNaN(current)) last = { replicas: current, atMs: nowMs, asked: current };
    },
    limit: (current, desired, nowMs) => limitByBehavior(current, desired, bounds, behavior, { up, down }, nowMs),
    ask: (replicas) => {
      if (last !== undefined) last.asked = replicas;
    },
  };
}

/** The part of a change that was asked for: a guard may have let less through, somebody may have added more. */
function ownChange({ replicas, asked }: Look, current: number): number {
  const change = current - replicas;
  const wish = asked - replicas;
  if (change * wish <= 0) return 0;
  return Math.sign(change) * Math.min(Math.abs(change), Math.abs(wish));
}
