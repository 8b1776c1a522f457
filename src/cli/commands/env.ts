import type { Command } from "commander";
import { readCalibration } from "../../app/calibrate-recordings.ts";
import { checkEnv } from "../../app/env-check.ts";
import { type EnvRequest, gameNames } from "../../app/env-game.ts";
import { serveEnv, serveEnvHere } from "../../app/env-serve.ts";
import { KarmaError } from "../../core/errors.ts";
import { actionNames, parseActions } from "../../team/env/games/action-sets.ts";
import { type ObservationSetName, observationSetNames } from "../../team/env/games/observation-sets.ts";
import { type RewardName, rewardNames } from "../../team/env/games/reward-rules.ts";
import { chooseTrouble, noTrouble, type TroubleName, troubleNames } from "../../team/env/trouble/trouble.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { countOption, numberOption, oneOf, positiveOption, timeScaleOption, wholeNumberOption } from "../options.ts";
import { readTraffic, type TrafficOptions, withTrafficOptions } from "../traffic-options.ts";

type Options = CommonOptions &
  TrafficOptions & {
    readonly game: string;
    readonly actions: string;
    readonly alpha: number;
    readonly observations: ObservationSetName;
    readonly reward: RewardName;
    readonly trouble: TroubleName;
    readonly intensity?: number;
    readonly kappa: number;
    readonly maxCycles: number;
    readonly timeScale: number;
    readonly calibration?: string;
    readonly seed: number;
  };
type ServeOptions = Options & { readonly batch: number; readonly port: number; readonly stdio?: boolean };

export function addEnv(program: Command, act: Act): void {
  const env = program.command("env").description("the game as an environment for other people's learners");
  withGameOptions(env.command("check"))
    .description("play it as they would, and list every way in which it breaks the contract")
    .addHelpText("after", "\nExample:\n  karma env check topology.json --game attack --json")
    .action(act(runCheck));
  withGameOptions(env.command("serve"))
    .description("serve it to clients of this machine, such as the Python package in python/")
    .option("--batch <number>", "games that one client steps at once", countOption, 1)
    .option("--port <number>", "port on 127.0.0.1; any that is free when 0", wholeNumberOption, 0)
    .option("--stdio", "one client, over the standard streams instead of a port")
    .addHelpText("after", "\nExample:\n  karma env serve topology.json --batch 16 --port 7007")
    .action(act(runServe));
}

function withGameOptions(command: Command): Command {
  return withTrafficOptions(withCommonOptions(command), "CSV trace: half of the episodes are pieces of it")
    .option("--game <name>", gameNames.join(" or "), oneOf(gameNames), "autoscaling")
    .option("--actions <sets>", `one or several, as in delta,resize: ${actionNames.join(", ")}`, "multiples")
    .option("--alpha <replicas>", "most that one action of delta adds or takes", countOption, 3)
    .option("--observations <set>", observationSetNames.join(", "), oneOf(observationSetNames), "default")
    .option("--reward <name>", rewardNames.join(", "), oneOf(rewardNames), "default")
    .option("--trouble <kind>", troubleNames.join(", "), oneOf(troubleNames), "none")
    .option("--intensity <number>", "of the trouble; drawn in each episode when left out", numberOption)
    .option("--kappa <price>", "price of violations against pods in the default reward", positiveOption, 40)
    .option("--max-cycles <steps>", "control steps of an episode", countOption, 240)
    .option("--time-scale <factor>", "divide every period and start-up time by this", timeScaleOption, 1)
    .option("--calibration <file>", "twin as karma calibrate found it; as the topology declares when left out")
    .option("--seed <number>", "of the episodes that are asked for without one", wholeNumberOption, 1);
}

function requestOf({ cwd }: CommandContext, options: Options, topology: string | undefined): EnvRequest {
  const { game, alpha, observations, reward, kappa, maxCycles, volume, seed } = options;
  const actions = parseActions(options.actions);
  const trouble = chooseTrouble(options, noTrouble);
  const inputs = readTraffic(cwd, options, topology);
  const calibration =
    options.calibration === undefined ? undefined : readCalibration(cwd, options.calibration, inputs.topology);
  const timeScale = calibration?.timing.timeScale ?? options.timeScale;
  const request = { inputs, timeScale, volumePerS: volume, game, actions, alpha, observations, reward };
  return {
    ...request,
    trouble,
    kappa,
    maxSteps: maxCycles,
    seed,
    ...(calibration === undefined ? {} : { calibration }),
  };
}

async function runCheck(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const result = await checkEnv(requestOf(context, options, topology), context);
  const { id, agents, checks, findings } = result;
  const warnings = findings.map(({ check, message }) => `\nwarning: ${check}: ${message}`).join("");
  return {
    json: result,
    text: `${id} with ${agents.length} agents keeps all ${checks} rules${warnings}`,
    next: withTopology("karma env serve", topology),
  };
}

async function runServe(context: CommandContext, options: ServeOptions, topology?: string): Promise<CommandResult> {
  const { batch, port, stdio = false, json = false } = options;
  if (stdio && json)
    throw new KarmaError(
      "USAGE",
      "expected --stdio or --json, found both",
      "over the standard streams leave out --json",
    );
  const request = { ...requestOf(context, options, topology), batch, port };
  const next = withTopology("karma env serve", topology);
  if (stdio) {
    await serveEnvHere(request, context, { input: process.stdin, output: process.stdout });
    return { json: {}, text: "", next };
  }
  await serveEnv(request, context, (at) => announce(at, batch, json));
  return { json: { stopped: true }, text: "stopped", next };
}

/** On stdout at once: who started this process waits for it. */
function announce(port: number, batch: number, isJson: boolean): void {
  const text = `serving ${batch} ${batch === 1 ? "game" : "games"} to each client on 127.0.0.1:${port}; Ctrl-C stops`;
  process.stdout.write(`${isJson ? JSON.stringify({ port, batch }) : text}\n`);
}
