import type { Command } from "commander";
import { explain, type Explanation } from "../../app/explain.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { explainText } from "../explain-text.ts";
import { durationOption } from "../options.ts";

type Options = CommonOptions & {
  readonly from?: number;
  readonly to?: number;
  readonly service?: string;
  readonly all?: boolean;
};

/** Decisions that a person reads at once, where no window was asked for. */
const SHOWN = 10;

export function addExplain(program: Command, act: Act): void {
  withCommonOptions(program.command("explain"))
    .description("say in words what a team saw, wanted and did, and what came of it")
    .argument("[run]", "run whose decisions are explained; that of the last transfer when left out")
    .option("--from <time>", "start of the window, since the transfer began: 90s, 5m", durationOption)
    .option("--to <time>", "end of the window", durationOption)
    .option("--service <name>", "one service alone")
    .option("--all", "every decision, those too in which nothing happened")
    .addHelpText("after", "\nExample:\n  karma explain --from 2m --to 5m --service cart")
    .action(act(runExplain));
}

async function runExplain(context: CommandContext, options: Options, runName?: string): Promise<CommandResult> {
  const { from, to, service, all } = options;
  const result = explain({ cwd: context.cwd, runName, fromMs: from, toMs: to, service, isAll: all === true });
  const isWindow = from !== undefined || to !== undefined || all === true;
  return { json: result, text: textOf(result, isWindow), next: "karma transfer" };
}

function textOf({ logPath, run, explained, decisions }: Explanation, isWindow: boolean): string {
  const shown = isWindow ? explained : explained.slice(-SHOWN);
  const left = explained.length - shown.length;
  return [
    `${run.cluster} on ${run.on}, ${run.mode}: ${decisions} decisions, something happened in ${explained.length} (${logPath})`,
    ...(left > 0 ? [`the last ${SHOWN}; ${left} earlier ones: --from 0.1s`] : []),
    ...shown.map((one) => explainText(one, run)),
  ].join("\n");
}
