import type { Objective, Topology } from "../topology/topology.ts";
import type { FloodTarget } from "./fault.ts";

/** What happens to a topology, before the dice are thrown: see docs/scenario.md. Times are scenario time. */
export type Scenario = {
  /** Path of the topology, relative to the scenario's file. */
  readonly topology?: string;
  readonly arrivals: Arrivals;
  readonly faults: readonly ScenarioFault[];
  /** What replaces the topology's objective. */
  readonly objective?: Partial<Objective>;
  readonly lengthS: number;
  readonly seed: number;
};

export type ArrivalProcess = "poisson" | "constant";

/** The rate is the volume times every part that is there. */
export type Arrivals = {
  readonly process: ArrivalProcess;
  /** Requests per second; see {@link import("./volume.ts").volumePerS} for the default. */
  readonly volumePerS?: number;
  readonly ramp?: Ramp;
  readonly stages?: readonly Stage[];
  readonly daily?: Daily;
  readonly flashCrowds: readonly FlashCrowd[];
  readonly randomCrowds?: RandomCrowds;
  readonly trace?: TracePart;
  readonly isSynthetic: boolean;
};

/** Factor `from` until the start, `to` from the end on, evenly between. */
export type Ramp = { readonly from: number; readonly to: number; readonly startS: number; readonly endS: number };

/** An even change to a factor; the first stage begins at 0, each other where the one before ended. */
export type Stage = { readonly durationS: number; readonly to: number };

/** A sine around 1; the phase is a share of the period. */
export type Daily = { readonly amplitude: number; readonly periodS: number; readonly phase: number };

export type FlashCrowd = {
  readonly atS: number;
  /** Multiple of the rate at the top. */
  readonly factor: number;
  readonly rampS: number;
  readonly holdS: number;
  readonly decayS: number;
};

export type Range = { readonly min: number; readonly max: number };

export type RandomCrowds = {
  /** Mean number in an hour. */
  readonly perHour: number;
  readonly factor: Range;
  readonly rampS: Range;
  readonly holdS: Range;
  readonly decayS: Range;
};

export type TracePart = {
  /** Path of the CSV file, relative to the scenario's file. */
  readonly file: string;
  /** Row of a wide file, from 1. */
  readonly row: number;
  readonly startS: number;
};

/** Names of services are lower case. A fault without a seed takes its dice from the scenario's. */
export type ScenarioFault =
  | { readonly kind: "kill-pod"; readonly startS: number; readonly service: string; readonly count: number }
  | (Lasting & { readonly kind: "ddos"; readonly target: FloodTarget; readonly factor: number })
  | (AtService & { readonly kind: "crash"; readonly perMinute: number })
  | (AtService & { readonly kind: "crash-loop"; readonly replicas: number })
  | (AtService & { readonly kind: "bottleneck"; readonly factor: number; readonly of?: "limit" })
  | (AtService & { readonly kind: "slow-start"; readonly factor: number })
  | (AtService & { readonly kind: "contention"; readonly cores: number; readonly memoryMiB: number })
  | (AtService & { readonly kind: "failing-readiness"; readonly share: number })
  | (AtService & { readonly kind: "lost-metrics" });

type Lasting = { readonly startS: number; readonly durationS: number; readonly seed?: number };
type AtService = Lasting & { readonly service: string };

/** Names a trace in the map that {@link import("./realize.ts").realizeWorkload} is given. */
export function traceKey({ file, row }: TracePart): string {
  return `${file}#${row}`;
}

/** The promise that holds: the scenario's, where it says nothing the topology's. */
export function objectiveOf(scenario: Scenario, topology: Topology): Objective {
  return { ...topology.objective, ...scenario.objective };
}
