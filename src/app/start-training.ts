import type { BackEnd } from "../nn/kernels.ts";
import { createTrainer, type Trainer, type TrainerSpec } from "../team/learn/ippo.ts";
import type { IppoOptions } from "../team/learn/ippo-options.ts";
import { createValidator, type Validation } from "../team/learn/validation.ts";
import { createTrainingGame, type GameMeasures, type GameRequest } from "./training-game.ts";
import { startGradientThreads } from "./training-gradients.ts";
import { trainingKernels } from "./training-kernels.ts";
import { playInParts } from "./training-parts.ts";

export type TrainingSpec = {
  readonly request: GameRequest;
  readonly measures: GameMeasures;
  readonly environments: number;
  readonly options: IppoOptions;
  readonly seed: number;
  readonly backEnd: BackEnd;
  /** Threads, this one included. */
  readonly workers: number;
};

/** A trainer and its threads. */
export type Training = { readonly trainer: Trainer; close(): Promise<void> };

/**
 * Where the trainer is refused, none of its threads stays.
 *
 * @param resume  what an earlier trainer of the same spec left, whatever its number of threads
 */
export async function startTraining(spec: TrainingSpec, resume?: Uint8Array): Promise<Training> {
  const { request, measures, environments, options, seed, backEnd, workers } = spec;
  // First, because they may not be there, and no thread runs yet.
  const kernels = trainingKernels(backEnd);
  const played = playInParts({ request, measures, environments, seed: `train ${seed}` }, workers);
  const gradients = workers > 1 ? startGradientThreads(workers) : undefined;
  const close = async (): Promise<void> => void (await Promise.all([played.close(), gradients?.close()]));
  const trainer: TrainerSpec = {
    options,
    game: played.game,
    kernels,
    seed,
    ...(gradients && { createRunner: gradients.createRunner }),
    ...(resume && { resume }),
  };
  try {
    return { trainer: createTrainer(trainer), close };
  } catch (refusal) {
    await close();
    throw refusal;
  }
}

/**
 * Worlds and control steps of a validation, each with traffic of its own: about 5 % of the time of a training. In fewer worlds one
 * crowd that an actor happens to miss outweighs what tells actors apart.
 */
const ENVIRONMENTS = 64;
const STEPS = 180;

/** The same play for all teams of a run, with dice that neither training nor evaluation throws. */
export function createValidation(
  { request, measures, seed, backEnd }: TrainingSpec,
  trainer: Trainer,
): () => Validation {
  const game = createTrainingGame(request, measures, ENVIRONMENTS, `validate ${seed}`, { groupSize: 1 });
  const { network } = trainer.actor();
  const validate = createValidator({ game, kernels: trainingKernels(backEnd), network, steps: STEPS });
  return () => validate(trainer.actor().weights);
}
