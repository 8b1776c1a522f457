import type { Command } from "commander";
import { type Inputs, readInputs } from "../app/inputs.ts";
import { gather, positiveOption, wholeNumberOption } from "./options.ts";

/** What every verb asks that needs a topology under traffic. */
export type TrafficOptions = { readonly scenario?: string; readonly trace?: string; readonly volume?: number };

export type TrainingTrafficOptions = Omit<TrafficOptions, "trace"> & { readonly trace?: readonly string[] };

/** @param trace  what the verb does with a trace */
export function withTrafficOptions(
  command: Command,
  trace = "arrivals from a CSV trace instead of the scenario's",
): Command {
  return withTraffic(command, (own) => own.option("--trace <file>", trace));
}

/** As {@link withTrafficOptions}, with as many traces as one likes. */
export function withTrainingTraffic(command: Command): Command {
  const trace = "CSV trace, as often as you like: half of the episodes are pieces of one";
  return withTraffic(command, (own) => own.option("--trace <file>", trace, gather));
}

function withTraffic(command: Command, withTrace: (command: Command) => Command): Command {
  const scenario = command
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--scenario <file>", "scenario file; the one beside the topology when left out");
  return withTrace(scenario).option("--volume <requests/s>", "mean arrivals instead of the scenario's", positiveOption);
}

/** The seed of arrivals that are really sent. */
export function withArrivalSeed(command: Command): Command {
  return command.option("--seed <number>", "seed of the arrivals; the scenario's when left out", wholeNumberOption);
}

export function readTraffic(cwd: string, { scenario, trace }: TrafficOptions, topology: string | undefined): Inputs {
  return readInputs({ cwd, topology, scenario, trace });
}

export function readTrainingTraffic(
  cwd: string,
  { scenario, trace = [] }: TrainingTrafficOptions,
  topology: string | undefined,
): Inputs {
  const [first, ...moreTraces] = trace;
  return readInputs({ cwd, topology, scenario, trace: first, moreTraces });
}
