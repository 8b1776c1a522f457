import { meanOf } from "../../core/statistics.ts";

/** What came of one training of a system; shares in [0, 1], NaN where not known. */
export type TrainedFigures = {
  readonly success: number;
  readonly latencyOk: number;
  readonly pending: number;
  readonly recoveryS: number;
  readonly availability: number;
  readonly rewardSd: number;
  /** Share of its decisions that the hard rules forbid. */
  readonly brokenShare: number;
  /** Control steps to 95 % of what the training gained. */
  readonly convergedSteps: number;
};

export type Training = { readonly system: string; readonly trainSeed: number; readonly figures: TrainedFigures };

/** A mean over the trainings that know the figure, how far these lie apart (standard deviation, n - 1), and how many. */
export type Spread = { readonly mean: number; readonly sd: number; readonly known: number };

export type Across<Value> = { readonly [figure in keyof TrainedFigures]: Value };

/** One system over its trainings. */
export type TrainingsRow = { readonly system: string; readonly trainings: number; readonly figures: Across<Spread> };

/** Two systems, seed by seed: ours - theirs, and in how many of the known differences ours is larger. */
export type TrainingsDifference = {
  readonly ours: string;
  readonly theirs: string;
  readonly trainings: number;
  readonly figures: Across<Spread & { readonly larger: number }>;
};

/** A row for each system, in the order in which they first come. */
export function acrossTrainings(all: readonly Training[]): readonly TrainingsRow[] {
  const systems = [...new Set(all.map(({ system }) => system))];
  return systems.map((system) => {
    const own = all.filter((one) => one.system === system);
    return { system, trainings: own.length, figures: forEach((figure) => spreadOf(own.map(valueOf(figure)))) };
  });
}

/** Trainings of one seed differ by what they learned under alone: traffic and weights at the start are the same. */
export function differenceOf(all: readonly Training[], ours: string, theirs: string): TrainingsDifference {
  const pairs = all.flatMap((one) => {
    const other = all.find(({ system, trainSeed }) => system === theirs && trainSeed === one.trainSeed);
    return one.system === ours && other !== undefined ? [{ one, other }] : [];
  });
  const figures = forEach((figure) => {
    const of = valueOf(figure);
    const differences = pairs.map(({ one, other }) => of(one) - of(other));
    return { ...spreadOf(differences), larger: differences.filter((value) => value > 0).length };
  });
  return { ours, theirs, trainings: pairs.length, figures };
}

const valueOf =
  (figure: keyof TrainedFigures) =>
  ({ figures }: Training): number =>
    figures[figure];

function forEach<Value>(of: (figure: keyof TrainedFigures) => Value): Across<Value> {
  return {
    success: of("success"),
    latencyOk: of("latencyOk"),
    pending: of("pending"),
    recoveryS: of("recoveryS"),
    availability: of("availability"),
    rewardSd: of("rewardSd"),
    brokenShare: of("brokenShare"),
    convergedSteps: of("convergedSteps"),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = meanOf(known);
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sd = known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : Number.NaN;
  return { mean, sd, known: known.length };
}
