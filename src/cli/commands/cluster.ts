import type { Command } from "commander";
import { clusterDown } from "../../app/cluster-down.ts";
import { clusterStatus } from "../../app/cluster-status.ts";
import { clusterUp } from "../../app/cluster-up.ts";
import type { LocalClusterStatus } from "../../clusters/local/protocol.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { oneOf, positiveOption, timeScaleOption, wholeNumberOption } from "../options.ts";
import { problemLines } from "../print.ts";
import { figure, table } from "../table.ts";

export function addCluster(program: Command, act: Act): void {
  const cluster = program.command("cluster").description("run the topology on this machine");
  addUp(cluster, act);
  withCommonOptions(cluster.command("status"))
    .description("say what runs on this machine")
    .addHelpText("after", "\nExample:\n  karma cluster status --json")
    .action(act(runStatus));
  withCommonOptions(cluster.command("down"))
    .description("end the cluster of a topology, and clear what dead runs left")
    .argument("[topology]", "topology file; ./topology.json when left out, every cluster when there is none")
    .option("--all", "every cluster, whatever topology lies here")
    .addHelpText("after", "\nExample:\n  karma cluster down")
    .action(act(runDown));
}

type UpOptions = CommonOptions & { readonly scale: number; readonly timeScale: number; readonly seed: number };

function addUp(cluster: Command, act: Act): void {
  withCommonOptions(cluster.command("up"))
    .description("start every service and wait until it is ready")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--on <where>", "where to run it: local", oneOf(["local"]), "local")
    .option("--scale <factor>", "CPU work and limits times this, so that it fits a small machine", positiveOption, 1)
    .option("--time-scale <factor>", "divide every period, window and start-up time by this", timeScaleOption, 1)
    .option("--seed <number>", "seed of start-up times and incidents", wholeNumberOption, 1)
    .addHelpText("after", "\nExample:\n  karma cluster up topology.json --scale 0.25 --time-scale 10")
    .action(act(runUp));
}

async function runUp(context: CommandContext, options: UpOptions, topology?: string): Promise<CommandResult> {
  const { scale, timeScale, seed } = options;
  const request = { cwd: context.cwd, topology, scale, timeScale, seed, isBound: false };
  const { cluster, warnings } = await clusterUp(request, context);
  const status = await cluster.status();
  const entries = cluster.entryUrls();
  const lines = [
    describe(status),
    ...entries.map(({ url, share }) => `entry: ${url}${entries.length > 1 ? ` (${figure(share)} of arrivals)` : ""}`),
    ...(warnings.length > 0 ? ["warnings:", ...problemLines(warnings)] : []),
  ];
  return {
    json: { ...status, entries, warnings },
    text: lines.join("\n"),
    next: withTopology("karma train", topology),
  };
}

async function runStatus(): Promise<CommandResult> {
  const result = await clusterStatus();
  const lines = [
    ...result.up.map(describe),
    ...result.left.map((name) => `${name}: dead, and something of it is left; karma cluster down clears it`),
  ];
  const text = lines.length === 0 ? "no cluster is up" : lines.join("\n\n");
  const whenNoneLeft = result.up.length === 0 ? "karma cluster up" : "karma transfer";
  return { json: result, text, next: result.left.length > 0 ? "karma cluster down --all" : whenNoneLeft };
}

type DownOptions = CommonOptions & { readonly all?: boolean };

async function runDown(context: CommandContext, options: DownOptions, topology?: string): Promise<CommandResult> {
  const result = await clusterDown({ cwd: context.cwd, topology }, options.all === true);
  const lines = result.removed.map(({ name, wasUp, killedPids }) =>
    wasUp ? `${name} is down` : `${name} was dead: cleared, ${killedPids.length} processes ended`,
  );
  if (lines.length === 0) lines.push("nothing was up, nothing is left");
  if (result.stillUp.length === 0) return { json: result, text: lines.join("\n"), next: "karma cluster up" };
  lines.push(`of other topologies: ${result.stillUp.join(", ")} still up`);
  return { json: result, text: lines.join("\n"), next: "karma cluster down --all" };
}

function describe(status: LocalClusterStatus): string {
  const rows = status.services.map(({ service, desired, ready, pods, url }) => [
    service,
    String(desired),
    String(ready),
    String(pods.reduce((sum, { restarts }) => sum + restarts, 0)),
    url,
  ]);
  const scaled = status.timeScale === 1 ? "" : `, time x ${status.timeScale}`;
  return [
    `${status.name} is up on local processes${scaled}`,
    table(["service", "desired", "ready", "restarts", "address"], rows),
  ].join("\n");
}
