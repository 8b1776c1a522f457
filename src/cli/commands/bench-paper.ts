import type { Command } from "commander";
import { type BenchMicrok8s, benchMicrok8s } from "../../app/bench-paper-microk8s.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { microk8sText } from "../paper-microk8s.ts";

type Options = CommonOptions & { readonly markdown?: boolean };

export function addBenchPaper(program: Command, act: Act): void {
  const bench = program.command("bench-paper").description("rebuild a paper's table and set ours beside it");
  withCommonOptions(bench.command("microk8s"))
    .description("the MicroK8s thesis' simulator and its 30 days, with Kubernetes' own HPA in it")
    .option("--markdown", "print the tables as Markdown")
    .addHelpText("after", "\nExample:\n  karma bench-paper microk8s --markdown > microk8s.md")
    .action(act(runMicrok8s));
}

async function runMicrok8s(context: CommandContext, options: Options): Promise<CommandResult> {
  const result: BenchMicrok8s = await benchMicrok8s(context);
  return {
    json: result,
    text: microk8sText(result, options.markdown === true),
    next: "karma bench-paper microk8s --json",
  };
}
