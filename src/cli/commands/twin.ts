import type { Command } from "commander";
import { compareTwins } from "../../app/compare-twins.ts";
import { readInputs } from "../../app/inputs.ts";
import { whereAsked } from "../../app/where-up.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { countOption, durationOption, sharesOption, wholeNumberOption } from "../options.ts";
import { comparisonText } from "../twin-text.ts";

type Options = CommonOptions & {
  readonly on?: string;
  readonly loads: readonly number[];
  readonly length?: number;
  readonly repeats: number;
  readonly calibration?: string;
  readonly hpa: boolean;
  readonly crash: boolean;
  readonly scaleUp: boolean;
  readonly seed: number;
};

export function addTwin(program: Command, act: Act): void {
  withCommonOptions(program.command("twin"))
    .description("play the same requests on a running cluster and on both twins: how far they are apart")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--on <where>", "local, kind, or context:NAME; local or kind, where it is up, when left out")
    .option("--loads <list>", "shares of what the bottleneck can serve now", sharesOption, [0.3, 0.5, 0.7, 0.85])
    .option("--length <time>", "of each part, of this clock; 60s when left out", durationOption)
    .option("--repeats <number>", "plays of each part on the cluster: its own noise", countOption, 1)
    .option("--calibration <file>", "twins as karma calibrate found them; as declared when left out")
    .option("--no-hpa", "without the flash crowd under HPA")
    .option("--no-crash", "without the crash of a replica")
    .option("--no-scale-up", "without the part in which every service grows")
    .option("--seed <number>", "seed of arrivals, of the work of requests, and of the twins", wholeNumberOption, 1)
    .addHelpText("after", "\nExample:\n  karma twin topology.json --on local --loads .3,.5,.7,.85 --json")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const { on, loads, length = 60_000, repeats, calibration, hpa, crash, scaleUp, seed } = options;
  const inputs = readInputs({ cwd: context.cwd, topology });
  const where = await whereAsked(on, ["local", "kind", "context"], inputs);
  const result = await compareTwins(
    {
      inputs,
      where,
      loads,
      lengthMs: length,
      repeats,
      calibrationPath: calibration,
      hasHpa: hpa,
      hasCrash: crash,
      hasScaleUp: scaleUp,
      seed,
    },
    context,
  );
  return {
    json: result,
    text: comparisonText(result.parts),
    next: withTopology("karma record --loads .3,.5,.7", topology),
  };
}
