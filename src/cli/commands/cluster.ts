import type { Command } from "commander";
import { type ClusterDownResult, clusterDown } from "../../app/cluster-down.ts";
import { clusterStatus } from "../../app/cluster-status.ts";
import { parseWhere, type Where } from "../../app/where.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { describeKubernetes, describeLocal } from "./cluster-text.ts";
import { addHeal } from "./cluster-heal.ts";
import { addUp } from "./cluster-up.ts";

const ON = "local, kind, or context:NAME of your kubeconfig; local and kind when left out";

export function addCluster(program: Command, act: Act): void {
  const cluster = program.command("cluster").description("run the topology on this machine or on Kubernetes");
  addUp(cluster, act);
  withCommonOptions(cluster.command("status"))
    .description("say what runs on this machine, or behind a context")
    .option("--on <where>", ON)
    .addHelpText("after", "\nExample:\n  karma cluster status --json")
    .action(act(runStatus));
  withCommonOptions(cluster.command("down"))
    .description("end the cluster of a topology, and clear what dead runs left")
    .argument("[topology]", "topology file; ./topology.json when left out, every cluster when there is none")
    .option("--on <where>", ON)
    .option("--all", "every cluster, whatever topology lies here")
    .addHelpText("after", "\nExample:\n  karma cluster down")
    .action(act(runDown));
  addHeal(cluster, act);
}

type OnOption = CommonOptions & { readonly on?: string };

function whereOf({ on }: OnOption): Where | undefined {
  return on === undefined ? undefined : parseWhere(on, ["local", "kind", "context"]);
}

async function runStatus(_context: CommandContext, options: OnOption): Promise<CommandResult> {
  const result = await clusterStatus(whereOf(options));
  const lines = [
    ...result.up.map(describeLocal),
    ...result.kubernetes.map(describeKubernetes),
    ...result.silent,
    ...result.left.map((name) => `${name}: dead, and something of it is left; karma cluster down clears it`),
  ];
  const text = lines.length === 0 ? "no cluster is up" : lines.join("\n\n");
  const isUp = result.up.length + result.kubernetes.length > 0;
  const whenNoneLeft = isUp ? "karma transfer" : "karma cluster up";
  return { json: result, text, next: result.left.length > 0 ? "karma cluster down --all" : whenNoneLeft };
}

type DownOptions = OnOption & { readonly all?: boolean };

async function runDown(context: CommandContext, options: DownOptions, topology?: string): Promise<CommandResult> {
  const where = whereOf(options);
  const on = where === undefined ? {} : { where };
  const request = { cwd: context.cwd, topology, isAll: options.all === true, ...on };
  const result = await clusterDown(request, context.progress);
  const lines = downLines(result);
  if (result.stillUp.length === 0) return { json: result, text: lines.join("\n"), next: "karma cluster up" };
  lines.push(`of other topologies: ${result.stillUp.join(", ")} still up`);
  return { json: result, text: lines.join("\n"), next: "karma cluster down --all" };
}

function downLines({ removed, takenDown }: ClusterDownResult): string[] {
  const lines = [
    ...removed.map(({ name, wasUp, killedPids }) =>
      wasUp ? `${name} is down` : `${name} was dead: cleared, ${killedPids.length} processes ended`,
    ),
    ...takenDown.map(({ cluster, namespaces, isClusterDeleted }) =>
      isClusterDeleted ? `cluster ${cluster} of kind is deleted` : `${namespaces.join(", ")} is deleted`,
    ),
  ];
  return lines.length === 0 ? ["nothing was up, nothing is left"] : lines;
}
