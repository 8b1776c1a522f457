import type { Command } from "commander";
import { generate } from "../../app/generate.ts";
import type { Act } from "../act.ts";
import type { GenerateOptions } from "../../system/compile/generate.ts";
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  withCommonOptions,
  withTopology,
} from "../context.ts";
import { positiveOption, wholeNumberOption } from "../options.ts";

type Options = CommonOptions & {
  readonly out?: string;
  readonly image?: string;
  readonly requestShare?: number;
  readonly nodePort?: number;
  readonly hpa?: number;
  readonly networkPolicy?: true;
  readonly monitoring?: true;
  readonly nodeImage?: string;
  readonly workers?: number;
};

export function addGenerate(program: Command, act: Act): void {
  withCommonOptions(program.command("generate"))
    .description("write what runs it on Kubernetes: mock configurations, manifests, Dockerfile, kind cluster")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--out <folder>", "where to; generated/<topology> when left out")
    .option("--image <name>", "image of the mock; karma-mock with the version as its tag when left out")
    .option(
      "--request-share <share>",
      "CPU to request as a share of the limit; less fits a small machine",
      positiveOption,
    )
    .option("--node-port <port>", "port of the nodes for the entry", wholeNumberOption)
    .option("--hpa <percent>", "add an HPA per service with this CPU target", positiveOption)
    .option("--network-policy", "let only those services talk that do in the topology")
    .option("--monitoring", "add Prometheus and Grafana with a dashboard and alerts")
    .option("--node-image <name>", "image of the kind nodes; kind's own when left out")
    .option("--workers <count>", "kind nodes beside the control plane", wholeNumberOption)
    .addHelpText("after", "\nExample:\n  karma generate topology.json --request-share 0.25 --out /tmp/shop")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const result = await generate({ cwd: context.cwd, topology }, options.out, chosen(options), context);
  return {
    json: result,
    text: result.written.map((path) => `wrote ${path}`).join("\n"),
    next: withTopology("karma cluster up", topology),
  };
}

/** Only what was given: the rest keeps its defaults. */
function chosen(options: Options): GenerateOptions {
  const { image, requestShare, nodePort, hpa, networkPolicy, monitoring, nodeImage, workers } = options;
  return {
    ...(monitoring === undefined ? {} : { monitoring: {} }),
    kubernetes: {
      ...(image === undefined ? {} : { image }),
      ...(requestShare === undefined ? {} : { requestShare }),
      ...(nodePort === undefined ? {} : { nodePort }),
      ...(hpa === undefined ? {} : { hpa: { cpuTargetPercent: hpa } }),
      ...(networkPolicy === undefined ? {} : { hasNetworkPolicy: true }),
    },
    kind: { ...(nodeImage === undefined ? {} : { nodeImage }), ...(workers === undefined ? {} : { workers }) },
  };
}
