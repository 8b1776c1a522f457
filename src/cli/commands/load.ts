import type { Command } from "commander";
import { readInputs } from "../../app/inputs.ts";
import { load } from "../../app/load.ts";
import type { LoadResult } from "../../clusters/load/load-result.ts";
import { type Outcome, violatingShare } from "../../control/loop/outcome.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { positiveOption, wholeNumberOption } from "../options.ts";
import { figure, percent, table } from "../table.ts";

type Options = CommonOptions & {
  readonly scenario?: string;
  readonly trace?: string;
  readonly volume?: number;
  readonly seed?: number;
};

export function addLoad(program: Command, act: Act): void {
  withCommonOptions(program.command("load"))
    .description("send the scenario's requests to the cluster that is up")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--scenario <file>", "scenario file; the one beside the topology when left out")
    .option("--trace <file>", "arrivals from a CSV trace instead of the scenario's")
    .option("--volume <requests/s>", "mean arrivals instead of the scenario's", positiveOption)
    .option("--seed <number>", "seed of the arrivals; the scenario's when left out", wholeNumberOption)
    .addHelpText("after", "\nExample:\n  karma load topology.json --volume 50 --seed 7")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const { scenario, trace, volume, seed } = options;
  const inputs = readInputs({ cwd: context.cwd, topology, scenario, trace });
  const result = await load({ inputs, volumePerS: volume, seed }, context);
  return { json: liveJson(result), text: liveText(result), next: withTopology("karma transfer", topology) };
}

export type LiveFigures = { readonly outcome: Outcome; readonly load?: LoadResult | undefined };

export function liveJson({ outcome, load: sent }: LiveFigures): unknown {
  if (sent === undefined) return { ...outcome, violatingShare: violatingShare(outcome) };
  const { ok, slow, failed, dropped, timedOut, unsent, generator, warnings } = sent;
  return {
    ...outcome,
    violatingShare: violatingShare(outcome),
    ok,
    slow,
    failed,
    dropped,
    timedOut,
    unsent,
    generator,
    warnings,
  };
}

export function liveText({ outcome, load: sent }: LiveFigures): string {
  const rows = [
    ["requests", figure(outcome.requests)],
    ["violating", percent(violatingShare(outcome))],
    ...(sent === undefined ? [] : endings(sent)),
    ["p50 ms", figure(outcome.p50Ms)],
    ["p95 ms", figure(outcome.p95Ms)],
    ["p99 ms", figure(outcome.p99Ms)],
    ["pod-seconds", figure(outcome.podSeconds)],
    ["size changes", String(outcome.sizeChanges)],
  ];
  return [table(["measured", "value"], rows), ...(sent?.warnings ?? []).map((warning) => `warning: ${warning}`)].join(
    "\n",
  );
}

function endings({ slow, failed, dropped, timedOut }: LoadResult): string[][] {
  return [
    ["slow", String(slow)],
    ["failed", String(failed)],
    ["dropped (503)", String(dropped)],
    ["timed out", String(timedOut)],
  ];
}
