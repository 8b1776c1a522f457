import type { AblationRow, OverTrainings } from "../app/ablation-rows.ts";
import type { PublishedSystem } from "../evaluate/papers/karma-published.ts";
import type { TrainedFigures, TrainingsRow } from "../evaluate/papers/karma-trainings.ts";
import type { PaperTable } from "./paper-text.ts";
import { figure } from "./table.ts";

/** How every team of the ablation was trained. */
export function trainingTable(rows: readonly AblationRow[]): PaperTable {
  const hasSeveral = new Set(rows.map(({ trainSeed }) => trainSeed)).size > 1;
  return {
    title: "Trained for it: rules of karma-hard broken in its plays, and control steps to 95 % of what training gained",
    header: ["system", "broken %", "steps to 95 %", "of steps", "run"],
    rows: rows.map(({ system, trainSeed, figures, trainedSteps, run }) => [
      hasSeveral ? `${system}, seed ${trainSeed}` : system,
      (figures.brokenShare * 100).toFixed(2),
      Number.isNaN(figures.convergedSteps) ? "-" : String(figures.convergedSteps),
      String(trainedSteps),
      run,
    ]),
  };
}

type Column = {
  readonly title: string;
  readonly figure: keyof TrainedFigures;
  readonly format: (value: number) => string;
};

const percent = (value: number): string => (value * 100).toFixed(1);
const columns: readonly Column[] = [
  { title: "success %", figure: "success", format: percent },
  { title: "latency OK %", figure: "latencyOk", format: percent },
  { title: "pending %", figure: "pending", format: percent },
  { title: "recovery s", figure: "recoveryS", format: (value) => value.toFixed(1) },
  { title: "available %", figure: "availability", format: percent },
  { title: "reward sd %", figure: "rewardSd", format: percent },
  { title: "broken %", figure: "brokenShare", format: (value) => (value * 100).toFixed(2) },
  { title: "steps to 95 %", figure: "convergedSteps", format: (value) => `${figure(value / 1_000)} k` },
];

/** Rows of the authors' table that say what ours say. */
const printed: ReadonlySet<string> = new Set([
  "several agents, no organisation",
  "several agents, soft roles",
  "KARMA (hard roles)",
]);

/** One table over all trainings: mean and spread of each system, hard roles against none, and what the authors print. */
export function overTrainingsTable(
  { rows, hardAgainstNone }: OverTrainings,
  published: readonly PublishedSystem[],
): PaperTable {
  const { ours, theirs, trainings, figures } = hardAgainstNone;
  const difference = columns.map((column) => {
    const of = figures[column.figure];
    return of.known === 0 ? "-" : `${signed(of.mean, column)} (${of.larger} of ${of.known} larger)`;
  });
  return {
    title: `Over ${trainings} training seeds: mean ± standard deviation of trainings, of how many where not of all; recovery and availability of DDoS, spread of mixed`,
    header: ["system", ...columns.map(({ title }) => title)],
    rows: [
      ...rows.map((row) => [row.system, ...columns.map((column) => spread(row, column))]),
      [`${ours} - ${theirs}, seed by seed`, ...difference],
      ...published.filter(({ system }) => printed.has(system)).map(printedCells),
    ],
  };
}

function spread({ trainings, figures }: TrainingsRow, { figure: name, format }: Column): string {
  const { mean, sd, known } = figures[name];
  if (known === 0) return "-";
  const shown = Number.isNaN(sd) ? format(mean) : `${format(mean)} ± ${format(sd)}`;
  return known < trainings ? `${shown} (${known} of ${trainings})` : shown;
}

function signed(value: number, { format }: Column): string {
  return value > 0 ? `+${format(value)}` : format(value);
}

function printedCells(row: PublishedSystem): string[] {
  const { system, success, latencyOk, pending, recoveryS, availability, rewardSd } = row;
  const shown = [success, latencyOk, pending, recoveryS, availability, rewardSd];
  return [`printed: ${system}`, ...shown.map((value) => value?.toFixed(1) ?? "-"), "-", "-"];
}
