import type { Command } from "commander";
import { benchKarma } from "../../app/bench-paper-karma.ts";
import { benchMicrok8s } from "../../app/bench-paper-microk8s.ts";
import { readInputs } from "../../app/inputs.ts";
import { splitAutoscalerSpecs } from "../../control/autoscalers/spec.ts";
import { type TwinKind, twinKinds } from "../../evaluate/play.ts";
import { packagePath } from "../../host/package-files.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { countOption, oneOf, positiveOption, wholeNumberOption } from "../options.ts";
import { karmaText } from "../paper-karma.ts";
import { microk8sText } from "../paper-microk8s.ts";

type Options = CommonOptions & { readonly markdown?: boolean };

export function addBenchPaper(program: Command, act: Act): void {
  const bench = program.command("bench-paper").description("rebuild a paper's table and set ours beside it");
  addKarma(bench, act);
  withCommonOptions(bench.command("microk8s"))
    .description("the MicroK8s thesis' simulator and its 30 days, with Kubernetes' own HPA in it")
    .option("--markdown", "print the tables as Markdown")
    .addHelpText("after", "\nExample:\n  karma bench-paper microk8s --markdown > microk8s.md")
    .action(act(runMicrok8s));
}

async function runMicrok8s(context: CommandContext, options: Options): Promise<CommandResult> {
  const result = await benchMicrok8s(context);
  return { json: result, text: microk8sText(result, options.markdown === true), next: "karma bench-paper karma" };
}

type KarmaOptions = Options & {
  readonly volume?: number;
  readonly seeds: number;
  readonly against: string;
  readonly run?: string;
  readonly team: boolean;
  readonly twin: TwinKind;
  readonly ablations?: boolean;
  readonly steps: number;
  readonly trainSeed: number;
  readonly trainSeeds: number;
};

const example = `
Example:
  karma bench-paper karma --seeds 30 --json
  karma bench-paper karma --ablations --steps 20000 --seeds 2 --twin fluid`;

function addKarma(bench: Command, act: Act): void {
  withCommonOptions(bench.command("karma"))
    .description("KARMA's five kinds of trouble in their intensities, on its own topology")
    .argument("[topology]", "topology file; KARMA's own (karma-chained) when left out")
    .option("--volume <requests/s>", "arrivals of users; a tenth of the bottleneck's when left out", positiveOption)
    .option("--seeds <number>", "how many seeds", countOption, 10)
    .option("--against <list>", "autoscalers beside the team", "hpa,feed-forward,fixed")
    .option("--run <name>", "run whose team plays; the newest of this topology when left out")
    .option("--no-team", "opponents alone")
    .option("--twin <kind>", "requests: every request by itself; or fluid: a quick look", oneOf(twinKinds), "requests")
    .option(
      "--ablations",
      "train a team under each of KARMA's organizations, and one agent alone, and let them play too",
    )
    .option("--steps <number>", "control steps of each of these trainings", countOption, 400_000)
    .option("--train-seed <number>", "seed of these trainings, or of the first of them", wholeNumberOption, 1)
    .option("--train-seeds <number>", "trainings of each, with as many seeds", countOption, 1)
    .option("--markdown", "print the tables as Markdown")
    .addHelpText("after", example)
    .action(act(runKarma));
}

function numbersFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

async function runKarma(context: CommandContext, options: KarmaOptions, topology?: string): Promise<CommandResult> {
  const { volume, seeds, run, team, twin, steps, trainSeed, trainSeeds } = options;
  const path = topology ?? packagePath("topologies/karma-chained.json");
  const result = await benchKarma(
    {
      inputs: readInputs({ cwd: context.cwd, topology: path }),
      volumePerS: volume,
      seeds: numbersFrom(1, seeds),
      against: splitAutoscalerSpecs(options.against),
      runName: run,
      hasTeam: team,
      twin,
      ablations: options.ablations === true ? { steps, trainSeeds: numbersFrom(trainSeed, trainSeeds) } : undefined,
    },
    context,
  );
  const train = `${withTopology("karma train", path)} --volume ${Number(result.volumePerS.toPrecision(3))}`;
  const next = result.run === undefined ? train : "karma bench-paper karma --json";
  return { json: result, text: karmaText(result, options.markdown === true), next };
}
