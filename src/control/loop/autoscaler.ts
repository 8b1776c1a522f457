import type { Readings } from "../readings/readings.ts";

/** What a policy looked at and weighed: the loop hands it through to the log. */
export type Evidence = {
  /** The agent's features, in the order its observation defines. */
  readonly observation: readonly number[];
  /** Of each action; sums to 1. */
  readonly probabilities: readonly number[];
  /** Index of the action it chose. */
  readonly action: number;
  /** What its organization had to say to that; left out where it said nothing. */
  readonly ruled?: Ruled;
};

/** What an organization made of an agent's choice. Actions are indices. */
export type Ruled = {
  /** Rules that forbade something, as sentences, each with what it forbade; such actions have probability 0. */
  readonly forbidden: readonly { readonly rule: string; readonly actions: readonly number[] }[];
  /** What it would have chosen without rules; left out where that is what it chose. */
  readonly preferred?: number;
  /** Another agent with authority over this one moved the other way: who, and what was done instead. */
  readonly overruled?: { readonly by: string; readonly action: number };
};

/** Another autoscaler spoke for a service, because the word of the first was in doubt. */
export type Substitution = {
  /** Who spoke: `hpa:60`. */
  readonly by: string;
  /** The doubts, as short sentences; at least one. */
  readonly because: readonly string[];
  /** Replicas that the first one wanted. */
  readonly instead: number;
};

/** What an autoscaler wants for one service. */
export type Proposal = {
  readonly replicas: number;
  /** CPU limit of each replica, whole millicores; it stays as it is where this is left out. */
  readonly cpuMilli?: number;
  /** Why, as short sentences: `cpu 83 % of request against a target of 60 %`. */
  readonly reasons: readonly string[];
  readonly evidence?: Evidence;
  readonly substitution?: Substitution;
};

/**
 * Readings in, one proposal per service out (in the order of the topology's services). Keeps its own history, so
 * make a new one for each run. Readings have environments = 1.
 */
export type Autoscaler = {
  readonly name: string;
  decide(readings: Readings): readonly Proposal[];
};

/** What became of a wish for a CPU limit, in millicores per replica. */
export type CpuStep = {
  readonly from: number;
  readonly proposed: number;
  /** The replicas were resized when it differs from `from`. */
  readonly applied: number;
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
  /** The same for the CPU limit of each replica; left out where the autoscaler said nothing of it. */
  readonly cpuMilli?: CpuStep;
  readonly reasons: readonly string[];
  /** Guard rules that changed the proposal; empty when it passed as it was. */
  readonly guarded: readonly string[];
  readonly evidence?: Evidence;
  readonly substitution?: Substitution;
};

/** True where a decision changed the number of replicas or their CPU limit. */
export function changesSize({ from, applied, cpuMilli }: Decision): boolean {
  return applied !== from || (cpuMilli !== undefined && cpuMilli.applied !== cpuMilli.from);
}

/** Takes every decision: a log, a file, an array in a test. */
export type DecisionSink = (decision: Decision) => void;
