import type { Command } from "commander";
import { readCalibration } from "../../app/calibrate-recordings.ts";
import { readRoles } from "../../app/roles.ts";
import type { BestTeam } from "../../app/run-record.ts";
import { newRunPath } from "../../app/runs.ts";
import { timeScaleFor } from "../../app/time-scale.ts";
import { train, type TrainRequest } from "../../app/train.ts";
import { type TrainingFaults, trainingFaultNames } from "../../app/training-faults.ts";
import { KarmaError } from "../../core/errors.ts";
import type { BackEnd } from "../../nn/kernels.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Randomisation } from "../../team/env/scaling-env.ts";
import type { CarriedOrganization } from "../../team/policy/carried-organization.ts";
import type { Algorithm } from "../../team/policy/checkpoint.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { type NetworkOptions, networkOf, withNetworkOptions } from "../network-options.ts";
import {
  countOption,
  gather,
  numbersOption,
  oneOf,
  positiveOption,
  timeScaleOption,
  wholeNumberOption,
} from "../options.ts";
import { figure } from "../table.ts";
import { readTrainingTraffic, type TrainingTrafficOptions, withTrainingTraffic } from "../traffic-options.ts";

type Options = CommonOptions &
  TrainingTrafficOptions &
  NetworkOptions & {
    readonly timeScale?: number;
    readonly seed: number;
    readonly steps: number;
    readonly kappa: number;
    readonly changePrice?: number;
    readonly randomise?: Partial<Randomisation>;
    readonly faults?: TrainingFaults;
    readonly roles?: string;
    readonly assign?: readonly string[];
    readonly algorithm: Algorithm;
    readonly backEnd: BackEnd;
    readonly run?: string;
    readonly resume?: boolean;
    readonly calibration?: string;
    readonly workers: number;
    readonly patience?: number;
    readonly keep: number;
  };

/** The last two need packages that are no dependencies of karma. */
const backEnds = ["wasm", "native", "plain", "tfjs", "tfjs-node"] as const satisfies readonly BackEnd[];

export function addTrain(program: Command, act: Act): void {
  const command = withNetworkOptions(withRunOptions(withTrainingTraffic(withCommonOptions(program.command("train")))));
  withLearnerOptions(withGameOptions(command))
    .description("train a team of agents, one per service, on the twin")
    .option("--calibration <file>", "twin as karma calibrate found it; as the topology declares when left out")
    .addHelpText(
      "after",
      "\nExample:\n  karma train topology.json --seed 1 --kappa 40\n  karma train topology.json --roles karma",
    )
    .action(act(trainTeam));
}

/** What is played, how long, and what counts in it. */
function withGameOptions(command: Command): Command {
  return command
    .option(
      "--time-scale <factor>",
      "divide every period and start-up time by this; that of the cluster that is up, else 1",
      timeScaleOption,
    )
    .option("--seed <number>", "same seed, same bytes", wholeNumberOption, 1)
    .option("--steps <number>", "control steps of all environments together", countOption, 400_000)
    .option("--kappa <price>", "price of violations against pods: 10 lean ... 160 safe", positiveOption, 40)
    .option(
      "--change-price <price>",
      "of a change of a size, in pods for a control step: .6 = fewer changes; none when left out",
      positiveOption,
    )
    .option(
      "--randomise <spreads>",
      "how far the twin may be wrong: capacity=.1,startup=.15 (x U(1 - spread, 1 + spread)), edges=.08",
      numbersOption(["capacity", "startup", "edges"], (spread) => spread >= 0 && spread < 1, "in [0, 1)"),
    )
    .option("--faults <kind>", trainingFaultNames.join(", "), oneOf(trainingFaultNames));
}

/** Who plays, and how it learns. */
function withLearnerOptions(command: Command): Command {
  return command
    .option("--roles <file>", "organization that the team learns and plays under: a file, or the name of a shipped one")
    .option(
      "--assign <service=roles>",
      "who plays what: cart=resource,failure; once per service, else the file says it",
      gather,
    )
    .option(
      "--algorithm <name>",
      "ippo, or mappo: in training the critic sees the whole team",
      oneOf(["ippo", "mappo"]),
      "ippo",
    )
    .option("--back-end <name>", `network kernels: ${backEnds.join(", ")}`, oneOf(backEnds), "wasm");
}

