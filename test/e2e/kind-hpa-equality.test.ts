import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKubernetesApi } from "../../src/clusters/kubernetes/api.ts";
import { createApiCaller } from "../../src/clusters/kubernetes/cluster/api-caller.ts";
import { callForJson } from "../../src/clusters/kubernetes/cluster/api-failure.ts";
import type { ApiCaller } from "../../src/clusters/kubernetes/cluster/api-request.ts";
import { applyHpa } from "../../src/clusters/kubernetes/hpa/apply-hpa.ts";
import { RATE_METRIC } from "../../src/clusters/kubernetes/hpa/hpa-object.ts";
import { kubernetesHpaConfig } from "../../src/clusters/kubernetes/hpa/hpa-spec-text.ts";
import { createRng } from "../../src/core/rng.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import { topologyOf } from "../system/topology/fixtures.ts";
import { type Contest, type Seen, type Verdict, createContest } from "./hpa/contest.ts";
import { type DeploymentView, GATE, type PodView, signatureOf } from "./hpa/pods.ts";
import { type MetricsAnswer, RELAY_NODE_PORT, relayObjects, serveThrough } from "./hpa/relay.ts";
import { type Rival, rivals } from "./hpa/rivals.ts";
import type { Told } from "./hpa/trial.ts";
import { readyKind } from "./kind-fixture.ts";

/** Kubernetes' own HPA and ours, told the same: `KARMA_KIND=1`. */
const isWanted = process.env["KARMA_KIND"] === "1";
const kind = isWanted ? await readyKind() : { isReady: false as const, why: "set KARMA_KIND=1" };
if (isWanted && !kind.isReady) console.error(`\n  NOT TESTED: nothing ran on Kubernetes.\n  Why: ${kind.why}\n`);

const cluster = `karma-hpa-${process.pid}`;
const folder = join(tmpdir(), cluster);
const kubeconfig = join(folder, "kubeconfig");
const namespace = "contest";
const relayImage = "node:24-bookworm-slim";
/** Not the default of 300 s: both sides of it are seen. */
const INITIALIZATION_S = 40;
const TRIALS = 14;
const LONGEST_MS = 480_000;

async function run(tool: string, args: readonly string[], input?: string): Promise<string> {
  const options = { env: { KUBECONFIG: kubeconfig }, ...(input === undefined ? {} : { input }) };
  const { stdout } = await execa(tool, args, options);
  return stdout;
}

/** Decides every 2 s, with a tolerance for each direction, and is never slowed down by its own client. */
function clusterConfig(image: string | undefined): string {
  const extraArgs = {
    "horizontal-pod-autoscaler-sync-period": "2s",
    "horizontal-pod-autoscaler-cpu-initialization-period": `${INITIALIZATION_S}s`,
    "concurrent-horizontal-pod-autoscaler-syncs": "12",
    "kube-api-qps": "200",
    "kube-api-burst": "400",
  };
  const patch = {
    kind: "ClusterConfiguration",
    apiVersion: "kubeadm.k8s.io/v1beta3",
    controllerManager: { extraArgs },
  };
  const port = {
    containerPort: RELAY_NODE_PORT,
    hostPort: RELAY_NODE_PORT,
    listenAddress: "127.0.0.1",
    protocol: "TCP",
  };
  const node = {
    role: "control-plane",
    ...(image === undefined ? {} : { image }),
    kubeadmConfigPatches: [stringify(patch)],
    extraPortMappings: [port],
  };
  return stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: cluster,
    featureGates: { HPAConfigurableTolerance: true },
    nodes: [node],
  });
}

async function certificate(): Promise<{ key: string; cert: string }> {
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  const subject = ["-subj", "/CN=relay", "-days", "2", "-nodes", "-keyout", key, "-out", cert];
  await run("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", ...subject]);
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}

async function apply(objects: readonly object[]): Promise<void> {
  await run("kubectl", ["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
}

/** A container that does nothing, whose pod is ready when the test says so. */
function deploymentOf({ name, start, hasPending }: Rival, image: string): object {
  const labels = { app: name };
  const ports = hasPending === undefined ? {} : { ports: [{ containerPort: 9_999, hostPort: 31_999 }] };
  const resources = { requests: { cpu: "10m" }, limits: { cpu: "10m" } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: start,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          readinessGates: [{ conditionType: GATE }],
          terminationGracePeriodSeconds: 0,
          enableServiceLinks: false,
          automountServiceAccountToken: false,
          containers: [{ name: "idle", image, imagePullPolicy: "IfNotPresent", resources, ...ports }],
        },
      },
    },
  };
}

