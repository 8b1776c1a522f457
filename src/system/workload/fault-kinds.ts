import type { FloodTarget } from "./fault.ts";

/** What the intensity of a fault is, and in which bounds. */
export type Intensity = {
  readonly unit: string;
  readonly otherwise: number;
  readonly min: number;
  readonly max: number;
  readonly isWhole?: true;
  /** The minimum itself is too little. */
  readonly isAboveMin?: true;
};

export type LastingFaultKind =
  | "crash"
  | "crash-loop"
  | "bottleneck"
  | "ddos"
  | "contention"
  | "slow-start"
  | "failing-readiness"
  | "lost-metrics";

export type ScenarioFaultKind = LastingFaultKind | "kill-pod";

/** Faults that last, by kind; those without intensity are all or nothing. */
export const lastingKinds: Readonly<Record<LastingFaultKind, Intensity | undefined>> = {
  crash: { unit: "crashes per minute", otherwise: 2, min: 0, max: 600, isAboveMin: true },
  "crash-loop": { unit: "replicas", otherwise: 1, min: 1, max: 1_000, isWhole: true },
  bottleneck: { unit: "times the work", otherwise: 3, min: 1, max: 100 },
  ddos: { unit: "times the arrivals", otherwise: 5, min: 1, max: 100 },
  contention: { unit: "cores", otherwise: 1, min: 0, max: 64, isAboveMin: true },
  "slow-start": { unit: "times the start-up time", otherwise: 3, min: 1, max: 100 },
  "failing-readiness": { unit: "of the replicas", otherwise: 1, min: 0, max: 1, isAboveMin: true },
  "lost-metrics": undefined,
};

/** Of contention whose resource is memory. */
export const memoryIntensity: Intensity = { unit: "MiB", otherwise: 256, min: 1, max: 65_536 };

/** Where a flood may be aimed. */
export const floodTargets: readonly FloodTarget[] = ["entry", "costliest"];

/** Crashes that one fault may be expected to bring: each is a fault of its own once realised. */
export const MOST_CRASHES = 10_000;
