import type { Played, Timeline } from "../../evaluate/played.ts";
import type { TwinKind } from "../../evaluate/play.ts";
import type { PriceSheet } from "../../evaluate/prices.ts";
import type { Calibration } from "../../twin/calibrate/calibration.ts";
import type { Truth } from "./truth.ts";
import type { Purpose, ScenarioSetup } from "./scenario-setup.ts";

/** What all plays of an evaluation share; plain data. */
export type PlaySetup = {
  readonly scenarios: readonly ScenarioSetup[];
  readonly calibration: Calibration;
  readonly twin: TwinKind;
  readonly prices: PriceSheet;
  /** Left out where the twin is what everybody was told. */
  readonly truth?: Truth;
  /** Who decides for a service while its team is in doubt; the team itself when left out. */
  readonly fallback?: string;
  /** Texts of checkpoints by the name their team plays under: `team`, `untrained`. */
  readonly checkpoints: Readonly<Record<string, string>>;
};

/** One autoscaler on one scenario with one seed. */
export type PlayJob = {
  /** Index in the setup's scenarios. */
  readonly scenario: number;
  readonly purpose: Purpose;
  readonly seed: number;
  /** A spec, or the name of a checkpoint. */
  readonly spec: string;
  /** All sizes times this. */
  readonly factor?: number;
  /** Tell every period too. */
  readonly isRecorded?: boolean;
};

export type PlayAnswer = { readonly played: Played; readonly timeline?: Timeline };
