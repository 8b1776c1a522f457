import type { Command } from "commander";
import { clusterUp } from "../../app/cluster-up.ts";
import { clusterUpKubernetes } from "../../app/cluster-up-kubernetes.ts";
import {
  type KubernetesUpRequest,
  type KubernetesUpResult,
  type UpStep,
  upSteps,
} from "../../app/cluster-up-request.ts";
import { parseWhere } from "../../app/where.ts";
import type { EntryUrl } from "../../control/loop/running-cluster.ts";
import { KarmaError, type Problem } from "../../core/errors.ts";
import type { Act } from "../act.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { countOption, positiveOption, timeScaleOption, wholeNumberOption } from "../options.ts";
import { problemLines } from "../print.ts";
import { figure, table } from "../table.ts";
import { describeLocal } from "./cluster-text.ts";

type UpOptions = CommonOptions & {
  readonly on: string;
  readonly scale: number;
  readonly timeScale: number;
  readonly seed: number;
  readonly maxReplicas?: number;
  readonly requestShare: number;
  readonly cluster?: string;
  readonly nodePort?: number;
  readonly nodeImage?: string;
  readonly baseImage?: string;
  readonly kindConfig?: string;
  readonly workers?: number;
  readonly image?: string;
  readonly registry?: string;
  readonly entryHost?: string;
  readonly metricsServer?: boolean;
  readonly monitoring?: true;
  readonly keep?: true;
  readonly only?: readonly UpStep[];
};

export function addUp(cluster: Command, act: Act): void {
  const up = withCommonOptions(cluster.command("up"))
    .description("start every service and wait until it is ready")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--on <where>", "kind, local (processes, no Docker), or context:NAME of your kubeconfig", "kind")
    .option("--scale <factor>", "CPU work and limits times this, so that it fits a small machine", positiveOption, 1)
    .option("--time-scale <factor>", "divide every period, window and start-up time by this", timeScaleOption, 1)
    .option("--max-replicas <count>", "most replicas of any service", countOption)
    .option("--seed <number>", "seed of start-up times and incidents", wholeNumberOption, 1);
  withKubernetesOptions(up)
    .addHelpText(
      "after",
      "\nExample:\n  karma cluster up topology.json --request-share 0.25\n  karma cluster up --on local --scale 0.25 --time-scale 10",
    )
    .action(act(runUp));
}

/** Of no use with `--on local`. */
function withKubernetesOptions(up: Command): Command {
  return up
    .option("--request-share <share>", "CPU to request as a share of the limit", positiveOption, 1)
    .option("--cluster <name>", "cluster of kind; one of its own for each topology when left out")
    .option("--node-port <port>", "port of the nodes for the entry", wholeNumberOption)
    .option("--node-image <name>", "image of the kind nodes; kind's own when left out")
    .option("--base-image <name>", "image that the mock's is built on; node:24-bookworm-slim when left out")
    .option("--kind-config <file>", "configuration of kind to start from")
    .option("--workers <count>", "kind nodes beside the control plane", wholeNumberOption)
    .option("--image <name>", "image of the mock that is there, instead of building one")
    .option("--registry <host/path>", "with a context: where the image is pushed to")
    .option("--entry-host <host>", "with a context: a host at which its nodes answer from here")
    .option("--metrics-server", "put metrics-server there when it is absent; what kind gets anyway")
    .option("--no-metrics-server", "do without")
    .option("--monitoring", "put Prometheus and Grafana there too, with the topology's dashboard and alerts")
    .option("--only <steps>", `these steps alone, comma-separated: ${upSteps.join(", ")}`, stepsOption)
    .option("--keep", "leave what a failure leaves, to look at it");
}

function stepsOption(text: string): readonly UpStep[] {
  return text.split(",").map((word) => {
    const step = upSteps.find((one) => one === word.trim());
    if (step !== undefined) return step;
    throw new KarmaError("USAGE", `expected steps of ${upSteps.join(", ")}, found "${word}"`, "--only build,load");
  });
}

async function runUp(context: CommandContext, options: UpOptions, topology?: string): Promise<CommandResult> {
  const where = parseWhere(options.on, ["kind", "local", "context"]);
  if (where.kind === "local") return runUpLocal(context, options, topology);
  if (where.kind === "twin") throw new Error("the twin is never up");
  return showKubernetes(
    await clusterUpKubernetes({ ...requestOf(context, options, topology), where }, context),
    topology,
  );
}

async function runUpLocal(context: CommandContext, options: UpOptions, topology?: string): Promise<CommandResult> {
  const { scale, timeScale, seed, maxReplicas } = options;
  const most = maxReplicas === undefined ? {} : { maxReplicas };
  const request = { cwd: context.cwd, topology, scale, timeScale, seed, isBound: false, ...most };
  const { cluster, warnings } = await clusterUp(request, context);
  const status = await cluster.status();
  const entries = cluster.entryUrls();
  return {
    json: { ...status, entries, warnings },
    text: [describeLocal(status), ...entryLines(entries), ...warningLines(warnings)].join("\n"),
    next: withTopology("karma train", topology),
  };
}

function requestOf(
  { cwd }: CommandContext,
  options: UpOptions,
  topology: string | undefined,
): Omit<KubernetesUpRequest, "where"> {
  const { keep, metricsServer, monitoring } = options;
  const adds = metricsServer === undefined ? {} : { addsMetricsServer: metricsServer };
  return { ...options, ...adds, cwd, topology, isKept: keep === true, hasMonitoring: monitoring === true };
}

function showKubernetes(result: KubernetesUpResult, topology: string | undefined): CommandResult {
  const rows = result.services.map(({ name, desired, ready }) => [name, String(desired), String(ready)]);
  const steps = result.steps.map(
    ({ name, seconds, didWork }) => `${name} ${figure(seconds)} s${didWork ? "" : " (was there)"}`,
  );
  const lines = [
    rows.length === 0
      ? "done; not every step was wanted"
      : `${result.name} is up on ${result.context}, namespace ${result.namespace}`,
    ...(rows.length === 0 ? [] : [table(["service", "desired", "ready"], rows)]),
    ...entryLines(result.entries),
    `steps: ${steps.join(", ")}; karma's own ${figure(result.ownSeconds)} of ${figure(result.seconds)} s`,
    ...warningLines(result.warnings),
  ];
  return { json: result, text: lines.join("\n"), next: withTopology("karma train", topology) };
}

function entryLines(entries: readonly EntryUrl[]): string[] {
  return entries.map(({ url, share }) => `entry: ${url}${entries.length > 1 ? ` (${figure(share)} of arrivals)` : ""}`);
}

function warningLines(warnings: readonly Problem[]): string[] {
  return warnings.length > 0 ? ["warnings:", ...problemLines(warnings)] : [];
}
