import { Command, CommanderError } from "commander";
import { createAct } from "./act.ts";
import { addCheck } from "./commands/check.ts";
import { addCluster } from "./commands/cluster.ts";
import { addDemo } from "./commands/demo.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addGenerate } from "./commands/generate.ts";
import { addInit } from "./commands/init.ts";
import { addLoad } from "./commands/load.ts";
import { addTrain } from "./commands/train.ts";
import { addTransfer } from "./commands/transfer.ts";
import { addValidate } from "./commands/validate.ts";

const program = new Command("karma")
  .description(
    "Write one topology.json; get your microservices running, a twin, and a team of agents that scales them.",
  )
  .version("0.1.0")
  .showHelpAfterError("(karma --help lists the verbs)")
  .exitOverride()
  .addHelpText("after", "\nExample:\n  karma init && karma cluster up && karma train && karma transfer");

const act = createAct((code) => {
  process.exitCode = code;
});
for (const add of [
  addInit,
  addValidate,
  addGenerate,
  addCluster,
  addLoad,
  addTrain,
  addEvaluate,
  addTransfer,
  addDemo,
  addCheck,
])
  add(program, act);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has printed the message already; help and version end with 0, a wrong command line with 1.
  process.exitCode = error.exitCode;
}
