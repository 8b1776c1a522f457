import { Command } from "commander";
import type { Act } from "./act.ts";
import { addBenchPaper } from "./commands/bench-paper.ts";
import { addCalibrate } from "./commands/calibrate.ts";
import { addCheck } from "./commands/check.ts";
import { addCluster } from "./commands/cluster.ts";
import { addDemo } from "./commands/demo.ts";
import { addEnv } from "./commands/env.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addExplain } from "./commands/explain.ts";
import { addExport } from "./commands/export.ts";
import { addGenerate } from "./commands/generate.ts";
import { addImport } from "./commands/import.ts";
import { addInit } from "./commands/init.ts";
import { addLoad } from "./commands/load.ts";
import { addRecord } from "./commands/record.ts";
import { addReport } from "./commands/report.ts";
import { addRoles } from "./commands/roles.ts";
import { addTrain } from "./commands/train.ts";
import { addTransfer } from "./commands/transfer.ts";
import { addTwin } from "./commands/twin.ts";
import { addValidate } from "./commands/validate.ts";
import { readPackageFile } from "../host/package-files.ts";

const verbs = [
  addInit,
  addImport,
  addRoles,
  addValidate,
  addGenerate,
  addCluster,
  addLoad,
  addRecord,
  addCalibrate,
  addTwin,
  addTrain,
  addEvaluate,
  addReport,
  addBenchPaper,
  addTransfer,
  addEnv,
  addExplain,
  addExport,
  addDemo,
  addCheck,
];

/** As package.json says. */
function version(): string {
  return (JSON.parse(readPackageFile("package.json")) as { readonly version: string }).version;
}

/** All verbs. Help and version print themselves; a wrong command line throws, and prints nothing. */
export function createProgram(act: Act): Command {
  const program = new Command("karma")
    .description(
      "Write one topology.json; get your microservices running, a twin, and a team of agents that scales them.",
    )
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText("after", "\nExample:\n  karma init && karma cluster up && karma train && karma transfer --mode live");
  for (const add of verbs) add(program, act);
  return program;
}
