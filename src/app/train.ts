import { join } from "node:path";
import { kubernetesTiming, scaleTiming } from "../control/loop/timing.ts";
import { KarmaError } from "../core/errors.ts";
import { createRng } from "../core/rng.ts";
import type { Update } from "../host/progress.ts";
import { sha256 } from "../host/hash.ts";
import { openRunFolder, type RunFolder } from "../host/run-folder.ts";
import { breathe } from "../host/clock.ts";
import type { BackEnd, Kernels } from "../nn/kernels.ts";
import type { NetworkStyle } from "../nn/network.ts";
import { createPlainKernels } from "../nn/plain.ts";
import { createWasmKernels } from "../nn/wasm.ts";
import { measureHeadroom } from "../team/env/headroom.ts";
import { createTrainer, type IterationMetrics, type Trainer } from "../team/learn/ippo.ts";
import type { Randomisation } from "../team/env/scaling-env.ts";
import { defaultIppoOptions, type IppoOptions, withNetwork } from "../team/learn/ippo-options.ts";
import { mappoOptions } from "../team/learn/mappo.ts";
import { seenInTraining } from "../team/learn/seen-in-training.ts";
import type { CarriedOrganization } from "../team/policy/carried-organization.ts";
import { type Algorithm, type Checkpoint, encodeCheckpoint } from "../team/policy/checkpoint.ts";
import type { SeenRanges } from "../team/policy/seen.ts";
import { type Calibration, declaredCalibration } from "../twin/calibrate/calibration.ts";
import { traceHashes } from "./evaluation/refuse-training.ts";
import { learntWindows } from "./evaluation/trace-windows.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { runFiles } from "./runs.ts";
import { trainingVolumePerS } from "./traffic.ts";
import type { TrainingFaults } from "./training-faults.ts";
import { createTrainingGame } from "./training-game.ts";

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
};

export type TrainResult = {
  readonly runPath: string;
  readonly checkpointPath: string;
  readonly checkpoint: Checkpoint;
  readonly iterations: number;
  readonly last: IterationMetrics | undefined;
};

const ENVIRONMENTS = 256;
/** Worlds in which the observations of a training are looked at, and for how many control steps: two episodes. */
const SEEN_ENVIRONMENTS = 32;
const SEEN_STEPS = 480;
const MOST_SEEN = 250_000;
/** Iterations between two snapshots: a crash loses at most so many. */
const SNAPSHOT_EVERY = 4;

/** Trains a team on the twin. Stopped at any moment it goes on with `isResumed`, and ends with the same bytes. */
export async function train(request: TrainRequest, host: Host): Promise<TrainResult> {
  const folder = openRunFolder(request.runPath);
  const config = configOf(request);
  const resume = request.isResumed ? readSnapshot(folder, config) : undefined;
  const trainer = createRunTrainer(request, config, resume);
  const checkpointOf = (): Checkpoint => currentCheckpoint(request, trainer, config);
  if (resume === undefined) {
    // What an earlier run left here would be taken for this one's.
    folder.remove(runFiles.snapshot);
    folder.remove(runFiles.checkpoint);
    await folder.write(runFiles.config, `${JSON.stringify(config, null, 2)}\n`);
    await folder.write(runFiles.untrained, encodeCheckpoint(checkpointOf()));
    folder.rewind(runFiles.metrics, () => false);
  } else folder.rewind(runFiles.metrics, (line) => (line as IterationMetrics).iteration <= trainer.iteration());
  const last = await host.progress.step("train the team on the twin", (update) =>
    iterateAll(trainer, folder, update, host.signal),
  );
  const checkpoint = { ...checkpointOf(), seen: seenIn(request, config, trainer) };
  await folder.write(runFiles.checkpoint, encodeCheckpoint(checkpoint));
  return {
    runPath: request.runPath,
    checkpointPath: join(request.runPath, runFiles.checkpoint),
    checkpoint,
    iterations: trainer.iterations,
    last,
  };
}

function createRunTrainer(request: TrainRequest, config: TrainConfig, resume: Uint8Array | undefined): Trainer {
  const game = createTrainingGame(request, config, ENVIRONMENTS, `train ${request.seed}`);
  const spec = { options: optionsOf(request), game, kernels: kernelsOf(request), seed: request.seed };
  return createTrainer(resume === undefined ? spec : { ...spec, resume });
}

function kernelsOf({ backEnd }: TrainRequest): Kernels {
  return backEnd === "wasm" ? createWasmKernels() : createPlainKernels();
}

/** What the agents saw, so that on a cluster something else can be told from it. */
function seenIn(request: TrainRequest, config: TrainConfig, trainer: Trainer): SeenRanges {
  const untrained = createRunTrainer(request, config, undefined).actor();
  return seenInTraining({
    game: createTrainingGame(request, config, SEEN_ENVIRONMENTS, `seen ${request.seed}`),
    kernels: kernelsOf(request),
    actors: [untrained, trainer.actor()],
    steps: SEEN_STEPS,
    mostSamples: MOST_SEEN,
    rng: createRng(`seen actions ${request.seed}`),
  });
}

async function iterateAll(
  trainer: Trainer,
  folder: RunFolder,
  update: Update,
  signal: AbortSignal,
): Promise<IterationMetrics | undefined> {
  let last: IterationMetrics | undefined;
  while (trainer.iteration() < trainer.iterations) {
    last = trainer.iterate();
    folder.append(runFiles.metrics, last);
    const share = last.totals["violating"]! / Math.max(1, last.totals["requests"]!);
    update(
      last.iteration / trainer.iterations,
      `reward ${last.reward.toFixed(3)}, violating ${(share * 100).toFixed(2)} %`,
    );
    if (last.iteration % SNAPSHOT_EVERY === 0) await folder.write(runFiles.snapshot, trainer.snapshot());
    await breathe();
    if (signal.aborted) {
      await folder.write(runFiles.snapshot, trainer.snapshot());
      signal.throwIfAborted();
    }
  }
  await folder.write(runFiles.snapshot, trainer.snapshot());
  return last;
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
  readonly headroom: number;
  readonly calibration: Calibration;
};

function configOf(request: TrainRequest): TrainConfig {
  const { inputs, timeScale, seed, kappa, changePrice, randomisation, faults, organization, agents, backEnd } = request;
  const calibration = calibrationOf(request);
  return {
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
    ...(faults === "scenario" ? { faultsHash: sha256(JSON.stringify([inputs.scenario.faults, inputs.scenario.lengthS])) } : {}),
    ...(organization === undefined ? {} : { organizationHash: sha256(JSON.stringify(organization)) }),
    ...(agents === undefined ? {} : { agents }),
    backEnd,
    learner: optionsOf(request),
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
