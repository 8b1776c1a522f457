import type { Command } from "commander";
import { evaluateOnTwin } from "../../app/evaluate-on-twin.ts";
import { readInputs } from "../../app/inputs.ts";
import { splitAutoscalerSpecs } from "../../control/autoscalers/spec.ts";
import type { Estimate } from "../../core/statistics.ts";
import type { EqualCostRow } from "../../evaluate/equal-cost.ts";
import type { SummaryRow } from "../../evaluate/summarize.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { countOption, positiveOption, timeScaleOption } from "../options.ts";
import { figure, percent, table } from "../table.ts";

type Options = CommonOptions & {
  readonly scenario?: string;
  readonly trace?: string;
  readonly volume?: number;
  readonly timeScale?: number;
  readonly against: string;
  readonly seeds: number;
  readonly run?: string;
  readonly team: boolean;
  readonly equalCost?: boolean;
};

export function addEvaluate(program: Command, act: Act): void {
  withCommonOptions(program.command("evaluate"))
    .description("play autoscalers over seeds on the twin: rows with 95 % intervals")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--scenario <file>", "scenario file; the one beside the topology when left out")
    .option("--trace <file>", "arrivals from a CSV trace instead of the scenario's")
    .option("--volume <requests/s>", "mean arrivals instead of the scenario's", positiveOption)
    .option("--time-scale <factor>", "as in cluster up; that of the run when left out", timeScaleOption)
    .option("--against <list>", "autoscalers, and `untrained` for the team before training", "hpa,feed-forward,fixed")
    .option("--seeds <number>", "how many seeds, none of them ever trained on", countOption, 10)
    .option("--run <name>", "run whose team plays; the newest of this topology when left out")
    .option("--no-team", "opponents alone")
    .option("--equal-cost", "compare each opponent at the team's pod-seconds too")
    .addHelpText(
      "after",
      "\nExample:\n  karma evaluate topology.json --against hpa:60,feed-forward:1.6 --seeds 10 --json",
    )
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const { scenario, trace, volume, timeScale, seeds, run: runName } = options;
  const inputs = readInputs({ cwd: context.cwd, topology, scenario, trace });
  const result = await evaluateOnTwin(
    {
      inputs,
      volumePerS: volume,
      timeScale,
      seeds: Array.from({ length: seeds }, (_, index) => index + 1),
      against: splitAutoscalerSpecs(options.against),
      runName,
      hasTeam: options.team,
      isEqualCost: options.equalCost === true,
    },
    context,
  );
  const lines = [
    `${inputs.topology.name}, ${seeds} seeds on the ${result.calibration} twin, time x ${result.timeScale}`,
    summaryTable(result.rows),
    ...(result.equalCost.length > 0 ? ["", equalCostTable(result.equalCost)] : []),
  ];
  const next = withTopology(result.run === undefined ? "karma train" : "karma transfer", topology);
  return { json: result, text: lines.join("\n"), next };
}

function spread({ low, high }: Estimate, of: (value: number) => string): string {
  return `${of(low)} .. ${of(high)}`;
}

export function summaryTable(rows: readonly SummaryRow[]): string {
  return table(
    [
      "autoscaler",
      "violating",
      "95 % interval",
      "p50 ms",
      "p95 ms",
      "p99 ms",
      "pod-seconds",
      "interval",
      "size changes",
    ],
    rows.map((row) => [
      row.autoscaler,
      percent(row.violatingShare.mean),
      spread(row.violatingShare, percent),
      figure(row.p50Ms.mean),
      figure(row.p95Ms.mean),
      figure(row.p99Ms.mean),
      figure(row.podSeconds.mean),
      spread(row.podSeconds, figure),
      figure(row.sizeChanges.mean),
    ]),
  );
}

export function equalCostTable(rows: readonly EqualCostRow[]): string {
  return table(
    [
      "opponent at the team's cost",
      "knob",
      "cost ratio",
      "its violating",
      "the team's",
      "difference",
      "95 % interval",
      "p",
    ],
    rows.map((row) => [
      row.opponent,
      figure(row.knob),
      row.costRatio.toFixed(3),
      ...(row.isReached ? comparedCells(row) : ["not comparable", "", "", "", ""]),
    ]),
  );
}

function comparedCells({ opponentViolatingShare, oursViolatingShare, difference, pValue }: EqualCostRow): string[] {
  return [
    percent(opponentViolatingShare),
    percent(oursViolatingShare),
    percent(difference.mean),
    spread(difference, percent),
    pValue.toFixed(4),
  ];
}
