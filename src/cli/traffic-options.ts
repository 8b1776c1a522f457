import type { Command } from "commander";
import { type Inputs, readInputs } from "../app/inputs.ts";
import { positiveOption, wholeNumberOption } from "./options.ts";

/** What every verb asks that needs a topology under traffic. */
export type TrafficOptions = { readonly scenario?: string; readonly trace?: string; readonly volume?: number };

/** @param trace  what the verb does with a trace */
export function withTrafficOptions(
  command: Command,
  trace = "arrivals from a CSV trace instead of the scenario's",
): Command {
  return command
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--scenario <file>", "scenario file; the one beside the topology when left out")
    .option("--trace <file>", trace)
    .option("--volume <requests/s>", "mean arrivals instead of the scenario's", positiveOption);
}

/** The seed of arrivals that are really sent. */
export function withArrivalSeed(command: Command): Command {
  return command.option("--seed <number>", "seed of the arrivals; the scenario's when left out", wholeNumberOption);
}

export function readTraffic(cwd: string, { scenario, trace }: TrafficOptions, topology: string | undefined): Inputs {
  return readInputs({ cwd, topology, scenario, trace });
}
