import { join, resolve } from "node:path";
import { KarmaError, type Problem } from "../core/errors.ts";
import { imageOf, type ImageContext, readImageContext } from "../clusters/kubernetes/image-context.ts";
import { kindContext } from "../clusters/kubernetes/up/kind.ts";
import { mergeKindConfig } from "../clusters/kubernetes/up/kind-config-file.ts";
import { isKindName } from "../clusters/kubernetes/up/kind-record.ts";
import { kubernetesTiming, scaleTiming, type Timing } from "../control/loop/timing.ts";
import { packagePath } from "../host/package-files.ts";
import { readUserFile } from "../host/read.ts";
import { dockerArtifacts } from "../system/compile/dockerfile.ts";
import { namespaceOf } from "../system/compile/kubernetes-names.ts";
import { type KubernetesOptions, kubernetesOptions } from "../system/compile/kubernetes-options.ts";
import type { Topology } from "../system/topology/topology.ts";
import { fitTopology } from "./cluster-up.ts";
import type { KubernetesUpRequest } from "./cluster-up-request.ts";
import { type Inputs, readInputs } from "./inputs.ts";

/** What shall be there in the end, as far as it does not depend on what is there. */
export type UpPlan = {
  readonly inputs: Inputs;
  /** As it runs, with every scale applied. */
  readonly topology: Topology;
  readonly timing: Timing;
  readonly namespace: string;
  readonly context: string;
  /** Undefined for a context that is not kind's. */
  readonly cluster: string | undefined;
  /** Name of the image that pods run. */
  readonly image: string;
  /** What the image is built from; undefined where the user gives one. */
  readonly imageContext: ImageContext | undefined;
  /** Its node port is what is wanted; none where the entries are to be reached from inside the cluster alone. */
  readonly options: KubernetesOptions;
  /** The user's configuration of kind. */
  readonly kindConfig: string | undefined;
  /** Where the artifacts are written. */
  readonly folder: string;
  readonly warnings: readonly Problem[];
};

const KIND_CONFIG_LIMIT_BYTES = 1024 * 1024;

export function planUp(request: KubernetesUpRequest, cwd: string): UpPlan {
  const inputs = readInputs(request);
  const { topology, warnings } = fitTopology(inputs.topology, request);
  const cluster = request.where.kind === "kind" ? clusterName(request, topology) : undefined;
  const { image, imageContext } = planImage(request);
  return {
    inputs,
    topology,
    timing: scaleTiming(kubernetesTiming, request.timeScale),
    namespace: namespaceOf(topology.name),
    context: request.where.kind === "context" ? request.where.context : kindContext(cluster!),
    cluster,
    image,
    imageContext,
    options: planOptions(request, topology, image),
    kindConfig: readKindConfig(request, cwd),
    folder: join(cwd, "generated", topology.name),
    warnings: [...inputs.warnings, ...warnings],
  };
}

/** Read before anything is made, so that what is wrong with it is said in time. */
function readKindConfig({ kindConfig: path }: KubernetesUpRequest, cwd: string): string | undefined {
  if (path === undefined) return undefined;
  const text = readUserFile(resolve(cwd, path), "configuration of kind", KIND_CONFIG_LIMIT_BYTES);
  mergeKindConfig(text, "nodes: [{ role: control-plane }]", path);
  return text;
}

function clusterName({ cluster }: KubernetesUpRequest, topology: Topology): string {
  if (cluster === undefined) return namespaceOf(topology.name);
  if (isKindName(cluster)) return cluster;
  const message = `expected a name of lower-case letters, digits and dashes for the cluster, found ${cluster}`;
  throw new KarmaError("USAGE", message, "write it like --cluster karma-shop");
}

function planImage({ image, registry, baseImage, where }: KubernetesUpRequest): Pick<UpPlan, "image" | "imageContext"> {
  if (image !== undefined) return { image, imageContext: undefined };
  if (where.kind === "context" && registry === undefined) {
    const message = `expected an image that the nodes of ${where.context} can pull, found none`;
    throw new KarmaError(
      "USAGE",
      message,
      "--registry HOST/PATH builds and pushes it, --image names one that is there",
    );
  }
  const dockerfile = dockerArtifacts().find(({ path }) => path === "Dockerfile")!.content;
  const imageContext = readImageContext(packagePath("mocks"), dockerfile, baseImage);
  const repository = registry === undefined ? "karma-mock" : `${registry.replace(/\/+$/, "")}/karma-mock`;
  return { image: imageOf(repository, imageContext), imageContext };
}

/** A port of the nodes is open to whoever reaches them: on kind that is this machine, elsewhere it has to be asked for. */
function planOptions(
  { requestShare, seed, timeScale, nodePort, entryHost, where }: KubernetesUpRequest,
  { name }: Topology,
  image: string,
): KubernetesOptions {
  const isOpen = where.kind === "kind" || nodePort !== undefined || entryHost !== undefined;
  const chosen = isOpen && nodePort === undefined ? {} : { nodePort };
  return kubernetesOptions(name, { image, requestShare, seed, timeScale, ...chosen });
}
