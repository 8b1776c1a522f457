import { relative } from "node:path";
import type { Command } from "commander";
import { readCalibration } from "../../app/calibrate-recordings.ts";
import { type EvaluateAnswer, type EvaluateRequest, evaluateOnTwin } from "../../app/evaluate-on-twin.ts";
import { readPrices } from "../../app/evaluation/read-prices.ts";
import { type NamedInputs, readScenarios } from "../../app/evaluation/scenarios.ts";
import type { Truth } from "../../app/evaluation/truth.ts";
import { parseWhere } from "../../app/where.ts";
import { splitAutoscalerSpecs } from "../../control/autoscalers/spec.ts";
import { KarmaError } from "../../core/errors.ts";
import { type TwinKind, twinKinds } from "../../evaluate/play.ts";
import { machineLoad } from "../../host/machine.ts";
import type { Act } from "../act.ts";
import { typedCommand } from "../command-line.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { evaluateLive } from "../evaluate-live.ts";
import { evaluationText } from "../evaluation-text.ts";
import {
  countOption,
  durationOption,
  gather,
  oneOf,
  positiveOption,
  timeScaleOption,
  wholeNumberOption,
} from "../options.ts";
import { refuseTyped } from "../typed-options.ts";
import { truthOption } from "../wrong-twin.ts";

type Options = CommonOptions & {
  readonly scenario: readonly string[];
  readonly trace: readonly string[];
  readonly trainTrace: readonly string[];
  readonly volume?: number;
  readonly length?: number;
  readonly timeScale?: number;
  readonly on: string;
  readonly against?: string;
  readonly seeds?: number;
  readonly trainSeeds: number;
  readonly twin: TwinKind;
  readonly grid: "coarse" | "full";
  readonly prices?: string;
  readonly timelines: number;
  readonly workers?: number;
  readonly out?: string;
  readonly run: readonly string[];
  readonly wrongTwin?: Truth;
  readonly fallback?: string;
  readonly calibration?: string;
  readonly team: boolean;
  readonly equalCost?: boolean;
};

export function addEvaluate(program: Command, act: Act): void {
  const command = withTuning(withTraffic(withCommonOptions(program.command("evaluate"))));
  command
    .description(
      "play autoscalers over scenarios and seeds on a twin: measures, intervals, frontiers of tuned opponents",
    )
    .argument("[topology]", "topology file; ./topology.json when left out");
  withResult(withPlayers(command))
    .addHelpText(
      "after",
      "\nA stopped evaluation goes on where it was: the same command again.\n" +
        "\nExample:\n  karma evaluate topology.json --against hpa:tuned,feed-forward:1.6 --seeds 10 --json",
    )
    .action(
      act<Options>((context, options, topology) => {
        if (parseWhere(options.on, places).kind !== "twin") refuseTwinOptions(command);
        return run(context, options, topology);
      }),
    );
}

/** Who plays, and where. */
function withPlayers(command: Command): Command {
  return command
    .option("--on <where>", "twin; or local, kind, context:NAME: live, one after another", "twin")
    .option("--against <list>", "autoscalers; `hpa:tuned`, `hpa:hindsight`; `untrained`; live: `kubernetes-hpa`")
    .option("--seeds <number>", "how many, none of them ever trained on; 10 when left out, live 1", countOption)
    .option("--twin <kind>", "fluid, or requests: slower, every request by itself", oneOf(twinKinds), "fluid")
    .option(
      "--run <name>",
      "run whose team plays, as often as you like: each where it has not learnt; the newest when left out",
      gather,
      [],
    )
    .option("--calibration <file>", "twin as karma calibrate found it, or declared; that of the run when left out")
    .option(
      "--wrong-twin <truth>",
      "what nobody is told: startup=1.8 (times what is declared), capacity=.25 (x U(1 - x, 1 + x)), system=3 (always that one)",
      truthOption,
    )
    .option(
      "--fallback <autoscaler>",
      "who decides for a service while its team is in doubt, as in transfer, or its CPU has drifted",
    )
    .option("--no-team", "opponents alone");
}

/** Where autoscalers can be played. */
const places: Parameters<typeof parseWhere>[1] = ["twin", "local", "kind", "context"];

/** What a running cluster has nothing for; the contest on a cluster refuses further ones by their values. */
const twinOptions: ReadonlySet<string> = new Set([
  "--twin",
  "--calibration",
  "--wrong-twin",
  "--fallback",
  "--prices",
  "--timelines",
  "--workers",
  "--train-trace",
  "--train-seeds",
  "--grid",
]);

