import { READY } from "./pods.ts";
import type { World } from "./world.ts";

/** Those not ready first, then those that crashed most, then the youngest. @source Kubernetes ReplicaSet controller */
export function victimsFirst({ pods }: World, staying: readonly number[]): number[] {
  const isReady = (pod: number): number => Number(pods.phase[pod] === READY);
  return staying
    .toReversed()
    .sort(
      (a, b) => isReady(a) - isReady(b) || pods.restarts[b]! - pods.restarts[a]! || pods.number[b]! - pods.number[a]!,
    );
}
