import type { Rng } from "../../core/rng.ts";
import { loseShare } from "./faults.ts";
import type { MemoryPlan } from "./memory-plan.ts";
import type { FluidPlan, ServicePlan } from "./plan.ts";
import { type Pods, crashPodAt } from "./pods.ts";
import { FORGOTTEN_AFTER_MS, backoffMs } from "./restart-backoff.ts";
import type { Stations } from "./stations.ts";

export type MemoryParts = {
  readonly plan: FluidPlan;
  readonly stations: Stations;
  readonly pods: Pods;
  /** One stream for each environment, of its own. */
  readonly rngs: readonly { readonly memory: Rng }[];
  /** Length of a tick in the scenario, ms. */
  readonly tickMs: number;
};

/** Of each service whose memory is looked at. */
export function createMemories(parts: MemoryParts): readonly ((nowTick: Float64Array) => void)[] {
  return parts.plan.services.flatMap((own, service) =>
    own.memory === undefined ? [] : [createMemory(service, own, own.memory, parts)],
  );
}

/** What replicas take after a tick of one service, and which of them take too much. To be done after the response. */
function createMemory(
  service: number,
  { concurrency, addedMs }: ServicePlan,
  memory: MemoryPlan,
  parts: MemoryParts,
): (nowTick: Float64Array) => void {
  const { environments, tickMs, served, cpuMs, holdMs, queued, memoryMiB } = parts.stations;
  const { ready, slots } = parts.pods;
  const retained = parts.pods.retainedMiB!;
  const { limitMiB, baseMiB, perRequestMiB, retainedMiB } = memory;
  const roomMiB = limitMiB - baseMiB;
  /** With so much left all slots may be taken. */
  const safeMiB = concurrency * perRequestMiB;

  function workOne(e: number, k: number, count: number, nowTick: number): void {
    const perPod = served[k]! / count;
    const cpu = (perPod / tickMs) * cpuMs[k]! + queued[k]! / count;
    const held = (perPod / tickMs) * (addedMs + holdMs[k]!);
    const inFlightMiB = Math.min(concurrency, cpu + held) * perRequestMiB;
    const moreMiB = perPod * retainedMiB;
    const first = k * slots;
    let sum = 0;
    for (let i = count - 1; i >= 0; i--) {
      const own = retained[first + i]! + moreMiB;
      retained[first + i] = own;
      sum += own;
      const freeMiB = roomMiB - own;
      if (freeMiB >= safeMiB) continue;
      const rng = parts.rngs[e]!.memory;
      if (inFlightMiB <= freeMiB && !isOverrun(freeMiB / perRequestMiB, perPod, cpu, held, rng)) continue;
      sum -= own;
      outOfMemory(parts, e, service, i, nowTick);
    }
    const left = ready[k]!;
    memoryMiB[k] = left > 0 ? baseMiB + inFlightMiB + sum / left : Number.NaN;
  }

  return (nowTick) => {
    for (let e = 0, k = service * environments; e < environments; e++, k++)
      if (ready[k]! > 0) workOne(e, k, ready[k]!, nowTick[e]!);
      else memoryMiB[k] = Number.NaN;
  };
}

/** Below it nobody looks: once in 300 years of ticks of a second. */
const LEAST_CHANCE = 1e-10;

/**
 * True when so many requests are in work at once, by chance, that one more has no room. Arrivals find n there with the
 * probability of a geometric (queueing for CPU) and of a Poisson number (waiting for others), as `work-growth.ts`.
 */
function isOverrun(room: number, arrivals: number, cpu: number, held: number, rng: Rng): boolean {
  const n = Math.floor(room);
  const mean = cpu + held;
  if (!(mean > 0)) return false;
  const share = (cpu / mean) ** 2;
  const geometric = (1 / (1 + mean)) * (mean / (1 + mean)) ** n;
  const poisson = Math.exp(n * Math.log(mean) - mean - logFactorial(n));
  const chance = -Math.expm1(-arrivals * (share * geometric + (1 - share) * poisson));
  return chance > LEAST_CHANCE && rng.uniform() < chance;
}

/** @source Stirling's series, two terms; within 3e-4 from 1 on, exact at 0 */
function logFactorial(n: number): number {
  return n === 0 ? 0 : n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n);
}

/** The replica's process is killed with what it holds, and starts again after its back-off. */
function outOfMemory(parts: MemoryParts, environment: number, service: number, i: number, nowTick: number): void {
  const { stations, pods, tickMs } = parts;
  const cell = service * pods.environments + environment;
  const place = cell * pods.slots + i;
  const crashes = pods.crashes!;
  if (nowTick - pods.readyAtTick[place]! >= FORGOTTEN_AFTER_MS / tickMs) crashes[place] = 0;
  const before = pods.ready[cell]!;
  crashPodAt(pods, environment, service, i, nowTick + Math.round(backoffMs(++crashes[place]!) / tickMs));
  loseShare(stations, cell, 1, before);
}
