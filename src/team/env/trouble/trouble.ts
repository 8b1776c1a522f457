import { KarmaError } from "../../../core/errors.ts";
import type { Rng } from "../../../core/rng.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import type { Fault } from "../../../system/workload/fault.ts";
import { realizeFaults } from "../../../system/workload/realize-faults.ts";
import { type TroubleFamily, troubleFamilies, troubleFaults, troubleScales, type TroubleTime } from "./families.ts";

/** What may be asked for: `any` draws one of the families in each episode. */
export type TroubleName = TroubleFamily | "none" | "any";
export const troubleNames: readonly TroubleName[] = ["none", ...troubleFamilies, "any"];

/** The trouble of the episodes of a game. */
export type TroubleChoice = {
  readonly family: TroubleName;
  /** See {@link troubleScales}; drawn from the levels of the family when left out. */
  readonly intensity?: number;
};

export const noTrouble: TroubleChoice = { family: "none" };

/** The trouble of one episode. */
export type Trouble = TroubleTime & {
  readonly family: TroubleFamily;
  readonly intensity: number;
  readonly faults: readonly Fault[];
};

export type TroubleWorld = {
  readonly topology: Topology;
  /** Seconds of the scenario that pass in one second. */
  readonly timeScale: number;
  /** Arrivals of users in the mean, requests per second. */
  readonly meanRatePerS: number;
};

/** When trouble begins and how long it lasts, shares of an episode: the rest is for recovery. No source says them. */
const startShares = [0.1, 0.4] as const;
const durationShares = [0.2, 0.4] as const;

/** Throws the dice of an episode of this length on the clock; undefined where nothing goes wrong. */
export function drawTrouble(
  { family: name, intensity }: TroubleChoice,
  { topology, timeScale, meanRatePerS }: TroubleWorld,
  lengthMs: number,
  rng: Rng,
): Trouble | undefined {
  if (name === "none") return undefined;
  const family = name === "any" ? troubleFamilies[rng.integer(troubleFamilies.length)]! : name;
  const { levels } = troubleScales[family];
  const level = intensity ?? levels[rng.integer(levels.length)]!;
  const lengthS = (lengthMs * timeScale) / 1_000;
  const startS = lengthS * rng.between(...startShares);
  const time = { startS, durationS: lengthS * rng.between(...durationShares) };
  const faults = troubleFaults(family, level, topology, meanRatePerS, time);
  return { family, intensity: level, ...time, faults: realizeFaults(faults, timeScale, rng.split("faults")) };
}

/**
 * What somebody asks for, over what holds else. Intensities are those of one family.
 *
 * @throws KarmaError where there is no such trouble
 */
export function chooseTrouble(
  asked: { readonly trouble?: unknown; readonly intensity?: unknown },
  otherwise: TroubleChoice,
): TroubleChoice {
  const { trouble, intensity } = asked;
  if (trouble === undefined && intensity === undefined) return otherwise;
  const family = troubleNames.find((name) => name === (trouble ?? otherwise.family));
  if (family === undefined)
    throw refuse(`expected a trouble of ${troubleNames.join(", ")}, found ${JSON.stringify(trouble)}`);
  if (intensity === undefined) return { family };
  return { family, intensity: checkedIntensity(family, intensity) };
}

function checkedIntensity(family: TroubleName, intensity: unknown): number {
  if (family === "none" || family === "any")
    throw refuse(`expected no intensity beside the trouble ${family}, found ${JSON.stringify(intensity)}`);
  const { min, max, unit } = troubleScales[family];
  if (typeof intensity === "number" && intensity >= min && intensity <= max) return intensity;
  const expected = `expected an intensity of ${family} from ${min} to ${max} (${unit})`;
  throw refuse(`${expected}, found ${JSON.stringify(intensity)}`);
}

function refuse(message: string): KarmaError {
  return new KarmaError("INPUT_INVALID", message, "docs/environment.md has the kinds of trouble and their intensities");
}

/** Trouble in words: `ddos, 4 times the arrivals, from 240 s to 480 s`. */
export function describeTrouble({ family, intensity, startS, durationS }: Trouble): string {
  const time = `from ${startS.toFixed(0)} s to ${(startS + durationS).toFixed(0)} s`;
  return `${family}, ${Number(intensity.toFixed(2))} ${troubleScales[family].unit}, ${time}`;
}
