import { relative } from "node:path";
import type { Command } from "commander";
import { type CalibrateRequest, calibrateRecordings } from "../../app/calibrate-recordings.ts";
import { readInputs } from "../../app/inputs.ts";
import { KarmaError } from "../../core/errors.ts";
import type { CalibratedService, CalibrationFile } from "../../twin/calibrate/calibration-file.ts";
import type { Estimate } from "../../twin/calibrate/estimate.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { learnedText } from "../learned-text.ts";
import { sharesOption, wholeNumberOption } from "../options.ts";
import { figure, percent, table } from "../table.ts";

type Options = CommonOptions & {
  readonly topology?: string;
  readonly out: string;
  readonly cover: readonly number[];
  readonly learned?: string;
  readonly refresh?: true;
  readonly seed: number;
};

export function addCalibrate(program: Command, act: Act): void {
  withCommonOptions(program.command("calibrate"))
    .description("fit the twin to recordings: figures with intervals, errors on what the fit had not seen")
    .argument("<recordings...>", "what karma record wrote")
    .option("--topology <file>", "topology that was recorded; ./topology.json when left out")
    .option("--out <file>", "calibration to write", "calibration.json")
    .option(
      "--cover <low,high>",
      "CPU that the recording must have shown, shares of the limit",
      sharesOption,
      [0.3, 0.7],
    )
    .option("--learned <file>", "learn transitions too, and write them here: a table, a network, errors of all twins")
    .option("--refresh", "go on from the transitions that --learned names")
    .option("--seed <number>", "seed of what is learned", wholeNumberOption, 1)
    .addHelpText(
      "after",
      "\nExample:\n  karma calibrate recordings/shop.jsonl --topology shop.json" +
        "\n  karma calibrate recordings/shop.jsonl --topology shop.json --learned learned.json",
    )
    // Commander gives the recordings as one list, which is no positional argument like the others.
    .action((recordings: readonly string[], ...rest: unknown[]) =>
      act<Options>((context, options) => run(context, options, recordings))(...rest),
    );
}

async function run(context: CommandContext, options: Options, recordings: readonly string[]): Promise<CommandResult> {
  const [low, high, ...more] = options.cover;
  if (low === undefined || high === undefined || more.length > 0 || low > high) {
    throw new KarmaError("USAGE", "expected --cover LOW,HIGH", "such as --cover .3,.7");
  }
  if (options.refresh === true && options.learned === undefined)
    throw new KarmaError("USAGE", "expected --learned FILE beside --refresh", "name the transitions to go on from");
  const { topology } = readInputs({ cwd: context.cwd, topology: options.topology });
  const request = { topology, recordings, wanted: { low, high }, out: options.out, ...learnedOf(options) };
  const { path, file, learned } = await calibrateRecordings(request, context);
  const place = relative(context.cwd, path);
  const train = `${withTopology("karma train", options.topology)} --calibration ${place}`;
  return {
    json: { path, ...file, ...(learned === undefined ? {} : { learned }) },
    text: [
      calibrationText(file),
      ...(learned === undefined ? [] : [learnedText(learned)]),
      `written: ${[path, ...(learned === undefined ? [] : [learned.path])].map((one) => relative(context.cwd, one)).join(", ")}`,
    ].join("\n\n"),
    next: file.isCalibrated ? train : "karma record --loads .3,.5,.7 covers more",
  };
}

function learnedOf({ learned, refresh, seed }: Options): Pick<CalibrateRequest, "learned"> {
  return learned === undefined ? {} : { learned: { out: learned, isRefresh: refresh === true, seed } };
}

function calibrationText({ services, isCalibrated, problems }: CalibrationFile): string {
  const header = ["service", "CPU ms", "idle", "start-up s", "visits", "work cv", "seen CPU", "off: time", "off: load"];
  const title = isCalibrated ? "calibrated" : "NOT calibrated:";
  const doubts = problems.map(({ path, message }) => `  ${path}: ${message}`);
  const told = services.flatMap(toldOf);
  return [table(header, services.map(rowOf)), ...told, "", title, ...doubts].join("\n");
}

/** What is for the user: the twin takes the topology's word. */
function toldOf({ service, memory, cold }: CalibratedService): string[] {
  const lines: string[] = [];
  if (memory !== undefined) {
    const { baseMiB, perRequestMiB, retainedMiB } = memory;
    const parts = `${figure(perRequestMiB)} per request inside, ${figure(retainedMiB)} left behind by each`;
    lines.push(`  ${service}: memory ${figure(baseMiB)} MiB, ${parts}`);
  }
  if (cold !== undefined)
    lines.push(
      `  ${service}: ${figure(cold.warmMs)} ms when warm, ${figure(cold.factor)} times as much when just started`,
    );
  return lines;
}

function rowOf(one: CalibratedService): string[] {
  const { covered, heldOut } = one;
  return [
    one.service,
    estimateText(one.cpuMsPerRequest),
    percent(one.idleCpuShare.value),
    estimateText(one.startupMeanMs, 0.001),
    estimateText(one.visits),
    one.workCv === undefined ? "-" : figure(one.workCv),
    `${percent(covered.low)} to ${percent(covered.high)}`,
    percent(heldOut.byTime),
    percent(heldOut.byLoad),
  ];
}

function estimateText({ value, low, high, source }: Estimate, unit = 1): string {
  const interval = source === "measured" ? ` ± ${figure(((high - low) / 2) * unit)}` : " as declared";
  return `${figure(value * unit)}${interval}`;
}
