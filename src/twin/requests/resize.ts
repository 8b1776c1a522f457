import { milliCpuToCores } from "../../core/units.ts";
import { budgetOf } from "./limits.ts";
import { setBudget, work } from "./processor.ts";
import { countTime } from "./count-time.ts";
import { look } from "./service-flow.ts";
import type { World } from "./world.ts";

/** CPU that replicas used while they were ready, in units of their limit, idle CPU included, ms. */
export function busyMs(world: World, service: number): number {
  const { cores, idleShare, busyMs: before, cpuMs: cpuBefore, readyMs } = world.limits;
  const cpuMs = readyCpuMs(world, service) - cpuBefore[service]!;
  const idleMs = idleShare[service]! * (world.services.readyMs[service]! - readyMs[service]!);
  return before[service]! + cpuMs / cores[service]! + idleMs;
}

function readyCpuMs({ services, processors, pods }: World, service: number): number {
  let cpuMs = services.retiredCpuMs[service]!;
  for (const pod of services.ready[service]!) {
    work(processors, pod);
    cpuMs += processors.usedMs[pod]! - pods.usedBeforeReadyMs[pod]!;
  }
  return cpuMs;
}

/** Gives the replicas of a service another limit, as they run; what a period has left stays. */
export function resizeService(world: World, service: number, cpuMilli: number): void {
  const { limits, services } = world;
  countTime(world, service);
  limits.busyMs[service] = busyMs(world, service);
  limits.cpuMs[service] = readyCpuMs(world, service);
  limits.readyMs[service] = services.readyMs[service]!;
  const cores = milliCpuToCores(cpuMilli);
  limits.idleShare[service]! *= limits.cores[service]! / cores;
  limits.cores[service] = cores;
  giveBudgets(world, service);
}

/** Lets the replicas of a service use so many times less CPU than their limit. */
export function divideLimit(world: World, service: number, divisor: number): void {
  world.limits.divisor[service] = divisor;
  giveBudgets(world, service);
}

function giveBudgets(world: World, service: number): void {
  const { limits, services, processors, plan } = world;
  const { threads } = plan.services[service]!;
  for (const pod of services.pods[service]!) {
    setBudget(processors, pod, budgetOf(limits, service), threads);
    look(world, pod);
  }
}
