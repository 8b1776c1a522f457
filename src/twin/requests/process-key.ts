import { mixKey } from "./draws.ts";
import type { World } from "./world.ts";

/** What a replica draws depends on its name only. */
export function podKey({ pods, startupKey }: World, pod: number): number {
  return mixKey(mixKey(startupKey, pods.service[pod]!), pods.number[pod]!);
}

/** What a process draws depends on its replica's name and its restarts only. */
export function processKey(world: World, pod: number): number {
  return mixKey(podKey(world, pod), world.pods.restarts[pod]!);
}
