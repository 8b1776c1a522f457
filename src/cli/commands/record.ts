import { relative } from "node:path";
import type { Command } from "commander";
import { type Inputs, readInputs } from "../../app/inputs.ts";
import { recordTwin } from "../../app/record-twin.ts";
import { record, type RecordResult } from "../../app/record.ts";
import type { Truth } from "../../app/evaluation/truth.ts";
import { whereAsked } from "../../app/where-up.ts";
import { type TwinKind, twinKinds } from "../../evaluate/play.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { durationOption, oneOf, positiveOption, sharesOption, wholeNumberOption } from "../options.ts";
import { refuseTyped } from "../typed-options.ts";
import { truthOption } from "../wrong-twin.ts";

type Options = CommonOptions & {
  readonly on?: string;
  readonly out?: string;
  readonly duration?: number;
  readonly loads?: readonly number[];
  readonly seed: number;
  readonly twin: TwinKind;
  readonly wrongTwin?: Truth;
  readonly scaledBy: string;
  readonly scenario?: string;
  readonly volume?: number;
};

export function addRecord(program: Command, act: Act): void {
  const command = withCommonOptions(program.command("record"))
    .description("write down what a running cluster shows, line by line, to calibrate the twin from")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--on <where>", "local, kind, or context:NAME; local or kind, where it is up, when left out; or twin")
    .option("--out <file>", "recording to write, a new file; one below recordings/ when left out")
    .option("--duration <time>", "such as 10m, of this clock; until Ctrl-C when left out", durationOption)
    .option(
      "--loads <list>",
      "send a load too: shares of what the bottleneck can serve now, such as .3,.5,.7; sizes go up and down",
      sharesOption,
    )
    .option("--seed <number>", "seed of that load", wholeNumberOption, 1);
  withTwin(command)
    .addHelpText("after", "\nExample:\n  karma record topology.json --on local --loads .3,.5,.7 --duration 5m")
    .action(act<Options>((context, options, topology) => run(context, command, options, topology)));
}

/** What a system is like that is recorded in simulated time. */
function withTwin(command: Command): Command {
  return command
    .option("--wrong-twin <truth>", "on the twin: a system that is not as declared, as in evaluate", truthOption)
    .option("--twin <kind>", "on the twin: requests, or fluid", oneOf(twinKinds), "requests")
    .option("--scaled-by <autoscaler>", "on the twin: who scales it, without loads", "hpa:60")
    .option("--scenario <file>", "on the twin: its traffic; the scenario beside the topology when left out")
    .option("--volume <requests/s>", "on the twin: mean arrivals instead of the scenario's", positiveOption);
}

async function run(
  context: CommandContext,
  command: Command,
  options: Options,
  topology?: string,
): Promise<CommandResult> {
  const inputs = readInputs({ cwd: context.cwd, topology, scenario: options.scenario });
  const result =
    options.on === "twin" ? await onTwin(context, options, inputs) : await onCluster(context, command, options, inputs);
  const place = relative(context.cwd, result.path);
  const named = topology === undefined ? "" : ` --topology ${topology}`;
  return {
    json: result,
    text: `recorded ${result.readings} readings and ${result.events} events: ${place}`,
    next: `karma calibrate ${place}${named}`,
  };
}

async function onCluster(
  context: CommandContext,
  command: Command,
  { on, out, duration, loads = [], seed }: Options,
  inputs: Inputs,
): Promise<RecordResult> {
  refuseTyped(command, ofTwin, {
    expected: "options of a running cluster",
    found: "those of the twin",
    hint: "--on twin",
  });
  const where = await whereAsked(on, ["local", "kind", "context", "twin"], inputs);
  return record({ inputs, where, out, durationMs: duration, loads, seed }, context);
}

const ofTwin: ReadonlySet<string> = new Set(["--wrong-twin", "--twin", "--scaled-by", "--scenario", "--volume"]);

/** Half an hour of ordinary traffic when nothing is said. */
const TWIN_LENGTH_MS = 1_800_000;

function onTwin(context: CommandContext, options: Options, inputs: Inputs): Promise<RecordResult> {
  const { out, duration = TWIN_LENGTH_MS, volume, loads = [], twin, wrongTwin = {}, scaledBy, seed } = options;
  const file = out ?? `recordings/${inputs.topology.name}-twin-seed${seed}.jsonl`;
  const asked = { inputs, out: file, lengthS: duration / 1_000, volumePerS: volume, loads, twin, seed };
  return recordTwin({ ...asked, truth: wrongTwin, autoscaler: scaledBy }, context);
}
