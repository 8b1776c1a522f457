import { KarmaError } from "../core/errors.ts";
import { writeBelow } from "../host/write.ts";
import { groupsOf, TEAM } from "./evaluation/contest.ts";
import { playContest } from "./evaluation/play-contest.ts";
import { openPlayRunner } from "./evaluation/play-runner.ts";
import { type EvaluateResult, resultFile, resultFormat, type TrainedOn } from "../evaluate/result.ts";
import { checkFolds, describeScenario } from "./evaluation/scenarios.ts";
import { setTheStage, type Stage, type StageRequest } from "./evaluation/stage.ts";
import type { Host } from "./host.ts";
import { teamWarnings } from "./run-calibration.ts";
import type { ReadRun } from "./runs.ts";

export type EvaluateRequest = StageRequest & {
  /** What was typed, to be told in the result. */
  readonly command: string;
  readonly seeds: readonly number[];
  /** Seeds of the data that opponents are tuned on. */
  readonly trainSeeds: readonly number[];
  readonly isEqualCost: boolean;
  readonly density: "coarse" | "full";
  /** So many seeds of every scenario are told period by period. */
  readonly timelines: number;
  readonly workers: number;
};

export type EvaluateAnswer = {
  readonly result: EvaluateResult;
  readonly folder: string;
  /** What makes it less than was expected, as sentences. */
  readonly warnings: readonly string[];
  /** Plays that were needed, and those of them that were not there from an earlier evaluation. */
  readonly plays: { readonly asked: number; readonly played: number };
};

/** The price of violations that tuned opponents are told at where no team says its own. */
const DEFAULT_KAPPA = 40;

/** The team of a run, when there is one, beside its opponents: the same twin, workloads, noise and guard for all. */
export async function evaluateOnTwin(request: EvaluateRequest, host: Host): Promise<EvaluateAnswer> {
  const { seeds } = request;
  if (seeds.length === 0) throw new KarmaError("USAGE", "expected at least one seed, found 0", "use --seeds 10");
  const stage = setTheStage(request, host.cwd);
  const warnings = teamWarnings(
    request.hasTeam,
    stage.runs[0],
    request.calibration === undefined ? stage.setup.calibration.timing : undefined,
  );
  for (const warning of warnings) await host.progress.step(`warning: ${warning}`, async () => {});
  const runner = openPlayRunner({ setup: stage.setup, folder: stage.folder, workers: request.workers }, host);
  try {
    const result = await play(request, stage, runner, host);
    await runner.finish();
    await writeBelow(stage.folder, [{ path: resultFile, content: `${JSON.stringify(result)}\n` }]);
    return { result, folder: stage.folder, warnings, plays: runner.counts() };
  } finally {
    await runner.close();
  }
}

async function play(
  request: EvaluateRequest,
  { setup, folds, runs, team, plain, tuned }: Stage,
  runner: ReturnType<typeof openPlayRunner>,
  host: Host,
): Promise<EvaluateResult> {
  const { seeds, trainSeeds, twin, prices, command } = request;
  const { timing, source } = setup.calibration;
  const { timeScale } = timing;
  const { topology } = setup.scenarios[0]!.inputs;
  if (tuned.length > 0) checkFolds({ ...folds, seeds, trainSeeds, timeScale });
  const scenarios = folds.folds.map(({ test }) => describeScenario(folds.scenarios[test]!, seeds, timeScale));
  const groups = groupsOf(scenarios.map(({ class: own }) => own));
  const tuning = { topology, density: request.density, trainSeeds, folds: folds.folds };
  const { isEqualCost, timelines } = request;
  const contest = { runner, seeds, groups, timeScale };
  const figures = await playContest(
    { contest, scenarios, plain, tuned, team, kappa: kappaOf(runs[0]), isEqualCost, timelines, tuning },
    host,
  );
  return {
    format: resultFormat,
    command,
    topology: topology.name,
    objectiveMs: topology.objective.p95Ms,
    run: runs.length === 0 ? undefined : runs.map((one) => one.team).join(", "),
    seeds,
    timeScale,
    calibration: source,
    twin,
    prices,
    trained: trainedOn(runs, figures.frontiers),
    scenarios,
    ...figures,
  };
}

function kappaOf(run: Pick<ReadRun, "checkpoint"> | undefined): number {
  const kappa = run?.checkpoint.training.config["kappa"];
  return typeof kappa === "number" ? kappa : DEFAULT_KAPPA;
}

function trainedOn(runs: readonly ReadRun[], frontiers: EvaluateResult["frontiers"]): TrainedOn[] {
  const team = runs.map((run) => ({ autoscaler: TEAM, on: teamTraining(run) }));
  const others = frontiers.map(({ opponent, class: own, trainedOn: on, searched }) => ({
    autoscaler: `${opponent} (${own})`,
    on: `${searched} settings on ${on.join("; ")}`,
  }));
  return [...team, ...others];
}

function teamTraining({ checkpoint }: ReadRun): string {
  const { algorithm, seed, steps, config } = checkpoint.training;
  const traces = Array.isArray(config["traces"]) ? config["traces"].length : 0;
  const data = traces > 0 ? `random curves and ${traces} recordings` : "random curves";
  return `${data}: ${algorithm}, seed ${seed}, ${steps} control steps, price ${kappaOf({ checkpoint })}`;
}
