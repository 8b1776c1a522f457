import type { Command } from "commander";
import { importForeign } from "../../app/import-topology.ts";
import { type ForeignFormat, foreignFormats } from "../../system/topology/import/import-topology.ts";
import type { ImportNote } from "../../system/topology/import/notes.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { oneOf, positiveOption } from "../options.ts";

type Options = CommonOptions & {
  readonly from?: string;
  readonly entry?: string;
  readonly workMs: number;
  readonly out: string;
  readonly force?: boolean;
};

export function addImport(program: Command, act: Act): void {
  withCommonOptions(program.command("import"))
    .description("turn another tool's service graph (isotope YAML, muBench work model) into a topology")
    .argument("<file>", "the other tool's file")
    .option("--from <tool>", "isotope or mubench; told by the file when left out", oneOf(foreignFormats))
    .option("--entry <service>", "where requests come in, instead of what the file says")
    .option("--work-ms <ms>", "CPU time of a request where the file says none", positiveOption, 1)
    .option("--out <file>", "file to write", "topology.json")
    .option("--force", "overwrite a file that is there")
    .addHelpText("after", "\nExample:\n  karma import canonical.yaml --out shop/topology.json")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, file?: string): Promise<CommandResult> {
  const { from, entry, workMs, out, force } = options;
  const result = await importForeign(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the option lets nothing else through
    { file: file!, format: from as ForeignFormat | undefined, entry, workMs, out, isForced: force === true },
    context,
  );
  const { services, calls, entries, notes } = result;
  const lines = [
    `wrote ${result.written}: ${services} services, ${calls} calls, entry ${entries.join(", ")}`,
    ...(notes.length > 0 ? ["not the same as in the file:", ...notes.map(noteLine)] : []),
  ];
  return { json: result, text: lines.join("\n"), next: withTopology("karma validate", out) };
}

function noteLine({ what, paths }: ImportNote): string {
  const [first = "", ...others] = paths;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `  ${what}${first === "" ? "" : ` (${first}${more})`}`;
}
