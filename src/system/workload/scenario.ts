import type { Objective, Topology } from "../topology/topology.ts";
import type { Fault } from "./workload.ts";

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
  readonly daily?: Daily;
  readonly flashCrowds: readonly FlashCrowd[];
  readonly randomCrowds?: RandomCrowds;
  readonly trace?: TracePart;
  readonly isSynthetic: boolean;
};

/** Factor `from` until the start, `to` from the end on, evenly between. */
export type Ramp = { readonly from: number; readonly to: number; readonly startS: number; readonly endS: number };

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

export type ScenarioFault = {
  readonly atS: number;
  readonly kind: Fault["kind"];
  /** Lower case. */
  readonly service: string;
  readonly count: number;
};

/** Names a trace in the map that {@link import("./realize.ts").realizeWorkload} is given. */
export function traceKey({ file, row }: TracePart): string {
  return `${file}#${row}`;
}

/** The promise that holds: the scenario's, where it says nothing the topology's. */
export function objectiveOf(scenario: Scenario, topology: Topology): Objective {
  return { ...topology.objective, ...scenario.objective };
}
