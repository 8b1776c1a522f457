import { join } from "node:path";
import { kubernetesTiming, scaleTiming } from "../control/loop/timing.ts";
import { KarmaError } from "../core/errors.ts";
import { createRng } from "../core/rng.ts";
import { sha256 } from "../host/hash.ts";
import { openRunFolder, type RunFolder } from "../host/run-folder.ts";
import type { BackEnd } from "../nn/kernels.ts";
import type { NetworkStyle } from "../nn/network.ts";
import { measureHeadroom } from "../team/env/headroom.ts";
import type { Trainer } from "../team/learn/ippo.ts";
import type { Randomisation } from "../team/env/scaling-env.ts";
import { defaultIppoOptions, type IppoOptions, withNetwork } from "../team/learn/ippo-options.ts";
import { mappoOptions } from "../team/learn/mappo.ts";
import { seenInTraining } from "../team/learn/seen-in-training.ts";
import { actionVersion } from "../team/policy/actions.ts";
import type { CarriedOrganization } from "../team/policy/carried-organization.ts";
import { type Algorithm, type Checkpoint, encodeCheckpoint, readCheckpoint } from "../team/policy/checkpoint.ts";
import { observationVersion } from "../team/policy/observe.ts";
import type { SeenRanges } from "../team/policy/seen.ts";
import { type Calibration, declaredCalibration } from "../twin/calibrate/calibration.ts";
import { traceHashes } from "./evaluation/refuse-training.ts";
import { learntWindows } from "./evaluation/trace-windows.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import type { RunMetrics } from "./run-metrics.ts";
import { type BestTeam, openRunRecord } from "./run-record.ts";
import { runFiles } from "./runs.ts";
import { trainingVolumePerS } from "./traffic.ts";
import type { TrainingFaults } from "./training-faults.ts";
import { createValidation, startTraining, type TrainingSpec } from "./start-training.ts";
import { trainAll } from "./train-loop.ts";
import { createTrainingGame } from "./training-game.ts";
import { trainingKernels } from "./training-kernels.ts";

export type TrainRequest = {
  readonly inputs: Inputs;
  /** What the twin is made of; the topology's own declaration when left out. */
  readonly calibration?: Calibration;
  readonly timeScale: number;
  readonly volumePerS?: number | undefined;
  readonly seed: number;
  /** Control steps of all environments together. */
  readonly steps: number;
  /** Price of a violating request against that of a pod; 10 is lean, 160 is safe. */
  readonly kappa: number;
  /** See the game's. */
  readonly changePrice?: number;
  readonly randomisation?: Partial<Randomisation>;
  /** What goes wrong in episodes; nothing when left out. */
  readonly faults?: TrainingFaults;
  /** Who plays what, and under which rules; a team without roles when left out. */
  readonly organization?: CarriedOrganization;
  /** `one` agent moves one service at a time, and has no organization; an agent for each service when left out. */
  readonly agents?: "one";
  /** `ippo` when left out. */
  readonly algorithm?: Algorithm;
  /** What lies between inputs and outputs of actor and critic; tanh layers when left out. */
  readonly network?: NetworkStyle;
  readonly backEnd: BackEnd;
  /** Folder of the run. */
  readonly runPath: string;
  readonly isResumed: boolean;
  /** Threads; the bytes are the same for any number of them. 1 when left out. */
  readonly workers?: number;
  /** Validations without a better team after which training ends, with the best one; never early when left out. */
  readonly patience?: number;
  /** Teams of the last iterations that stay in the folder; 3 when left out. */
  readonly kept?: number;
};

export type TrainResult = {
  readonly runPath: string;
  readonly checkpointPath: string;
  readonly checkpoint: Checkpoint;
  readonly iterations: number;
  readonly last: RunMetrics | undefined;
  readonly best: BestTeam | undefined;
};

const ENVIRONMENTS = 256;
/** Worlds in which the observations of a training are looked at, and for how many control steps: two episodes. */
const SEEN_ENVIRONMENTS = 32;
const SEEN_STEPS = 480;
const MOST_SEEN = 250_000;
const KEPT = 3;

