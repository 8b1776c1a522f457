import type { ScenarioFaultKind } from "./fault-kinds.ts";
import type { ArrivalProcess, Range } from "./scenario.ts";

/** A scenario file after the structure check, with the file's own field names; wrong fields have been taken out. */
export type RawScenario = {
  readonly topology?: string | undefined;
  readonly length_s?: number | undefined;
  readonly seed?: number | undefined;
  readonly arrivals?: RawArrivals | undefined;
  readonly faults?: readonly (RawFault | undefined)[] | undefined;
  readonly objective?: { readonly p95_ms?: number | undefined; readonly availability?: number | undefined } | undefined;
};

export type RawArrivals = {
  readonly process?: ArrivalProcess | undefined;
  readonly volume_per_s?: number | undefined;
  readonly ramp?: RawRamp | undefined;
  readonly stages?: readonly (RawStage | undefined)[] | undefined;
  readonly daily?: RawDaily | undefined;
  readonly flash_crowds?: readonly (RawCrowd | undefined)[] | undefined;
  readonly random_crowds?: RawRandomCrowds | undefined;
  readonly trace?: RawTracePart | undefined;
  readonly synthetic?: boolean | undefined;
};

type RawRamp = {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly start_s?: number | undefined;
  readonly end_s?: number | undefined;
};

export type RawStage = { readonly duration_s?: number | undefined; readonly to?: number | undefined };

type RawDaily = {
  readonly amplitude?: number | undefined;
  readonly period_s?: number | undefined;
  readonly phase?: number | undefined;
};

export type RawCrowd = {
  readonly at_s?: number | undefined;
  readonly factor?: number | undefined;
  readonly ramp_s?: number | undefined;
  readonly hold_s?: number | undefined;
  readonly decay_s?: number | undefined;
};

export type RawRandomCrowds = {
  readonly per_hour?: number | undefined;
  readonly factor?: Partial<Range> | undefined;
  readonly ramp_s?: Partial<Range> | undefined;
  readonly hold_s?: Partial<Range> | undefined;
  readonly decay_s?: Partial<Range> | undefined;
};

type RawTracePart = {
  readonly file?: string | undefined;
  readonly row?: number | undefined;
  readonly start_s?: number | undefined;
};

/** `kill-pod` has at_s, service and count; all others have the rest. */
export type RawFault = {
  readonly kind?: ScenarioFaultKind | undefined;
  readonly at_s?: number | undefined;
  readonly service?: string | undefined;
  readonly count?: number | undefined;
  readonly target?: string | undefined;
  readonly start_s?: number | undefined;
  readonly duration_s?: number | undefined;
  readonly intensity?: number | undefined;
  readonly seed?: number | undefined;
  readonly resource?: FaultResource | undefined;
};

/** What a neighbour takes, or of what a bottleneck there is too much or too little. */
export type FaultResource = "cpu" | "memory" | "work" | "limit";
