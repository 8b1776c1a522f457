import { createAutoscaler } from "../control/autoscalers/autoscalers.ts";
import type { Timing } from "../control/loop/timing.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { ClusterFault } from "../system/workload/fault.ts";
import type { Workload } from "../system/workload/workload.ts";
import { createPlannedSizes } from "./planned-sizes.ts";
import { ratePerSAt } from "./record.ts";
import type { Part } from "./twin-parts.ts";

/** What a comparison is to be of. */
export type PartsRequest = {
  /** Shares of what the bottleneck can serve at its present size. */
  readonly loads: readonly number[];
  /** Of each part, ms of the cluster's clock. */
  readonly lengthMs: number;
  readonly hasHpa: boolean;
  readonly hasCrash: boolean;
  readonly hasScaleUp: boolean;
  readonly seed: number;
};

export type NamedPart = {
  readonly name: string;
  /** The highest load, of what the sizes at the start can serve. */
  readonly utilisation: number;
  readonly part: Part;
};

/** Load of the flash crowd, and before a scale-up, of what the sizes at the start can serve. */
const CROWD = 0.9;
const CALM = 0.4;
const CROWDED = 0.85;
/** Of a part's length, when something happens in it. */
const HAPPENS_AT = 0.3;
const CROWD_UNTIL = 0.7;

type Course = {
  readonly topology: Topology;
  readonly timing: Timing;
  /** At the start: [services]. */
  readonly sizes: Float64Array;
  /** Replicas are pods: one that is killed is deleted, and goes on until its grace is over. */
  readonly hasPods?: boolean;
};

/** Every part of a comparison at these sizes: each load, then what may happen. */
export function comparedParts(request: PartsRequest, course: Course): readonly NamedPart[] {
  const { loads, lengthMs, seed } = request;
  const { topology, timing, sizes } = course;
  const fullPerS = ratePerSAt(topology, sizes);
  const stepMs = 1_000 / timing.timeScale;
  const steps = Math.max(1, Math.round(lengthMs / stepMs));
  const shared = { topology, seed, sizes, warmUpMs: Math.ceil(settledAfterMs(timing) / stepMs) * stepMs };
  const rates = (share: (at: number) => number): Workload => ({
    ratePerS: Float64Array.from({ length: steps }, (_, step) => fullPerS * share(step / steps)),
    stepMs,
    faults: [],
  });
  const constant = (load: number): Part => ({ ...shared, workload: rates(() => load) });
  const happensMs = steps * stepMs * HAPPENS_AT;
  const parts = loads.map((load) => ({ name: `load ${load}`, utilisation: load, part: constant(load) }));
  if (request.hasHpa) {
    const workload = rates((at) => (at > HAPPENS_AT && at < CROWD_UNTIL ? CROWD : CALM));
    parts.push({ name: "crowd under HPA", utilisation: CROWD, part: { ...shared, workload, ...underHpa(course) } });
  }
  if (request.hasCrash) {
    const [load = 0.3] = loads;
    parts.push({ name: "crash", utilisation: load, part: withCrash(constant(load), happensMs, course) });
  }
  if (request.hasScaleUp && canGrow(course))
    parts.push({
      name: "scale-up",
      utilisation: CROWDED,
      part: { ...constant(CROWDED), ...growing(course, happensMs) },
    });
  return parts;
}

/** From the first request until every sample that can be seen is of a window full of them. */
export function settledAfterMs({ windowMs, scrapePeriodMs, visibleLagMs }: Timing): number {
  return windowMs + scrapePeriodMs + visibleLagMs;
}

function underHpa({ topology, timing }: Course): Pick<Part, "autoscaler"> {
  return { autoscaler: () => createAutoscaler("hpa", { topology, timing }) };
}

/** Shorter than any start, so that a replica crashes once. */
const CRASHING_MS = 500;

/** The process of a replica of the largest service ends, and is started again where it was. */
function withCrash(part: Part, atMs: number, { hasPods = false }: Course): Part {
  const { topology, sizes, workload } = part;
  const service = topology.services[sizes.indexOf(Math.max(...sizes))]!.name;
  const fault: ClusterFault = hasPods
    ? { kind: "crash-loop", atMs, durationMs: CRASHING_MS, service, replicas: 1 }
    : { kind: "kill-pod", atMs, service, count: 1 };
  return { ...part, workload: { ...workload, faults: [fault] } };
}

/**
 * Services whose replicas are replaced between two plays of a part: the next one is to meet replicas that never crashed, as
 * the first did. Where the kernel keeps the limits it meets others of all services: when the periods of a quota begin is
 * chance, drawn as a replica starts, and plays of the same replicas would share their luck.
 */
export function servicesToRenew({ topology, workload, cpuQuota }: Part): ReadonlySet<string> {
  if (cpuQuota !== undefined) return new Set(topology.services.map(({ name }) => name));
  return new Set(workload.faults.flatMap((fault) => (fault.kind === "kill-pod" ? [fault.service] : [])));
}

function canGrow({ topology, sizes }: Course): boolean {
  return topology.services.some(({ maxReplicas }, service) => sizes[service]! < maxReplicas);
}

/** One more replica of every service that may have one. */
function growing({ topology, sizes }: Course, afterMs: number): Pick<Part, "autoscaler"> {
  const grown = sizes.map((size, service) => Math.min(size + 1, topology.services[service]!.maxReplicas));
  return { autoscaler: () => createPlannedSizes(sizes, grown, afterMs) };
}