/** Trains a team on the twin. Stopped at any moment it goes on with `isResumed`, and ends with the same bytes. */
export async function train(request: TrainRequest, host: Host): Promise<TrainResult> {
  const folder = openRunFolder(request.runPath);
  const config = configOf(request);
  const resume = request.isResumed ? readSnapshot(folder, config) : undefined;
  const training = await startTraining(trainingSpec(request, config), resume);
  try {
    if (resume === undefined) await begin(folder, config, currentCheckpoint(request, training.trainer, config));
    return await trainIn(folder, request, config, training.trainer, host);
  } finally {
    await training.close();
  }
}

/** What an earlier run left here would be taken for this one's. */
async function begin(folder: RunFolder, config: TrainConfig, untrained: Checkpoint): Promise<void> {
  for (const file of [runFiles.snapshot, runFiles.checkpoint, runFiles.best]) folder.remove(file);
  await folder.write(runFiles.config, `${JSON.stringify(config, null, 2)}\n`);
  await folder.write(runFiles.untrained, encodeCheckpoint(untrained));
}

async function trainIn(
  folder: RunFolder,
  request: TrainRequest,
  config: TrainConfig,
  trainer: Trainer,
  host: Host,
): Promise<TrainResult> {
  const record = openRunRecord(folder, trainer.iteration(), request.kept ?? KEPT);
  const team = (): Checkpoint => currentCheckpoint(request, trainer, config);
  const loop = {
    trainer,
    record,
    validate: createValidation(trainingSpec(request, config), trainer),
    encodeTeam: () => encodeCheckpoint(team()),
    patience: request.patience,
  };
  const last = await host.progress.step("train the team on the twin", (update) => trainAll(loop, update, host.signal));
  const seen = await seenIn(request, config, trainer);
  const best = withSeen(folder, seen);
  const checkpoint = request.patience !== undefined && best !== undefined ? best : { ...team(), seen };
  if (best !== undefined) await folder.write(runFiles.best, encodeCheckpoint(best));
  await folder.write(runFiles.checkpoint, encodeCheckpoint(checkpoint));
  return {
    runPath: request.runPath,
    checkpointPath: join(request.runPath, runFiles.checkpoint),
    checkpoint,
    iterations: trainer.iteration(),
    last,
    best: record.best(),
  };
}

/** The best team, which by now is known to have seen what the whole training saw. */
function withSeen(folder: RunFolder, seen: SeenRanges): Checkpoint | undefined {
  const bytes = folder.read(runFiles.best);
  if (bytes === undefined) return undefined;
  const path = join(folder.path, runFiles.best);
  return { ...readCheckpoint(Buffer.from(bytes).toString("utf8"), path), seen };
}

function trainingSpec(request: TrainRequest, config: TrainConfig): TrainingSpec {
  const { seed, backEnd, workers = 1 } = request;
  return { request, measures: config, environments: ENVIRONMENTS, options: optionsOf(request), seed, backEnd, workers };
}

/** What the agents saw, so that on a cluster something else can be told from it. */
async function seenIn(request: TrainRequest, config: TrainConfig, trainer: Trainer): Promise<SeenRanges> {
  const { trainer: untrained } = await startTraining({ ...trainingSpec(request, config), workers: 1 });
  return seenInTraining({
    game: createTrainingGame(request, config, SEEN_ENVIRONMENTS, `seen ${request.seed}`),
    kernels: trainingKernels(request.backEnd),
    actors: [untrained.actor(), trainer.actor()],
    steps: SEEN_STEPS,
    mostSamples: MOST_SEEN,
    rng: createRng(`seen actions ${request.seed}`),
  });
}

function currentCheckpoint(request: TrainRequest, trainer: Trainer, config: TrainConfig): Checkpoint {
  const { inputs, agents, organization } = request;
  const { network, weights } = trainer.actor();
  return {
    topology: {
      name: inputs.topology.name,
      hash: inputs.topologyHash,
      services: inputs.topology.services.map(({ name }) => name),
    },
    timing: calibrationOf(request).timing,
    headroom: config.headroom,
    training: {
      algorithm: request.algorithm ?? "ippo",
      seed: request.seed,
      steps: trainer.iteration() * ENVIRONMENTS * config.learner.rolloutSteps,
      config,
    },
    backEnd: request.backEnd,
    network,
    weights,
    ...(agents === undefined ? {} : { agents }),
    ...(organization === undefined ? {} : { organization }),
  };
}

