import { join, resolve } from "node:path";
import { kubernetesTiming, scaleTiming, type Timing } from "../../control/loop/timing.ts";
import { KarmaError } from "../../core/errors.ts";
import { createRng } from "../../core/rng.ts";
import { familyGrid, parseTunedSpec, tunedNames, type TunedSpec } from "../../evaluate/frontier-families.ts";
import type { TwinKind } from "../../evaluate/play.ts";
import type { PriceSheet } from "../../evaluate/prices.ts";
import { sha256 } from "../../host/hash.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { encodeCheckpoint } from "../../team/policy/checkpoint.ts";
import { type Calibration, declaredCalibration } from "../../twin/calibrate/calibration.ts";
import { opponentOf } from "../opponents.ts";
import { calibrationOfRun } from "../run-calibration.ts";
import { findRun, type ReadRun, readUntrained, requireRun } from "../runs.ts";
import { type Folds, foldsOf } from "./folds.ts";
import { contestantOf } from "./play-here.ts";
import { type Members, TEAM } from "./contest.ts";
import type { PlaySetup } from "./play-job.ts";
import type { Truth } from "./truth.ts";
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
  /** Runs whose teams play, each where it has not learnt; the newest of this topology when there is none. */
  readonly runNames: readonly string[];
  readonly hasTeam: boolean;
  /** How the twin that is played on differs from what everybody was told of it. */
  readonly truth: Truth | undefined;
  /** Spec of who decides for a service while its team is in doubt, drift included; nobody when left out. */
  readonly fallback?: string | undefined;
  /** Of the twin; that of the run, or the declared one, when left out. */
  readonly calibration?: Calibration | "declared";
  readonly twin: TwinKind;
  readonly prices: PriceSheet;
  /** Folder of plays and result; one below runs/evaluations/ when undefined. */
  readonly out: string | undefined;
};

/** Who plays where: everything is read and checked, nothing has been played. */
export type Stage = {
  readonly setup: PlaySetup;
  readonly folds: Folds;
  readonly runs: readonly ReadRun[];
  /** Who plays for the team. */
  readonly team: Members | undefined;
  /** Specs that say their settings. */
  readonly plain: readonly string[];
  readonly tuned: readonly TunedSpec[];
  readonly folder: string;
};

const UNTRAINED = "untrained";

export function setTheStage(request: StageRequest, cwd: string): Stage {
  const { topology, topologyHash } = request.scenarios[0]!.inputs;
  const found = request.hasTeam ? findRuns(cwd, request.runNames, topologyHash) : new Map<string, ReadRun>();
  const runs = [...found.values()];
  const [run] = runs;
  const timing = scaleTiming(kubernetesTiming, scaleAsked(request) ?? run?.checkpoint.timing.timeScale ?? 1);
  const folds = foldsOf(setupsOf(request.scenarios, request), setupsOf(request.trainTraces, request));
  const untrained = request.against.includes(UNTRAINED)
    ? { [UNTRAINED]: encodeCheckpoint(readUntrained(requireRun(cwd, request.runNames[0], topologyHash))) }
    : {};
  const setup: PlaySetup = {
    scenarios: folds.scenarios,
    calibration: calibrationOf(request, run, topology, timing),
    twin: request.twin,
    prices: request.prices,
    ...(request.truth && { truth: request.truth }),
    ...(request.fallback !== undefined && { fallback: request.fallback }),
    checkpoints: {
      ...Object.fromEntries([...found.keys()].map((checkpoint, at) => [memberName(runs, at), checkpoint])),
      ...untrained,
    },
  };
  const against = [...new Set(request.against)];
  const tuned = against.flatMap((spec) => parseTunedSpec(spec) ?? []);
  const plain = against.filter((spec) => parseTunedSpec(spec) === undefined);
  checkContestants([...runs.map((_, at) => memberName(runs, at)), ...plain], tuned, setup);
  const team = runs.length === 0 ? undefined : membersOf(runs, request.scenarios);
  return { setup, folds, runs, team, plain, tuned, folder: folderOf(request, setup, cwd) };
}

function scaleAsked({ calibration, timeScale }: StageRequest): number | undefined {
  return calibration === undefined || calibration === "declared" ? timeScale : calibration.timing.timeScale;
}

