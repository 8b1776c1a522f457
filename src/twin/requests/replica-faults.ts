import { UNREADY } from "./pods.ts";
import { becomeReady, crash, leaveReady, reconcile, tell } from "./replicas.ts";
import type { World } from "./world.ts";

/** The first `count` ready replicas fail their readiness probe. */
export function failReadiness(world: World, service: number, count: number): void {
  for (const pod of world.services.ready[service]!.slice(0, count)) {
    leaveReady(world, pod);
    world.pods.phase[pod] = UNREADY;
    tell(world, pod, "unready");
  }
}

/** The first `count` ready replicas crash, and again whenever they have become ready. */
export function crashAgain(world: World, service: number, count: number): void {
  for (const pod of world.services.ready[service]!.slice(0, count)) {
    world.pods.isLooping[pod] = 1;
    crash(world, pod);
  }
}

/** Replicas of a service pass their readiness probe again, and end only when they should. */
export function makeWell(world: World, service: number): void {
  const { pods, services } = world;
  for (const pod of services.pods[service]!) {
    pods.isLooping[pod] = 0;
    if (pods.phase[pod] === UNREADY) becomeReady(world, pod);
  }
  reconcile(world, service);
}
