import { type Arena, createHeapArena } from "./arena.ts";
import type { FluidPlan } from "./plan.ts";

/** CPU limits of replicas: all columns but the first are [services][environments]. */
export type FluidSizes = {
  /** As the topology declares them, millicores: [services]. */
  readonly declaredMilli: Float64Array;
  /** Now, millicores. */
  readonly cpuMilli: Float64Array;
  /** Now / declared. */
  readonly share: Float64Array;
};

export function createSizes(
  { services }: FluidPlan,
  environments: number,
  arena: Arena = createHeapArena(),
): FluidSizes {
  const declaredMilli = Float64Array.from(services, ({ station }) => Math.round(station.limitCores * 1_000));
  const cells = services.length * environments;
  const sizes = { declaredMilli, cpuMilli: new Float64Array(cells), share: arena.float64(cells) };
  for (const [service, milli] of declaredMilli.entries())
    for (let e = 0; e < environments; e++) setSize(sizes, service, service * environments + e, milli);
  return sizes;
}

/** @param cell  of the service, in one environment */
export function setSize(
  { declaredMilli, cpuMilli, share }: FluidSizes,
  service: number,
  cell: number,
  milli: number,
): void {
  cpuMilli[cell] = milli;
  share[cell] = milli / declaredMilli[service]!;
}

/** Adds what exists during so many ticks to the sums of an outcome, by number and by share of the declared CPU. */
export function addPodSeconds(
  { podSeconds, sizedPodSeconds }: { readonly podSeconds: Float64Array; readonly sizedPodSeconds: Float64Array },
  existing: Float64Array,
  { share }: FluidSizes,
  tickMs: number,
  ticks: number,
): void {
  const tickS = tickMs / 1_000;
  for (let k = 0; k < existing.length; k++) {
    const seconds = existing[k]! * tickS;
    const sizedSeconds = seconds * share[k]!;
    let sum = podSeconds[k]!;
    let sized = sizedPodSeconds[k]!;
    // Tick by tick: sums of fractions depend on what is added at once.
    for (let tick = 0; tick < ticks; tick++) {
      sum += seconds;
      sized += sizedSeconds;
    }
    podSeconds[k] = sum;
    sizedPodSeconds[k] = sized;
  }
}
