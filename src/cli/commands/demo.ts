import type { Command } from "commander";
import { demo, type DemoResult } from "../../app/demo.ts";
import { violatingShare } from "../../control/loop/outcome.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { countOption, wholeNumberOption } from "../options.ts";
import { figure, percent, table } from "../table.ts";
import { summaryTable } from "../evaluation-text.ts";
import { liveJson } from "./load.ts";

type Options = CommonOptions & { readonly seed: number; readonly steps: number; readonly seeds: number };

export function addDemo(program: Command, act: Act): void {
  withCommonOptions(program.command("demo"))
    .description("the whole loop, measured: up, calibrate, train, evaluate, live beside the HPA")
    .option("--seed <number>", "seed of everything", wholeNumberOption, 1)
    .option("--steps <number>", "control steps of the training", countOption, 400_000)
    .option("--seeds <number>", "seeds of the evaluation on the twin", countOption, 10)
    .addHelpText("after", "\nExample:\n  karma demo --json > demo.json")
    .action(act(run));
}

async function run(context: CommandContext, options: Options): Promise<CommandResult> {
  const result = await demo(options, context);
  return { json: jsonOf(result), text: textOf(result), next: "karma init" };
}

function jsonOf(result: DemoResult): unknown {
  const live = result.live.map(({ autoscaler, ...figures }) => ({ autoscaler, ...(liveJson(figures) as object) }));
  return { ...result, live };
}

function textOf(result: DemoResult): string {
  const live = result.live.map(({ autoscaler, outcome }, index) => {
    const gap = result.twinGap[index]!;
    return [
      autoscaler,
      figure(outcome.requests),
      percent(violatingShare(outcome)),
      figure(outcome.p50Ms),
      figure(outcome.p95Ms),
      figure(outcome.p99Ms),
      figure(outcome.podSeconds),
      figure(outcome.sizeChanges),
      `${gap.violatingPoints >= 0 ? "+" : ""}${gap.violatingPoints.toFixed(1)} points`,
      percent(gap.p95),
      percent(gap.podSeconds),
    ];
  });
  const header = ["autoscaler", "requests", "violating", "p50 ms", "p95 ms", "p99 ms", "pod-seconds", "size changes"];
  return [
    `On the twin, an hour of bursty traffic for each of ${result.twin[0]?.seeds ?? 0} seeds never trained on:`,
    summaryTable(result.twin),
    "",
    "Live on local processes, a flash crowd and a killed pod, the same schedule for both; and how far the twin was off:",
    table([...header, "twin: violating", "twin: p95", "twin: pod-seconds"], live),
    "",
    ...result.warnings.map((warning) => `warning: ${warning}`),
    `All measured on this machine in ${Math.round(result.seconds)} s, CPU x ${result.scale}, time x ${result.timeScale}.`,
  ].join("\n");
}
