import { join, resolve } from "node:path";
import { kubernetesTiming, scaleTiming } from "../../control/loop/timing.ts";
import { KarmaError } from "../../core/errors.ts";
import { createRng } from "../../core/rng.ts";
import { familyGrid, parseTunedSpec, tunedNames, type TunedSpec } from "../../evaluate/frontier-families.ts";
import type { TwinKind } from "../../evaluate/play.ts";
import type { PriceSheet } from "../../evaluate/prices.ts";
import { sha256 } from "../../host/hash.ts";
import { encodeCheckpoint } from "../../team/policy/checkpoint.ts";
import type { Calibration } from "../../twin/calibrate/calibration.ts";
import { calibrationOfRun } from "../run-calibration.ts";
import { findRun, type ReadRun, readUntrained, requireRun } from "../runs.ts";
import { type Folds, foldsOf } from "./folds.ts";
import { contestantOf } from "./play-here.ts";
import type { PlaySetup } from "./play-job.ts";
import { refuseTrainingData, traceHashes } from "./refuse-training.ts";
import { playedWindows } from "./trace-windows.ts";
import type { NamedInputs } from "./scenarios.ts";
import type { ScenarioSetup } from "./scenario-setup.ts";

export type StageRequest = {
  readonly scenarios: readonly NamedInputs[];
  /** Recordings that opponents are tuned on; the other ones that are played when there are none. */
  readonly trainTraces: readonly NamedInputs[];
  readonly volumePerS: number | undefined;
  /** Length of each play, seconds of the scenario. */
  readonly lengthS: number | undefined;
  /** That of the run, or 1, when undefined. */
  readonly timeScale: number | undefined;
  readonly against: readonly string[];
  readonly runName: string | undefined;
  readonly hasTeam: boolean;
  /** Of the twin; that of the run, or the declared one, when left out. */
  readonly calibration?: Calibration;
  readonly twin: TwinKind;
  readonly prices: PriceSheet;
  /** Folder of plays and result; one below runs/evaluations/ when undefined. */
  readonly out: string | undefined;
};

/** Who plays where: everything is read and checked, nothing has been played. */
export type Stage = {
  readonly setup: PlaySetup;
  readonly folds: Folds;
  readonly run: ReadRun | undefined;
  /** Specs that say their settings, the team first. */
  readonly plain: readonly string[];
  readonly tuned: readonly TunedSpec[];
  readonly folder: string;
};

export const TEAM = "team";
const UNTRAINED = "untrained";

export function setTheStage(request: StageRequest, cwd: string): Stage {
  const { topology, topologyHash } = request.scenarios[0]!.inputs;
  const run = request.hasTeam ? findRun(cwd, request.runName, topologyHash) : undefined;
  const asked = request.calibration?.timing.timeScale ?? request.timeScale;
  const timing = scaleTiming(kubernetesTiming, asked ?? run?.checkpoint.timing.timeScale ?? 1);
  const folds = foldsOf(setupsOf(request.scenarios, request), setupsOf(request.trainTraces, request));
  const untrained = request.against.includes(UNTRAINED)
    ? { [UNTRAINED]: encodeCheckpoint(readUntrained(requireRun(cwd, request.runName, topologyHash))) }
    : {};
  const setup: PlaySetup = {
    scenarios: folds.scenarios,
    calibration: request.calibration ?? calibrationOfRun(run, topology, timing),
    twin: request.twin,
    prices: request.prices,
    checkpoints: { ...(run === undefined ? {} : { [TEAM]: encodeCheckpoint(run.checkpoint) }), ...untrained },
  };
  const against = [...new Set(request.against)];
  const tuned = against.flatMap((spec) => parseTunedSpec(spec) ?? []);
  const plain = [...(run === undefined ? [] : [TEAM]), ...against.filter((spec) => parseTunedSpec(spec) === undefined)];
  checkContestants(plain, tuned, setup);
  if (run !== undefined) refuseTraces(run, request.scenarios);
  return { setup, folds, run, plain, tuned, folder: folderOf(request, setup, cwd) };
}

function setupsOf(named: readonly NamedInputs[], { volumePerS, lengthS }: StageRequest): ScenarioSetup[] {
  return named.map(({ name, inputs }) => ({ name, inputs, volumePerS, lengthS }));
}

/** A wrong spec fails before anything runs. */
function checkContestants(plain: readonly string[], tuned: readonly TunedSpec[], setup: PlaySetup): void {
  const { topology } = setup.scenarios[0]!.inputs;
  for (const spec of plain) {
    if (/:(tuned|hindsight)$/.test(spec)) {
      const hint = `what can be tuned: ${tunedNames.join(", ")}`;
      throw new KarmaError("USAGE", `expected an opponent that can be tuned, found "${spec}"`, hint);
    }
    contestantOf(spec, topology, setup);
  }
  for (const { family } of tuned) {
    contestantOf(familyGrid(family, topology, { density: "coarse", rng: createRng("check") })[0]!, topology, setup);
  }
  if (plain.length + tuned.length > 0) return;
  throw new KarmaError("USAGE", "expected an autoscaler to play, found none", "use --against hpa,feed-forward,fixed");
}

/** A team does not play the recordings it was trained on. */
export function refuseTraces({ path, checkpoint }: ReadRun, scenarios: readonly NamedInputs[]): void {
  const { traces, traceWindows } = checkpoint.training.config;
  const hashes = [traces, traceWindows].flatMap((seen) => (Array.isArray(seen) ? seen.map(String) : []));
  refuseTrainingData(
    [{ by: `the team of ${path}`, hashes }],
    new Map(scenarios.map(({ name, inputs }) => [name, [...traceHashes(inputs), ...playedWindows(inputs)]])),
  );
}

/** The same topology, traffic and twin share a folder, so that more opponents and more seeds go on from what is there. */
function folderOf({ out, scenarios, lengthS, volumePerS }: StageRequest, setup: PlaySetup, cwd: string): string {
  if (out !== undefined) return resolve(cwd, out);
  const { topology, topologyHash } = scenarios[0]!.inputs;
  const traffic = scenarios.map(({ name, inputs }) => [name, inputs.scenario, traceHashes(inputs)]);
  const key = sha256(
    JSON.stringify([topologyHash, traffic, lengthS, volumePerS, setup.twin, setup.calibration.timing.timeScale]),
  );
  return join(cwd, "runs", "evaluations", `${topology.name}-${setup.twin}-${key.slice(0, 8)}`);
}
