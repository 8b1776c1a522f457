import { sumOf } from "../../core/statistics.ts";
import type { FaultTarget } from "../cluster/fault-player.ts";
import type { RequestTwin } from "./create-request-twin.ts";
import { GONE } from "./pods.ts";
import { work } from "./processor.ts";
import { crashAgain, failReadiness, makeWell } from "./replica-faults.ts";
import { divideLimit } from "./resize.ts";
import { look } from "./service-flow.ts";
import type { World } from "./world.ts";

/** The request-level twin, as faults see it. */
export function requestFaultTarget(twin: RequestTwin): FaultTarget {
  const { world, meters } = twin;
  const { services } = world;
  return {
    nowMs: () => twin.nowMs(),
    kill: (service, count) => twin.kill(service, count),
    setWork: (service, factor) => void (services.workFactor[service] = factor),
    setLimitDivisor: (service, divisor) => divideLimit(world, service, divisor),
    setStartup: (service, factor) => void (services.startupFactor[service] = factor),
    setSpeed: (speed) => setSpeed(world, speed),
    readyOf: (service) => services.ready[service]!.length,
    unready: (service, count) => failReadiness(world, service, count),
    crashLoop: (service, count) => crashAgain(world, service, count),
    release: (service) => makeWell(world, service),
    blind: (service, untilMs) => meters.blind(service, untilMs),
    see: (service) => meters.see(service),
    usedCores: createCoresMeter(world),
  };
}

/** Replicas at work go on at the new speed; new ones start with it. */
function setSpeed(world: World, speed: number): void {
  const { pods, plan, processors, services } = world;
  if (world.speed[0] === speed) return;
  world.speed[0] = speed;
  for (const pod of services.pods.flat()) {
    if (pods.phase[pod] === GONE) continue;
    work(processors, pod);
    processors.all[pod]!.threads = plan.services[pods.service[pod]!]!.threads * speed;
    look(world, pod);
  }
}

/** Mean cores in use since it was asked last; since the start at first. */
function createCoresMeter(world: World): () => number {
  let beforeMs = 0;
  let usedBeforeMs = 0;
  return () => {
    const nowMs = world.queue.now[0]!;
    const usedMs = cpuMs(world);
    const cores = nowMs > beforeMs ? Math.max(0, usedMs - usedBeforeMs) / (nowMs - beforeMs) : 0;
    beforeMs = nowMs;
    usedBeforeMs = usedMs;
    return cores;
  };
}

/** CPU that ready replicas have used since the start, ms. */
function cpuMs({ services, processors, pods }: World): number {
  let sum = sumOf(services.retiredCpuMs);
  for (const pod of services.ready.flat()) {
    work(processors, pod);
    sum += processors.usedMs[pod]! - pods.usedBeforeReadyMs[pod]!;
  }
  return sum;
}
