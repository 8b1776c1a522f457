import type { Command } from "commander";
import { readInputs } from "../../app/inputs.ts";
import { transfer } from "../../app/transfer.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { oneOf, positiveOption, wholeNumberOption } from "../options.ts";
import { liveJson, liveText } from "./load.ts";

type Options = CommonOptions & {
  readonly scenario?: string;
  readonly trace?: string;
  readonly volume?: number;
  readonly seed?: number;
  readonly run?: string;
  readonly mode: "live" | "shadow";
  readonly on: "local" | "twin";
};

export function addTransfer(program: Command, act: Act): void {
  withCommonOptions(program.command("transfer"))
    .description("let a trained team scale the cluster that is up, under the scenario's load")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--scenario <file>", "scenario file; the one beside the topology when left out")
    .option("--trace <file>", "arrivals from a CSV trace instead of the scenario's")
    .option("--volume <requests/s>", "mean arrivals instead of the scenario's", positiveOption)
    .option("--seed <number>", "seed of the arrivals; the scenario's when left out", wholeNumberOption)
    .option("--run <name>", "run whose team decides; the newest of this topology when left out")
    .option("--on <where>", "the local cluster, or the twin in simulated time", oneOf(["local", "twin"]), "local")
    .option("--mode <mode>", "live, or shadow: decide and log, change nothing", oneOf(["live", "shadow"]), "live")
    .addHelpText("after", "\nExample:\n  karma transfer topology.json --mode shadow")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const { scenario, trace, volume, seed, run: runName, mode, on } = options;
  const inputs = readInputs({ cwd: context.cwd, topology, scenario, trace });
  const result = await transfer({ inputs, volumePerS: volume, seed, runName, mode, on }, context);
  const changes = result.decisions.filter(({ from, applied }) => from !== applied);
  const json = {
    run: result.run,
    mode,
    on,
    live: liveJson(result),
    decisions: result.decisions.length,
    log: result.logPath,
  };
  const last = changes
    .slice(-5)
    .map(({ service, from, applied, reasons }) => `  ${service} ${from} -> ${applied}: ${reasons.join("; ")}`);
  const title = changes.length === 0 ? "no size changed" : "last size changes";
  const text = [liveText(result), `${title} (all decisions: ${result.logPath})`, ...last].join("\n");
  return { json, text, next: withTopology("karma cluster down", topology) };
}