function topologyFor({ name, min, max }: Rival): Topology {
  const service = { cpu: 10, ram: 16, computation_throughput: 1, min_replicas: min, max_replicas: max };
  return topologyOf({ name, services: { [name]: service }, connections: [{ source: "INPUT", destination: name }] });
}

async function pauseImage(): Promise<string> {
  const { items } = JSON.parse(await run("kubectl", ["get", "nodes", "-o", "json"])) as {
    readonly items: readonly {
      readonly status: { readonly images: readonly { readonly names: readonly string[] }[] };
    }[];
  };
  const names = items.flatMap(({ status }) => status.images.flatMap((image) => image.names));
  const found = names.find((name) => /\/pause:[\d.]+$/.test(name));
  if (found === undefined) throw new Error("the node has no pause image");
  return found;
}

async function seenOf(api: ApiCaller, name?: string): Promise<ReadonlyMap<string, Seen>> {
  const only = name === undefined ? "" : `?labelSelector=app%3D${name}`;
  const pods = `/api/v1/namespaces/${namespace}/pods${only}`;
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const path = name === undefined ? deployments : `${deployments}?fieldSelector=metadata.name%3D${name}`;
  const [own, all] = await Promise.all([
    callForJson<{ readonly items: readonly DeploymentView[] }>(api, { path }, "list Deployments"),
    callForJson<{ readonly items: readonly PodView[] }>(api, { path: pods }, "list pods"),
  ]);
  return new Map(
    own.items.map((deployment) => {
      const ofIt = all.items.filter(({ metadata }) => metadata.labels["app"] === deployment.metadata.name);
      const { spec, status } = deployment;
      const signature = signatureOf(deployment, ofIt);
      return [
        deployment.metadata.name,
        { replicas: spec.replicas, statusReplicas: status.replicas ?? 0, pods: ofIt, signature },
      ];
    }),
  );
}

function handsOf(api: ApiCaller): Parameters<typeof createContest>[2] {
  const base = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  return {
    async gate({ metadata }, isReady) {
      const condition = { type: GATE, status: isReady ? "True" : "False" };
      // The pod may be gone by now.
      await api.call({
        method: "PATCH",
        path: `/api/v1/namespaces/${namespace}/pods/${metadata.name}/status`,
        contentType: "application/strategic-merge-patch+json",
        body: { status: { conditions: [condition] } },
      });
    },
    async scale(name, replicas) {
      const path = `${base}/${name}/scale`;
      const body = { spec: { replicas } };
      await callForJson(api, { method: "PATCH", path, contentType: "application/merge-patch+json", body }, "scale");
    },
  };
}

const failure: MetricsAnswer = {
  status: 500,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", code: 500 },
};

/** The metrics APIs, as far as the API server and the HPA ask for them. */
function answerer(api: ApiCaller, contests: ReadonlyMap<string, Contest>): (path: string) => Promise<MetricsAnswer> {
  return async (asked) => {
    const url = new URL(asked, "https://relay");
    const parts = url.pathname.split("/").filter((part) => part !== "");
    if (parts[0] === "apis" && parts.length === 3) return { status: 200, body: resourcesOf(`${parts[1]}/${parts[2]}`) };
    const name = /=([\w-]+)$/.exec(url.searchParams.get("labelSelector") ?? "")?.[1];
    const contest = contests.get(name ?? "");
    if (parts[3] !== "namespaces" || contest === undefined || name === undefined)
      return { status: 404, body: failure.body };
    const now = (await seenOf(api, name)).get(name)!;
    const part = parts[1] === "metrics.k8s.io" ? "cpu" : "rate";
    const told = contest.ask(now, Date.now(), part);
    return part === "cpu" ? cpuAnswer(told) : rateAnswer(told);
  };
}

function resourcesOf(groupVersion: string): object {
  const isPods = groupVersion.startsWith("metrics");
  const resource = isPods
    ? { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] }
    : { name: RATE_METRIC, singularName: "", namespaced: true, kind: "ExternalMetricValueList", verbs: ["get"] };
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: [resource] };
}

function cpuAnswer({ samples }: Told): MetricsAnswer {
  if (samples === undefined) return failure;
  const items = [...samples].map(([name, { useMilli, atS, windowS }]) => ({
    metadata: { name, namespace },
    timestamp: new Date(atS * 1_000).toISOString().replace(".000", ""),
    window: `${windowS}s`,
    containers: [{ name: "idle", usage: { cpu: `${useMilli}m`, memory: "1Mi" } }],
  }));
  return { status: 200, body: { kind: "PodMetricsList", apiVersion: "metrics.k8s.io/v1beta1", metadata: {}, items } };
}

