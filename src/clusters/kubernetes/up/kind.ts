import { KarmaError } from "../../../core/errors.ts";
import type { RunTool } from "../run-tool.ts";
import type { RunLong } from "./run-stream.ts";

/** Time that the nodes of a new cluster have to become ready. */
const READY_PATIENCE = "180s";
/** A container that Docker was about to start when kind was ended may come after the first deletion. */
const DELETE_TRIES = 5;
const BETWEEN_TRIES_MS = 500;

export type KindTools = { readonly run: RunTool; readonly runLong: RunLong };

/** The context of the kubeconfig that kind writes for a cluster. */
export function kindContext(cluster: string): string {
  return `kind-${cluster}`;
}

/** Names of all clusters of kind on this machine, whoever made them. */
export async function listKindClusters(run: RunTool): Promise<readonly string[]> {
  const { exitCode, isThere, stdout, stderr } = await run("kind", ["get", "clusters"]);
  if (!isThere) throw noKind();
  if (exitCode !== 0) throw kindFailure("kind get clusters", stderr);
  return stdout.split("\n").filter((name) => name !== "");
}

/** Makes a cluster and waits until its nodes are ready; kind itself takes back what it began when that fails. */
export async function createKindCluster(
  { runLong }: KindTools,
  cluster: string,
  config: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const args = ["create", "cluster", "--name", cluster, "--config", "-", "--wait", READY_PATIENCE];
  const { exitCode, stderr } = await runLong("kind", args, { input: config, onLine, signal });
  if (exitCode !== 0) throw kindFailure(`kind ${args.join(" ")}`, stderr);
}

/** True for the failure of {@link createKindCluster} that says that there is a cluster of that name. */
export function isNameTaken(error: unknown): boolean {
  return error instanceof KarmaError && TAKEN.test(error.message);
}

const TAKEN = /already exist/;

/** Deletes a cluster, also one that is half made, until none of its containers is left. */
export async function deleteKindCluster({ run, runLong }: KindTools, cluster: string): Promise<void> {
  for (let tries = 0; tries < DELETE_TRIES; tries++) {
    const { exitCode, stderr } = await runLong("kind", ["delete", "cluster", "--name", cluster]);
    if (exitCode !== 0) throw kindFailure(`kind delete cluster --name ${cluster}`, stderr);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
    if ((await kindContainers(run, cluster)).length === 0) return;
  }
  const hint = `docker ps --all --filter label=io.x-k8s.kind.cluster=${cluster} lists them`;
  throw new KarmaError("TOOL_FAILED", `containers of cluster ${cluster} come back after kind deleted them`, hint);
}

function kindContainers(run: RunTool, cluster: string): Promise<readonly string[]> {
  return listContainers(run, ["--all", "--filter", `label=io.x-k8s.kind.cluster=${cluster}`]);
}

/** True while the node with the API server runs, or is paused. */
export async function isRunning(run: RunTool, cluster: string): Promise<boolean> {
  const [own, role] = [`label=io.x-k8s.kind.cluster=${cluster}`, "label=io.x-k8s.kind.role=control-plane"];
  return (await listContainers(run, ["--filter", own, "--filter", role])).length > 0;
}

async function listContainers(run: RunTool, filters: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await run("docker", ["ps", "--quiet", ...filters]);
  if (exitCode !== 0) throw new KarmaError("TOOL_FAILED", `docker ps failed: ${stderr.trim()}`, "is Docker running?");
  return stdout.split("\n").filter((id) => id !== "");
}

/** Copies an image of Docker's to the nodes; one that is there is not copied again. */
export async function loadImage(
  { runLong }: KindTools,
  cluster: string,
  image: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const args = ["load", "docker-image", image, "--name", cluster];
  const { exitCode, stderr } = await runLong("kind", args, { onLine, signal });
  if (exitCode !== 0) throw kindFailure(`kind ${args.join(" ")}`, stderr);
}

/** Writes the cluster's context into the kubeconfig where it got lost; kind makes it the current one then. */
export async function ensureKindContext({ run }: KindTools, cluster: string): Promise<void> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromDefault();
  if (config.getContextObject(kindContext(cluster)) !== null) return;
  const { exitCode, stderr } = await run("kind", ["export", "kubeconfig", "--name", cluster]);
  if (exitCode !== 0) throw kindFailure(`kind export kubeconfig --name ${cluster}`, stderr);
}

/** What kind says when it fails, and what that means. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /port is already allocated|address already in use|ports are not available/,
    "another program has the port: --node-port takes another",
  ],
  [
    /failed to pull image|pull access denied|no such image|not found: manifest|manifest unknown/i,
    "the node image is missing: --node-image names one that Docker has or can pull",
  ],
  [TAKEN, "kind delete cluster --name takes the old one away"],
  [/failed to lock config file/, "an ended kind left a lock: remove the file that the message names"],
  [/no space left/, "the disk is full: docker system prune makes room"],
  [/Cannot connect to the Docker daemon/, "start Docker, or use --on local"],
  [
    /timed out waiting|kubelet.*(not healthy|unhealthy|isn't running)|cgroup/,
    "with cgroup v1 take a node image of Kubernetes 1.34 or older: --node-image kindest/node:v1.34.4",
  ],
];

function noKind(): KarmaError {
  const hint = "bash install.sh --cluster gets it; --on local needs none";
  return new KarmaError("TOOL_MISSING", "expected kind on this machine, found none", hint);
}

function kindFailure(command: string, stderr: string): KarmaError {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const error = lines.find((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? "it said nothing";
  const reason = lines.findLast((line) => /Error response|error:|timed out/i.test(line) && line !== error);
  const hint = causes.find(([pattern]) => pattern.test(stderr))?.[1] ?? "kind with -v 3 says more";
  const message = `kind failed: ${error.replace(/^ERROR: /, "")}${reason === undefined ? "" : `: ${reason.trim()}`}`;
  return new KarmaError("TOOL_FAILED", `${message} (${command})`, hint);
}
