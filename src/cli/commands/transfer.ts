import type { Command } from "commander";
import { type OnExit, onExitChoices } from "../../app/on-exit.ts";
import { transfer, type TransferResult } from "../../app/transfer.ts";
import type { WatchOutcome } from "../../app/watch-over.ts";
import { whereAsked } from "../../app/where-up.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { durationOption, oneOf } from "../options.ts";
import { sizeText } from "../size-text.ts";
import { figure, percent, table } from "../table.ts";
import { readTraffic, type TrafficOptions, withArrivalSeed, withTrafficOptions } from "../traffic-options.ts";
import { liveJson, liveText } from "./load.ts";

type Mode = "live" | "shadow";

type Options = CommonOptions &
  TrafficOptions & {
    readonly seed?: number;
    readonly run?: string;
    readonly mode?: Mode;
    readonly on?: string;
    readonly fallback: string;
    readonly onExit?: OnExit;
    readonly load?: boolean;
    readonly duration?: number;
  };

export function addTransfer(program: Command, act: Act): void {
  withArrivalSeed(withTrafficOptions(withCommonOptions(program.command("transfer"))))
    .description("let a trained team scale the cluster that is up, or watch it, under the scenario's load")
    .option("--run <name>", "run whose team decides; the newest of this topology when left out")
    .option("--on <where>", "local, kind, context:NAME, or twin; local or kind, where it is up, when left out")
    .option(
      "--mode <mode>",
      "shadow: decide and log, change no size; or live. shadow when left out, live on the twin",
      oneOf(["live", "shadow"]),
    )
    .option("--fallback <autoscaler>", "who decides for a service while there is doubt", "hpa")
    .option("--on-exit <what>", "what stays after live: keep, restore, or hpa (Kubernetes only)", oneOf(onExitChoices))
    .option("--load", "send the scenario's load; always so, but for a context, where it has to be said")
    .option("--no-load", "send nothing: the cluster has traffic of its own")
    .option("--duration <time>", "how long with --no-load; until Ctrl-C when left out", durationOption)
    .addHelpText("after", "\nExample:\n  karma transfer topology.json --mode live")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const inputs = readTraffic(context.cwd, options, topology);
  const { on } = options;
  const where = await whereAsked(on, ["local", "kind", "twin", "context"], inputs);
  const mode = options.mode ?? (where.kind === "twin" ? "live" : "shadow");
  const result = await transfer(
    {
      inputs,
      volumePerS: options.volume,
      seed: options.seed,
      runName: options.run,
      mode,
      where,
      fallback: options.fallback,
      onExit: options.onExit,
      // What runs in a context may be somebody's: it gets no requests of ours that nobody asked for.
      hasLoad: options.load ?? where.kind !== "context",
      durationMs: options.duration,
    },
    context,
  );
  return { json: jsonOf(result), text: textOf(result), next: "karma explain" };
}

function jsonOf({ outcome, load, logPath, lastChanges, ...told }: TransferResult): unknown {
  const changes = lastChanges.map(({ atMs, service, from, applied, reasons }) => ({
    atMs,
    service,
    from,
    applied,
    reasons,
  }));
  return {
    ...told,
    lastChanges: changes,
    ...(outcome === undefined ? {} : { live: liveJson({ outcome, load }) }),
    log: logPath,
  };
}

function textOf(result: TransferResult): string {
  const { outcome, load, watched, lastChanges, logPath, mode, onExit } = result;
  const title =
    lastChanges.length === 0 ? "no size changed" : `last size changes${mode === "live" ? "" : " it wanted"}`;
  return [
    ...(outcome === undefined ? [] : [liveText({ outcome, load })]),
    ...(watched === undefined ? [] : [watchedText(watched)]),
    countsText(result),
    `${title} (all decisions: ${logPath})`,
    ...lastChanges.map((decision) => `  ${decision.service} ${sizeText(decision)}: ${decision.reasons.join("; ")}`),
    ...(mode === "shadow" ? [shadowText(result)] : []),
    ...(onExit === undefined ? [] : [leftText[onExit]]),
  ].join("\n");
}

function shadowText({ watched }: TransferResult): string {
  const sent = watched === undefined ? ", and the scenario's load was sent" : " and nothing sent";
  return `shadow: no size was changed, no fault injected${sent}; --mode live lets the team scale`;
}

const leftText: Readonly<Record<OnExit, string>> = {
  keep: "left: the team's last sizes, and nothing that scales",
  restore: "left: the sizes from before, and nothing that scales",
  hpa: "left: an HPA for each service, which goes on from the team's sizes",
};

function countsText({ mode, decisions, changes, guarded, substituted, doubts }: TransferResult): string {
  const kinds = Object.entries(doubts).filter(([, count]) => count > 0);
  const why = kinds.map(([kind, count]) => `${kind} ${count}`).join(", ");
  const doubted = substituted === 0 ? "no doubts" : `${substituted} by the fallback (${why})`;
  const changed = mode === "live" ? `${changes} size changes` : `${changes} would have changed a size`;
  return `${decisions} decisions, ${changed}, ${guarded} met the guard, ${doubted}`;
}

function watchedText({ seconds, entryArrivalsPerS, violatingShare, podSeconds, sizeChanges }: WatchOutcome): string {
  return table(
    ["as the readings showed it", "value"],
    [
      ["seconds", figure(seconds)],
      ["requests/s", figure(entryArrivalsPerS ?? Number.NaN)],
      ["violating", percent(violatingShare ?? Number.NaN)],
      ["pod-seconds", figure(podSeconds)],
      ["size changes", String(sizeChanges)],
    ],
  );
}
