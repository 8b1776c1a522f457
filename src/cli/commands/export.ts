import type { Command } from "commander";
import { type ExportFormat, exportPolicy } from "../../app/export-policy.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { oneOf } from "../options.ts";

type Options = CommonOptions & { readonly to: ExportFormat; readonly out?: string };

export function addExport(program: Command, act: Act): void {
  withCommonOptions(program.command("export"))
    .description("write what a run learned for another runtime: ONNX, TensorFlow.js or plain JavaScript")
    .argument("[run]", "run whose team is exported; the newest when left out")
    .requiredOption("--to <format>", "onnx, tfjs or js", oneOf(["onnx", "tfjs", "js"]))
    .option("--out <folder>", "where it goes; export/<format>/ in the run's folder when left out")
    .addHelpText("after", "\nExample:\n  karma export shop-seed1 --to onnx")
    .action(act(run));
}

async function run({ cwd }: CommandContext, { to, out }: Options, runName?: string): Promise<CommandResult> {
  const result = await exportPolicy({ cwd, runName, format: to, out });
  return { json: result, text: result.files.join("\n"), next: nextOf(to, result.files[0]!) };
}

/** What shows that the file can be read where it goes. */
function nextOf(format: ExportFormat, file: string): string {
  if (format === "js") return `node -e 'import("./${file}").then(({ notes }) => console.log(notes.actions))'`;
  if (format === "tfjs") return `tf.loadLayersModel("${file}") in a page that serves it`;
  return `python -c 'import onnxruntime; print(onnxruntime.InferenceSession("${file}").get_inputs())'`;
}
