import type { Command } from "commander";
import { type ComparedPart, compareTwins } from "../../app/compare-twins.ts";
import { readInputs } from "../../app/inputs.ts";
import { whereAsked } from "../../app/where-up.ts";
import type { PartGap } from "../../evaluate/twin-part.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { durationOption, sharesOption, wholeNumberOption } from "../options.ts";
import { figure, table } from "../table.ts";

type Options = CommonOptions & {
  readonly on?: string;
  readonly loads: readonly number[];
  readonly length?: number;
  readonly calibration?: string;
  readonly hpa: boolean;
  readonly crash: boolean;
  readonly seed: number;
};

export function addTwin(program: Command, act: Act): void {
  withCommonOptions(program.command("twin"))
    .description("play the same requests on a running cluster and on both twins: how far they are apart")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--on <where>", "local, kind, or context:NAME; local or kind, where it is up, when left out")
    .option("--loads <list>", "shares of what the bottleneck can serve now", sharesOption, [0.3, 0.5, 0.7, 0.85])
    .option("--length <time>", "of each part, of this clock; 60s when left out", durationOption)
    .option("--calibration <file>", "twins as karma calibrate found them; as declared when left out")
    .option("--no-hpa", "without the flash crowd under HPA")
    .option("--no-crash", "without the crash of a replica")
    .option("--seed <number>", "seed of arrivals and twins", wholeNumberOption, 1)
    .addHelpText("after", "\nExample:\n  karma twin topology.json --on local --loads .3,.5,.7,.85 --json")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const { on, loads, length = 60_000, calibration, hpa, crash, seed } = options;
  const inputs = readInputs({ cwd: context.cwd, topology });
  const where = await whereAsked(on, ["local", "kind", "context"], inputs);
  const result = await compareTwins(
    {
      inputs,
      where,
      loads,
      lengthMs: length,
      calibrationPath: calibration,
      hasHpa: hpa,
      hasCrash: crash,
      seed,
    },
    context,
  );
  const header = [
    "part",
    "twin",
    "requests",
    "CPU",
    "throughput",
    "inside",
    "p50",
    "p95",
    "p99",
    "KS",
    "replicas",
    "recovery s",
  ];
  const rows = result.parts.flatMap(rowsOf);
  return {
    json: result,
    text: [table(header, rows), "", "relative: requests, throughput, p50 to p99; largest of the services else"].join(
      "\n",
    ),
    next: withTopology("karma record --loads .3,.5,.7", topology),
  };
}

function rowsOf({ part, cluster, requests, fluid }: ComparedPart): string[][] {
  const { p50Ms, p95Ms, p99Ms } = cluster;
  const measured = [p50Ms, p95Ms, p99Ms].map((ms) => `${figure(ms)} ms`);
  const recovery = cluster.recoveryMs === undefined ? "-" : figure(cluster.recoveryMs / 1_000);
  return [
    [part, "cluster", String(cluster.requests), "", "", "", ...measured, "", "", recovery],
    [part, "requests", ...gapCells(requests.gap)],
    [part, "fluid", ...gapCells(fluid.gap)],
  ];
}

function relative(value: number): string {
  return `${value > 0 ? "+" : ""}${figure(100 * value)} %`;
}

function gapCells(gap: PartGap): string[] {
  return [
    relative(gap.requests),
    figure(gap.cpu),
    relative(gap.throughput),
    figure(gap.inside),
    relative(gap.p50),
    relative(gap.p95),
    relative(gap.p99),
    figure(gap.distance),
    figure(gap.ready),
    gap.recoveryMs === undefined ? "-" : figure(gap.recoveryMs / 1_000),
  ];
}
