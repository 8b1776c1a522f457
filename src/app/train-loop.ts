import { KarmaError } from "../core/errors.ts";
import { breathe, createRealClock } from "../host/clock.ts";
import type { Update } from "../host/progress.ts";
import type { Trainer } from "../team/learn/ippo.ts";
import type { Validation } from "../team/learn/validation.ts";
import { lineOf, type RunMetrics } from "./run-metrics.ts";
import type { RunRecord } from "./run-record.ts";

export type TrainLoop = {
  readonly trainer: Trainer;
  readonly record: RunRecord;
  /** How the team as it is now does where it is not trained. */
  readonly validate: () => Validation;
  /** The team as it is now. */
  readonly encodeTeam: () => string;
  /** Validations without a better one after which training ends; it never ends early when left out. */
  readonly patience?: number | undefined;
};

/** Iterations between two snapshots, each with a validation: a crash loses at most so many. */
const SNAPSHOT_EVERY = 4;

/** Trains until the end, or until patience is. What is on disk at any moment is enough to go on from. */
export async function trainAll(loop: TrainLoop, update: Update, signal: AbortSignal): Promise<RunMetrics | undefined> {
  const { trainer, record } = loop;
  const clock = createRealClock();
  const from = trainer.iteration();
  let last: RunMetrics | undefined;
  update(from / trainer.iterations);
  while (trainer.iteration() < trainer.iterations && !hasNoPatience(loop)) {
    const isDue = (trainer.iteration() + 1) % SNAPSHOT_EVERY === 0 || trainer.iteration() + 1 === trainer.iterations;
    last = iterate(loop, isDue);
    const stepsPerS = (last.steps * (1 - from / last.iteration) * 1_000) / clock.nowMs();
    record.add(last, stepsPerS);
    update(last.iteration / trainer.iterations, lineOf(last, stepsPerS));
    if (isDue) await record.keep(last.iteration, loop.encodeTeam());
    if (isDue) await record.save(trainer.snapshot());
    await breathe();
    if (!signal.aborted) continue;
    await record.save(trainer.snapshot());
    signal.throwIfAborted();
  }
  return last;
}

function hasNoPatience({ record, patience = Number.POSITIVE_INFINITY }: TrainLoop): boolean {
  return record.sinceBest() >= patience;
}

function iterate({ trainer, validate }: TrainLoop, isDue: boolean): RunMetrics {
  const metrics = trainer.iterate();
  requireNumbers(metrics, trainer);
  return isDue ? { ...metrics, validation: validate() } : metrics;
}

/** What is not finite never gets better: it stops the training before it gets into any file. */
function requireNumbers(metrics: RunMetrics, trainer: Trainer): void {
  const { policyLoss, valueLoss, entropy, approximateKl, reward } = metrics;
  const watched = { reward, policyLoss, valueLoss, entropy, approximateKl };
  const lost = Object.entries(watched).find(([, value]) => !Number.isFinite(value))?.[0];
  const name = lost ?? (trainer.actor().weights.every(Number.isFinite) ? undefined : "a weight");
  if (name === undefined) return;
  throw new KarmaError(
    "TOOL_FAILED",
    `training diverged: ${name} is not a number after iteration ${metrics.iteration}`,
    "train with another --seed or a smaller --kappa; best.json and checkpoints/ of the run are intact",
  );
}
