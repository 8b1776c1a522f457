import type { Decision } from "../control/loop/autoscaler.ts";

/** A change back within this is a flap, ms of the scenario. */
const FLAP_MS = 300_000;

/** Size changes that take back the direction of the same service's last one within five minutes of the scenario. */
export function countFlaps(changes: readonly Decision[], timeScale: number): number {
  const last = new Map<string, Decision>();
  let flaps = 0;
  for (const change of changes) {
    const before = last.get(change.service);
    if (before !== undefined && isOpposite(before, change) && change.atMs - before.atMs <= FLAP_MS / timeScale) flaps++;
    last.set(change.service, change);
  }
  return flaps;
}

function isOpposite(before: Decision, change: Decision): boolean {
  return isGrowth(before) !== isGrowth(change);
}

/** More CPU in all replicas together. */
function isGrowth({ from, applied, cpuMilli }: Decision): boolean {
  return applied * (cpuMilli?.applied ?? 1) > from * (cpuMilli?.from ?? 1);
}