function calibrationOf(
  { calibration }: StageRequest,
  run: ReadRun | undefined,
  topology: Topology,
  timing: Timing,
): Calibration {
  if (calibration === "declared") return declaredCalibration(topology, timing);
  return calibration ?? calibrationOfRun(run, topology, timing);
}

function likeOf({ checkpoint: { topology, timing, training } }: ReadRun): string {
  return `topology ${topology.hash.slice(0, 8)}, time x ${timing.timeScale}, price ${String(training.config["kappa"])}`;
}

/** Each once, whatever it is called, by its encoded checkpoint. */
function findRuns(cwd: string, names: readonly string[], topologyHash: string): ReadonlyMap<string, ReadRun> {
  const all: readonly (string | undefined)[] = names.length === 0 ? [undefined] : names;
  const found = all.flatMap((name) => findRun(cwd, name, topologyHash) ?? []);
  const runs = new Map(found.map((run) => [encodeCheckpoint(run.checkpoint), run]));
  checkAlike([...runs.values()]);
  return runs;
}

/** The mean of teams that were trained for different things is nobody's. */
function checkAlike(runs: readonly ReadRun[]): void {
  const [first, ...others] = runs;
  const odd = others.find((run) => likeOf(run) !== likeOf(first!));
  if (odd === undefined) return;
  const found = `${first!.path} (${likeOf(first!)}) and ${odd.path} (${likeOf(odd)})`;
  throw new KarmaError(
    "INPUT_INVALID",
    `expected teams that were trained alike, found ${found}`,
    "evaluate them apart",
  );
}

function memberName(runs: readonly ReadRun[], at: number): string {
  return runs.length === 1 ? TEAM : `${TEAM} ${at + 1}`;
}

/** On each scenario all teams that have not learnt from it. */
function membersOf(runs: readonly ReadRun[], scenarios: readonly NamedInputs[]): Members {
  const members = scenarios.map((scenario) => {
    const own = runs.flatMap((run, at) => (hasLearnt(run, scenario) ? [] : [memberName(runs, at)]));
    // With one team, or none that could play, the refusal says which one has learnt from what.
    if (own.length === 0) for (const run of runs) refuseTraces(run, [scenario]);
    return own;
  });
  return (scenario) => members[scenario]!;
}

function hasLearnt(run: ReadRun, { inputs }: NamedInputs): boolean {
  const learnt = new Set(learntHashes(run));
  return [...traceHashes(inputs), ...playedWindows(inputs)].some((hash) => learnt.has(hash));
}

function learntHashes({ checkpoint }: ReadRun): string[] {
  const { traces, traceWindows } = checkpoint.training.config;
  return [traces, traceWindows].flatMap((seen) => (Array.isArray(seen) ? seen.map(String) : []));
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
  if (setup.fallback !== undefined) opponentOf(setup.fallback, topology, setup.calibration.timing);
  for (const { family } of tuned) {
    contestantOf(familyGrid(family, topology, { density: "coarse", rng: createRng("check") })[0]!, topology, setup);
  }
  if (plain.length + tuned.length > 0) return;
  throw new KarmaError("USAGE", "expected an autoscaler to play, found none", "use --against hpa,feed-forward,fixed");
}

/** A team does not play the recordings it was trained on. */
export function refuseTraces(run: ReadRun, scenarios: readonly NamedInputs[]): void {
  refuseTrainingData(
    [{ by: `the team of ${run.path}`, hashes: learntHashes(run) }],
    new Map(scenarios.map(({ name, inputs }) => [name, [...traceHashes(inputs), ...playedWindows(inputs)]])),
  );
}

/** The same topology, traffic and twin share a folder, so that more opponents and more seeds go on from what is there. */
function folderOf({ out, scenarios, lengthS, volumePerS }: StageRequest, setup: PlaySetup, cwd: string): string {
  if (out !== undefined) return resolve(cwd, out);
  const { topology, topologyHash } = scenarios[0]!.inputs;
  const traffic = scenarios.map(({ name, inputs }) => [name, inputs.scenario, traceHashes(inputs)]);
  const key = sha256(
    JSON.stringify([
      topologyHash,
      traffic,
      lengthS,
      volumePerS,
      setup.twin,
      setup.calibration.timing.timeScale,
      ...(setup.truth === undefined ? [] : [setup.truth]),
    ]),
  );
  return join(cwd, "runs", "evaluations", `${topology.name}-${setup.twin}-${key.slice(0, 8)}`);
}