type TrainConfig = {
  /** Under another version of either the same snapshot would go on as another team. */
  readonly actionVersion: string;
  readonly observationVersion: string;
  readonly topologyHash: string;
  /** SHA-256 of the arrivals, traces included, and the objective. */
  readonly trafficHash: string;
  /** The recordings among them: nobody may be evaluated on these. */
  readonly traces: readonly string[];
  /** Hashes of windows of them, so that pieces and other volumes of a recording are known too. */
  readonly traceWindows?: readonly string[];
  readonly timeScale: number;
  readonly meanRatePerS: number;
  readonly seed: number;
  readonly kappa: number;
  readonly changePrice?: number;
  readonly randomisation?: Partial<Randomisation>;
  readonly faults?: TrainingFaults;
  /** SHA-256 of the faults of the scenario and its length, where they are played. */
  readonly faultsHash?: string;
  /** SHA-256 of the organization and of who plays what in it. */
  readonly organizationHash?: string;
  readonly agents?: "one";
  readonly backEnd: BackEnd;
  readonly learner: IppoOptions;
  readonly patience?: number;
  readonly headroom: number;
  readonly calibration: Calibration;
};

function configOf(request: TrainRequest): TrainConfig {
  const { inputs, timeScale, seed, kappa, changePrice, randomisation, faults, organization, agents, backEnd } = request;
  const calibration = calibrationOf(request);
  return {
    actionVersion,
    observationVersion,
    topologyHash: inputs.topologyHash,
    trafficHash: trafficHash(inputs),
    traces: traceHashes(inputs),
    ...(inputs.traces.size > 0 ? { traceWindows: learntWindows(inputs) } : {}),
    timeScale,
    meanRatePerS: trainingVolumePerS(inputs, request),
    seed,
    kappa,
    ...(changePrice === undefined ? {} : { changePrice }),
    ...(randomisation === undefined ? {} : { randomisation }),
    ...(faults === undefined ? {} : { faults }),
    ...(faults === "scenario"
      ? { faultsHash: sha256(JSON.stringify([inputs.scenario.faults, inputs.scenario.lengthS])) }
      : {}),
    ...(organization === undefined ? {} : { organizationHash: sha256(JSON.stringify(organization)) }),
    ...(agents === undefined ? {} : { agents }),
    backEnd,
    learner: optionsOf(request),
    ...(request.patience === undefined ? {} : { patience: request.patience }),
    headroom: measureHeadroom(inputs.topology, calibration),
    calibration,
  };
}

export function trafficHash({ scenario, topology, traces }: Inputs): string {
  const { trace, ...arrivals } = scenario.arrivals;
  const rates = [...traces.values()].map(({ ratePerS, stepMs }) => ({ stepMs, ratePerS: Array.from(ratePerS) }));
  return sha256(JSON.stringify([arrivals, trace?.startS, rates, topology.objective]));
}

function optionsOf({ steps, agents, algorithm, network }: TrainRequest): IppoOptions {
  const options = { ...defaultIppoOptions, totalSteps: steps };
  // One agent for all has no reason to prefer some action of one service.
  const preferring = agents === "one" ? { ...options, preference: 0 } : options;
  const styled = network === undefined ? preferring : withNetwork(preferring, network);
  return algorithm === "mappo" ? mappoOptions(styled) : styled;
}

function calibrationOf({ calibration, inputs, timeScale }: TrainRequest): Calibration {
  return calibration ?? declaredCalibration(inputs.topology, scaleTiming(kubernetesTiming, timeScale));
}

/** The snapshot to go on from. A run of another configuration is refused: its bytes could not be repeated. */
function readSnapshot(folder: RunFolder, config: TrainConfig): Uint8Array | undefined {
  const written = folder.read(runFiles.config);
  if (written === undefined) return undefined;
  if (Buffer.from(written).toString("utf8") === `${JSON.stringify(config, null, 2)}\n`)
    return folder.read(runFiles.snapshot);
  const message = `${folder.path} was started with other options, topology, scenario or roles`;
  throw new KarmaError(
    "INPUT_INVALID",
    message,
    `compare ${join(folder.path, runFiles.config)}, or train without --resume`,
  );
}