/** What decides how a run goes, and nothing about the team. */
function withRunOptions(command: Command): Command {
  return command
    .option("--run <name>", "folder below runs/; <topology>-seed<seed> when left out")
    .option("--workers <number>", "threads; the bytes are the same for any number of them", countOption, 1)
    .option(
      "--patience <validations>",
      "end, with the best team, once so many in a row brought no better one",
      countOption,
    )
    .option("--keep <number>", "teams of the last iterations that stay in the run's folder", countOption, 3)
    .option("--resume", "go on with a run that was stopped; ends with the same bytes");
}

async function trainTeam(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const { volume, seed, steps, kappa, algorithm, backEnd } = options;
  const inputs = readTrainingTraffic(context.cwd, options, topology);
  const organization = organizationOf(context.cwd, options, inputs.topology);
  const runPath = newRunPath(context.cwd, options.run ?? `${inputs.topology.name}-seed${seed}`);
  const calibration =
    options.calibration === undefined
      ? undefined
      : readCalibration(context.cwd, options.calibration, inputs.topology, options.timeScale);
  const timeScale = calibration?.timing.timeScale ?? (await timeScaleFor(inputs, options.timeScale));
  const isResumed = options.resume === true;
  const request = { inputs, timeScale, volumePerS: volume, seed, steps, kappa, algorithm, backEnd, runPath, isResumed };
  const given = { ...chosenIn(options), ...(calibration && { calibration }), ...(organization && { organization }) };
  const { checkpointPath, iterations, last, best } = await train({ ...request, ...given }, context).catch(resumable);
  const roles =
    organization && Object.fromEntries(inputs.topology.services.map(({ name }, at) => [name, organization.roles[at]!]));
  const trained = { checkpoint: checkpointPath, timeScale, calibration: options.calibration };
  const reward = last === undefined ? "" : `, reward ${figure(last.reward)}`;
  return {
    json: { ...trained, roles, iterations, last, best },
    text: `trained: ${checkpointPath}, time x ${timeScale}${reward}${bestText(best, iterations)}${rolesText(roles)}`,
    next: withTopology("karma evaluate", topology),
  };
}

/** What stands in a request only where it was asked for. */
function chosenIn(options: Options): Partial<TrainRequest> {
  const { workers, keep: kept, patience, changePrice, randomise: randomisation, faults } = options;
  return {
    workers,
    kept,
    ...networkOf(options),
    ...(patience && { patience }),
    ...(changePrice && { changePrice }),
    ...(randomisation && { randomisation }),
    ...(faults && { faults }),
  };
}

function organizationOf(
  cwd: string,
  { roles, assign = [] }: Options,
  topology: Topology,
): CarriedOrganization | undefined {
  if (roles !== undefined) return readRoles({ cwd, roles, assign }, topology);
  if (assign.length === 0) return undefined;
  throw new KarmaError("USAGE", "expected --roles beside --assign, found none", "--roles karma, or a file of yours");
}

function bestText(best: BestTeam | undefined, iterations: number): string {
  return best === undefined
    ? ""
    : `\n  the best team is that of iteration ${best.iteration} of ${iterations}: best.json`;
}

function rolesText(roles: Readonly<Record<string, readonly string[]>> | undefined): string {
  if (roles === undefined) return "";
  return Object.entries(roles)
    .map(([service, own]) => `\n  ${service} plays ${own.join(", ") || "no role"}`)
    .join("");
}

/** Whoever stops a training should know that nothing is lost. */
function resumable(error: unknown): never {
  if (!(error instanceof KarmaError) || error.code !== "INTERRUPTED") throw error;
  throw new KarmaError("INTERRUPTED", error.message, "the same command with --resume goes on", { cause: error });
}
