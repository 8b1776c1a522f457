import type { Rng } from "../../core/rng.ts";
import type { BackEnd } from "./back-end.ts";
import { loseShare } from "./faults.ts";
import type { MemoryPlan } from "./memory-plan.ts";
import { createMemoryProgram } from "./memory-program.ts";
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

/**
 * What replicas take after a tick, and which of them take too much; undefined where memory is not looked at. To be done
 * after the response.
 */
export function createMemories(parts: MemoryParts, backEnd: BackEnd): ((nowTick: Float64Array) => void) | undefined {
  const all = parts.plan.services.flatMap((own, service) =>
    own.memory === undefined ? [] : [createMemory(service, own, own.memory, parts)],
  );
  if (all.length === 0) return undefined;
  const { environments } = parts.stations;
  const program = backEnd.kernels && createMemoryProgram(all, parts.stations, backEnd.arena, backEnd.kernels.station);
  return (nowTick) => {
    program?.run();
    for (const [i, one] of all.entries())
      if (program === undefined || program.risks[i] === 1)
        for (let e = 0; e < environments; e++) takeCell(one, e, program === undefined, nowTick[e]!);
  };
}

/** The memory of one service. */
export type ServiceMemory = MemoryParts &
  MemoryPlan & {
    readonly service: number;
    readonly concurrency: number;
    readonly addedMs: number;
    readonly roomMiB: number;
    /** With so much left all slots may be taken. */
    readonly safeMiB: number;
    readonly retained: Float64Array;
  };

function createMemory(
  service: number,
  { concurrency, addedMs }: ServicePlan,
  memory: MemoryPlan,
  parts: MemoryParts,
): ServiceMemory {
  return {
    ...parts,
    ...memory,
    service,
    concurrency,
    addedMs,
    roomMiB: memory.limitMiB - memory.baseMiB,
    safeMiB: concurrency * memory.perRequestMiB,
    retained: parts.pods.retainedMiB!,
  };
}

/** @param isNew  what requests of the tick leave behind is to be added */
function takeCell(one: ServiceMemory, e: number, isNew: boolean, nowTick: number): void {
  const { environments, memoryMiB } = one.stations;
  const k = one.service * environments + e;
  const count = one.pods.ready[k]!;
  if (count > 0) takeReplicas(one, e, k, count, isNew, nowTick);
  else memoryMiB[k] = Number.NaN;
}

function takeReplicas(one: ServiceMemory, e: number, k: number, count: number, isNew: boolean, nowTick: number): void {
  const { service, concurrency, addedMs, perRequestMiB, baseMiB, roomMiB, safeMiB, retained } = one;
  const { environments, tickMs, served, cpuMs, holdMs, queued, memoryMiB } = one.stations;
  const { ready, slots } = one.pods;
  const perPod = served[k]! / count;
  const cpu = (perPod / tickMs) * cpuMs[k]! + queued[k]! / count;
  const held = (perPod / tickMs) * (addedMs + holdMs[k]!);
  const inFlightMiB = Math.min(concurrency, cpu + held) * perRequestMiB;
  const moreMiB = isNew ? perPod * one.retainedMiB : 0;
  const first = (k - e) * slots + e;
  let sum = 0;
  for (let i = count - 1; i >= 0; i--) {
    const own = retained[first + i * environments]! + moreMiB;
    retained[first + i * environments] = own;
    sum += own;
    const freeMiB = roomMiB - own;
    if (freeMiB >= safeMiB) continue;
    const rng = one.rngs[e]!.memory;
    if (inFlightMiB <= freeMiB && !isOverrun(freeMiB / perRequestMiB, perPod, cpu, held, rng)) continue;
    sum -= own;
    outOfMemory(one, e, service, i, nowTick);
  }
  const left = ready[k]!;
  memoryMiB[k] = left > 0 ? baseMiB + inFlightMiB + sum / left : Number.NaN;
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
