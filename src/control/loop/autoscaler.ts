import type { Readings } from "../readings/readings.ts";

/** What an autoscaler wants for one service. */
export type Proposal = {
  readonly replicas: number;
  /** Why, as short sentences: `cpu 83 % of request against a target of 60 %`. */
  readonly reasons: readonly string[];
};

/**
 * Readings in, one proposal per service out (in the order of the topology's services). Keeps its own history, so
 * make a new one for each run. Readings have environments = 1.
 */
export type Autoscaler = {
  readonly name: string;
  decide(readings: Readings): readonly Proposal[];
};

/** A proposal after the guard: what reached the cluster, and why. */
export type Decision = {
  readonly atMs: number;
  readonly service: string;
  /** Desired replicas before. */
  readonly from: number;
  readonly proposed: number;
  /** What the guard let through; the cluster was scaled when it differs from `from`. */
  readonly applied: number;
  readonly reasons: readonly string[];
  /** Guard rules that changed the proposal; empty when it passed as it was. */
  readonly guarded: readonly string[];
};

/** Takes every decision: a log, a file, an array in a test. */
export type DecisionSink = (decision: Decision) => void;
