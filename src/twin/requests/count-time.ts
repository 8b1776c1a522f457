import type { World } from "./world.ts";

/** Brings the time that replicas were there and ready up to now. To be called before their number or limit changes. */
export function countTime({ services, queue, limits, plan }: World, service: number): void {
  const nowMs = queue.now[0]!;
  const passedMs = nowMs - services.countedAtMs[service]!;
  const podMs = passedMs * services.pods[service]!.length;
  services.podMs[service]! += podMs;
  services.sizedPodMs[service]! += podMs * (limits.cores[service]! / plan.services[service]!.limitCores);
  services.readyMs[service]! += passedMs * services.ready[service]!.length;
  services.countedAtMs[service] = nowMs;
}
