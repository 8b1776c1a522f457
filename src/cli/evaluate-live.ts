import { relative, resolve } from "node:path";
import { contestOnCluster } from "../app/live-contest.ts";
import type { Where } from "../app/where.ts";
import { splitAutoscalerSpecs } from "../control/autoscalers/spec.ts";
import { KarmaError } from "../core/errors.ts";
import { liveNotes, liveTable } from "../report/live-contest.ts";
import { typedCommand } from "./command-line.ts";
import { type CommandContext, type CommandResult, withTopology } from "./context.ts";
import { table } from "./table.ts";
import { readTraffic } from "./traffic-options.ts";

export type LiveEvaluation = {
  readonly where: Where;
  readonly scenario: readonly string[];
  readonly trace: readonly string[];
  readonly volume?: number;
  /** Ms of the scenario. */
  readonly length?: number;
  readonly timeScale?: number;
  readonly against?: string;
  readonly seeds?: number;
  readonly run: string | undefined;
  readonly team: boolean;
  readonly equalCost?: boolean;
  readonly out?: string;
};

/** `karma evaluate` on a cluster: minutes for each play, so one scenario and few seeds. */
export async function evaluateLive(
  context: CommandContext,
  options: LiveEvaluation,
  topology: string | undefined,
): Promise<CommandResult> {
  checkLive(options);
  const { where, seeds = 1, length, out } = options;
  const [scenario] = options.scenario;
  const [trace] = options.trace;
  const files = { ...(scenario === undefined ? {} : { scenario }), ...(trace === undefined ? {} : { trace }) };
  const { contest, folder } = await contestOnCluster(
    {
      command: typedCommand(),
      inputs: readTraffic(context.cwd, files, topology),
      where,
      volumePerS: options.volume,
      lengthS: length === undefined ? undefined : length / 1_000,
      seeds: Array.from({ length: seeds }, (_, index) => index + 1),
      against: splitAutoscalerSpecs(options.against ?? (where.kind === "local" ? "hpa" : "kubernetes-hpa")),
      runName: options.run,
      hasTeam: options.team,
      out: out === undefined ? undefined : resolve(context.cwd, out),
    },
    context,
  );
  const { header, rows } = liveTable(contest);
  const place = relative(context.cwd, folder) || ".";
  return {
    json: { ...contest, folder },
    text: [table(header, rows), "", ...liveNotes(contest), `All plays: ${place}/live.json, as Markdown: live.md`].join(
      "\n",
    ),
    next: withTopology("karma transfer", topology),
  };
}

function checkLive({ scenario, trace, timeScale, equalCost }: LiveEvaluation): void {
  const problems = [
    { isThere: scenario.length + trace.length > 1, message: "expected one scenario or trace, found several" },
    { isThere: timeScale !== undefined, message: "expected no --time-scale: a cluster has its own" },
    { isThere: equalCost === true, message: "expected no --equal-cost: it takes too many plays" },
  ];
  const problem = problems.find(({ isThere }) => isThere);
  if (problem !== undefined) throw new KarmaError("USAGE", problem.message, "evaluate on the twin, without --on");
}