function rateAnswer({ rateMilli }: Told): MetricsAnswer {
  if (rateMilli === undefined) return failure;
  const timestamp = new Date().toISOString();
  const item = { metricName: RATE_METRIC, metricLabels: {}, timestamp, value: `${rateMilli}m` };
  const body = {
    kind: "ExternalMetricValueList",
    apiVersion: "external.metrics.k8s.io/v1beta1",
    metadata: {},
    items: [item],
  };
  return { status: 200, body };
}

/** Every kind of decision that must have been among them. */
const kinds = [
  "missing",
  "unready",
  "pending",
  "young",
  "rate",
  "stabilised",
  "bound",
  "partial",
  "outside",
  "by hand",
];

function describeAll(verdicts: readonly Verdict[]): string {
  const counts = kinds.map((one) => `${one} ${verdicts.filter((verdict) => verdict.kinds.includes(one)).length}`);
  const changes = verdicts.filter(({ current, real }) => current !== real).length;
  return `${verdicts.length} decisions, ${changes} of them change a size; ${counts.join(", ")}`;
}

describe.skipIf(!kind.isReady)("Kubernetes' own HPA", () => {
  let api: ApiCaller;
  let contests: ReadonlyMap<string, Contest>;
  let serving: { stop(): Promise<void> } | undefined;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    const image = kind.isReady ? kind.nodeImage : undefined;
    await run("kind", ["create", "cluster", "--config", "-", "--wait", "120s"], clusterConfig(image));
    await run("kind", ["load", "docker-image", relayImage, "--name", cluster]);
    await apply(relayObjects(namespace, relayImage, await certificate()));
    process.env["KUBECONFIG"] = kubeconfig;
    api = createApiCaller(await openKubernetesApi(`kind-${cluster}`));
    contests = new Map(rivals.map((rival) => [rival.name, contestOf(rival, api)]));
    serving = serveThrough(`http://127.0.0.1:${RELAY_NODE_PORT}`, answerer(api, contests));
    await run("kubectl", ["-n", namespace, "rollout", "status", "deployment/relay", "--timeout=120s"]);
    const groups = ["apiservice/v1beta1.metrics.k8s.io", "apiservice/v1beta1.external.metrics.k8s.io"];
    await run("kubectl", ["wait", "--for=condition=Available", "--timeout=120s", ...groups]);
    const pause = await pauseImage();
    await apply(rivals.map((rival) => deploymentOf(rival, pause)));
  }, 600_000);

  afterAll(async () => {
    await serving?.stop();
    await api?.close();
    await run("kind", ["delete", "cluster", "--name", cluster]);
    if (kind.isReady) await kind.down();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test("decides as ours does, told the same, every time", { timeout: 600_000, retry: 0 }, async () => {
    for (const { rival } of contests.values()) await applyHpa(api, namespace, topologyFor(rival), configOf(rival));
    const untilMs = Date.now() + LONGEST_MS;
    while (Date.now() < untilMs && ![...contests.values()].every(({ verdicts }) => verdicts.length >= TRIALS)) {
      const nowMs = Date.now();
      const seen = await seenOf(api);
      await Promise.all([...contests].map(async ([name, contest]) => contest.look(seen.get(name)!, nowMs)));
      await sleep(200);
    }
    const verdicts = [...contests.values()].flatMap((contest) => contest.verdicts);
    console.log(describeAll(verdicts));
    const unequal = verdicts.filter(({ real, ours, fromReadings = real }) => real !== ours || real !== fromReadings);
    expect(unequal).toEqual([]);
    expect(verdicts.filter(({ current, real }) => current !== real).length).toBeGreaterThanOrEqual(40);
    for (const one of kinds)
      expect(
        verdicts.some((verdict) => verdict.kinds.includes(one)),
        one,
      ).toBe(true);
  });
});

function configOf(rival: Rival): ReturnType<typeof kubernetesHpaConfig> {
  return kubernetesHpaConfig(rival.spec.replace(/^hpa/, "kubernetes-hpa"), 1);
}

function contestOf(rival: Rival, api: ApiCaller): Contest {
  const rule = { config: configOf(rival), topology: topologyFor(rival), initializationS: INITIALIZATION_S };
  return createContest(rival, rule, handsOf(api), createRng(1).split(rival.name));
}