function refuseTwinOptions(command: Command): void {
  refuseTyped(command, twinOptions, {
    expected: "options of a running cluster",
    found: "those of the twin",
    hint: "leave them out, or evaluate on the twin, without --on",
  });
}

function withTraffic(command: Command): Command {
  return command
    .option("--scenario <file>", "scenario file, as often as you like; the one beside the topology", gather, [])
    .option("--trace <file>", "arrivals from a CSV trace instead, as often as you like", gather, [])
    .option("--volume <requests/s>", "mean arrivals instead of the scenario's", positiveOption)
    .option("--length <time>", "of each play, such as 1h; of a longer trace each seed gets a piece", durationOption)
    .option("--time-scale <factor>", "as in cluster up; that of the run when left out", timeScaleOption);
}

function withTuning(command: Command): Command {
  return command
    .option("--train-trace <file>", "tune opponents on these traces; on all other ones when left out", gather, [])
    .option("--train-seeds <number>", "seeds of what opponents are tuned on", countOption, 8)
    .option("--grid <density>", "settings of tuned opponents: coarse or full", oneOf(["coarse", "full"]), "full");
}

/** What is told of the plays, and what is kept. */
function withResult(command: Command): Command {
  return command
    .option("--equal-cost", "compare each opponent at the team's cost in replicas too")
    .option("--prices <file>", "price sheet (JSON) for the money; Fargate's when left out")
    .option("--timelines <number>", "seeds of every scenario that are kept period by period", wholeNumberOption, 1)
    .option("--workers <number>", "threads; all cores when left out", countOption)
    .option("--out <folder>", "plays and result; below runs/evaluations/ when left out");
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const where = parseWhere(options.on, places);
  if (where.kind !== "twin") return evaluateLive(context, { ...options, run: onlyRun(options.run), where }, topology);
  const { seeds = 10, against = "hpa,feed-forward,fixed", trainSeeds } = options;
  const scenarios = scenariosOf(context.cwd, options, topology);
  const answer = await evaluateOnTwin(
    {
      command: typedCommand(),
      ...scenarios,
      ...calibrationOf(context.cwd, options, scenarios),
      volumePerS: options.volume,
      lengthS: options.length === undefined ? undefined : options.length / 1_000,
      timeScale: options.timeScale,
      seeds: countFrom1(seeds),
      trainSeeds: countFrom1(trainSeeds),
      against: splitAutoscalerSpecs(against),
      runNames: options.run,
      truth: options.wrongTwin,
      fallback: options.fallback,
      hasTeam: options.team,
      isEqualCost: options.equalCost === true,
      twin: options.twin,
      density: options.grid,
      prices: readPrices(context.cwd, options.prices),
      timelines: options.timelines,
      workers: options.workers ?? machineLoad().cores,
      out: options.out,
    },
    context,
  );
  return resultOf(answer, context.cwd, topology);
}

function onlyRun([name, ...others]: readonly string[]): string | undefined {
  if (others.length === 0) return name;
  throw new KarmaError(
    "USAGE",
    `expected one --run on a running cluster, found ${others.length + 1}`,
    "name one of them",
  );
}

function calibrationOf(
  cwd: string,
  { calibration, timeScale }: Options,
  { scenarios }: Scenarios,
): Pick<EvaluateRequest, "calibration"> {
  if (calibration === undefined) return {};
  if (calibration === "declared") return { calibration };
  return { calibration: readCalibration(cwd, calibration, scenarios[0]!.inputs.topology, timeScale) };
}

type Scenarios = { readonly scenarios: readonly NamedInputs[]; readonly trainTraces: readonly NamedInputs[] };

function scenariosOf(cwd: string, options: Options, topology: string | undefined): Scenarios {
  const { scenario, trace, trainTrace } = options;
  const read = (scenarios: readonly string[], traces: readonly string[]): NamedInputs[] =>
    readScenarios({ cwd, topology, scenarios, traces });
  return { scenarios: read(scenario, trace), trainTraces: trainTrace.length === 0 ? [] : read([], trainTrace) };
}

function countFrom1(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function resultOf({ result, folder, plays, warnings }: EvaluateAnswer, cwd: string, topology?: string): CommandResult {
  const { timelines: _, ...told } = result;
  const place = relative(cwd, folder) || ".";
  return {
    json: { ...told, folder, plays, warnings },
    text: `${evaluationText(result)}\n\n${plays.played} of ${plays.asked} plays were new; all are in ${place}`,
    next: result.run === undefined ? `karma report ${place}` : withTopology("karma transfer", topology),
  };
}
