import type { Command } from "commander";
import { validate } from "../../app/validate.ts";
import { capacityPerS } from "../../system/topology/topology.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { problemLines } from "../print.ts";
import { figure, table } from "../table.ts";

type Options = CommonOptions & { readonly scenario?: string; readonly trace?: string };

export function addValidate(program: Command, act: Act): void {
  withCommonOptions(program.command("validate"))
    .description("say everything that is wrong with a topology and its scenario")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--scenario <file>", "scenario file; the one beside the topology when left out")
    .option("--trace <file>", "arrivals from a CSV trace instead of the scenario's")
    .addHelpText("after", "\nExample:\n  karma validate topology.json")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topologyPath?: string): Promise<CommandResult> {
  const { scenario, trace } = options;
  const result = validate({ cwd: context.cwd, topology: topologyPath, scenario, trace });
  const { topology, warnings } = result;
  const rows = topology.services.map((service) => [
    service.name,
    figure(service.cpuMilli),
    figure(capacityPerS(service)),
    `${service.minReplicas}-${service.maxReplicas}`,
    service.endpoints.flatMap(({ calls }) => calls.flat().map((call) => call.service)).join(", ") || "-",
  ]);
  const lines = [
    `${result.topologyPath}: valid, ${rows.length} services, at most ${figure(result.bottleneckRatePerS)} requests/s`,
    table(["service", "millicores", "requests/s per replica", "replicas", "calls"], rows),
    ...(warnings.length > 0 ? ["warnings:", ...problemLines(warnings)] : []),
  ];
  return { json: result, text: lines.join("\n"), next: withTopology("karma cluster up", topologyPath) };
}
