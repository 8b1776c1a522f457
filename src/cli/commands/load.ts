import type { Command } from "commander";
import { exportK6 } from "../../app/export-k6.ts";
import { whereAsked } from "../../app/where-up.ts";
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
import { figure, percent, table } from "../table.ts";
import { readTraffic, type TrafficOptions, withArrivalSeed, withTrafficOptions } from "../traffic-options.ts";

type Options = CommonOptions &
  TrafficOptions & {
    readonly seed?: number;
    readonly exportK6?: string;
    readonly on?: string;
    readonly inCluster?: true;
  };

export function addLoad(program: Command, act: Act): void {
  withArrivalSeed(withTrafficOptions(withCommonOptions(program.command("load"))))
    .description("send the scenario's requests to the cluster that is up")
    .option("--on <where>", "local, kind, or context:NAME; local or kind, where it is up, when left out")
    .option("--in-cluster", "send from a pod of the cluster; always so with a context")
    .option("--export-k6 <file>", "write the same load as a script for k6, and send nothing")
    .addHelpText("after", "\nExample:\n  karma load topology.json --volume 50 --seed 7")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const { volume, seed, exportK6: script } = options;
  const inputs = readTraffic(context.cwd, options, topology);
  if (script !== undefined) {
    const { written } = await exportK6({ inputs, volumePerS: volume, seed }, script, context);
    return { json: { written }, text: `wrote ${written}`, next: `k6 run ${written}` };
  }
  const where = await whereAsked(options.on, ["local", "kind", "context"], inputs);
  const isInCluster = options.inCluster === true || where.kind === "context";
  const result = await load({ inputs, volumePerS: volume, seed, where, isInCluster }, context);
  return { json: liveJson(result), text: liveText(result), next: withTopology("karma transfer", topology) };
}

export type LiveFigures = { readonly outcome: Outcome; readonly load?: LoadResult | undefined };

export function liveJson({ outcome, load: sent }: LiveFigures): unknown {
  if (sent === undefined) return { ...outcome, violatingShare: violatingShare(outcome) };
  const { ok, slow, failed, dropped, timedOut, unsent, flood, generator, warnings } = sent;
  return {
    ...outcome,
    violatingShare: violatingShare(outcome),
    ok,
    slow,
    failed,
    dropped,
    timedOut,
    unsent,
    flood,
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
