import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKubernetesApi } from "../../src/clusters/kubernetes/api.ts";
import { createApiCaller } from "../../src/clusters/kubernetes/cluster/api-caller.ts";
import type { KubernetesClusterClient } from "../../src/clusters/kubernetes/cluster/client.ts";
import { writeClusterSpec } from "../../src/clusters/kubernetes/cluster/cluster-spec.ts";
import { connectKubernetesCluster } from "../../src/clusters/kubernetes/cluster/connect.ts";
import { keptNodePorts } from "../../src/clusters/kubernetes/up/node-ports.ts";
import { type Timing, kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";
import { kubernetesOptions } from "../../src/system/compile/kubernetes-options.ts";
import { metricsServerObjects } from "../../src/system/compile/metrics-server.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import { type ClusterUnderTest, contractTopology, testClusterContract } from "../contract/cluster-contract.ts";
import { type KindCluster, createKindCluster } from "./kind-cluster.ts";
import { readyKind } from "./kind-fixture.ts";
import { prometheusImage, prometheusObjects } from "./prometheus-objects.ts";

/** A topology on Kubernetes keeps the contract of all clusters: `npm run test:kind`. */
const kind = await readyKind();

const fast = scaleTiming(kubernetesTiming, 5);
/** One service alone whose requests cost a fifth of a second of its CPU limit: easily saturated. */
const narrow: Topology = {
  ...contractTopology,
  name: `narrow-${process.pid}`,
  services: [
    {
      ...contractTopology.services[1]!,
      name: "narrow",
      endpoints: [{ ...contractTopology.services[1]!.endpoints[0]!, workMs: { kind: "constant", mean: 20 } }],
    },
  ],
  entries: [{ service: "narrow", endpoint: "work", share: 1 }],
};
const entry = `http://127.0.0.1:${kubernetesOptions(narrow.name, {}).nodePort}/work`;

let made: KindCluster | undefined;
let cluster: KindCluster;
const before = process.env["KUBECONFIG"];

async function connect(topology: Topology, timing: Timing): Promise<KubernetesClusterClient> {
  const api = await openKubernetesApi(cluster.context);
  const entries = topology.entries.map((one) => ({ ...one, url: entry }));
  await writeClusterSpec(api, `karma-${topology.name}`, { topology, timing, entries });
  return connectKubernetesCluster(api, `karma-${topology.name}`);
}

function kubectl(...args: readonly string[]): Promise<string> {
  return cluster.run("kubectl", ["-n", "karma-contract", ...args]);
}

/** Fresh pods, one per service, of the size that the topology declares. */
async function contractCluster(): Promise<ClusterUnderTest> {
  await kubectl("annotate", "deployment", "--all", "karma-sim/cpu-milli-");
  await kubectl("scale", "deployment", "--all", "--replicas=1");
  await kubectl("delete", "pods", "--all", "--force", "--grace-period=0");
  const client = await connect(contractTopology, fast);
  await expect
    .poll(() => client.pods().map(({ service, isReady }) => `${service} ${isReady}`), { timeout: 60_000 })
    .toEqual(["front true", "back true"]);
  await client.events();
  return {
    cluster: client,
    clock: client.clock,
    limitsMilli: async (service) =>
      client.pods().flatMap((pod) => (pod.service === service && pod.isReady ? [pod.cpuMilli] : [])),
    close: () => client.close(),
  };
}

describe.skipIf(!kind.isReady)("on kind", () => {
  beforeAll(async () => {
    made = await createKindCluster(`karma-contract-${process.pid}`, narrow, kind.isReady ? kind.nodeImage : undefined);
    cluster = made;
    process.env["KUBECONFIG"] = cluster.kubeconfig;
    await cluster.apply(contractTopology, { requestShare: 0.05, timeScale: fast.timeScale });
    await cluster.apply(narrow, { requestShare: 0.05 });
  }, 600_000);

  afterAll(async () => {
    await made?.delete();
    if (before === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = before;
    if (kind.isReady) await kind.down();
  }, 120_000);

  testClusterContract("a topology on Kubernetes", contractCluster, {
    timing: fast,
    limitMs: 90_000,
    pollMs: 100,
    testTimeoutMs: 240_000,
    killed: "is replaced",
  });

  test("a limit of 200m reads as 0.20 cores under saturating load, asked of the pods", async () => {
    const { cores, client } = await saturated(kubernetesTiming, 65_000);
    console.log(`200m reads as ${cores.toFixed(3)} cores, from ${client.sources()[0]!.cpu}`);
    expect(client.sources()).toEqual([{ service: "narrow", cpu: "pods", traffic: "pods" }]);
    expect(Math.abs(cores - 0.2)).toBeLessThanOrEqual(0.02);
  });

  test("a limit of 200m reads as 0.20 cores under saturating load, asked of a Prometheus", async () => {
    await startPrometheus();
    try {
      const { cores, arrivalsPerS, client } = await saturated(kubernetesTiming, 65_000);
      console.log(`200m reads as ${cores.toFixed(3)} cores, from ${client.sources()[0]!.cpu}`);
      expect(client.sources()).toEqual([{ service: "narrow", cpu: "prometheus", traffic: "prometheus" }]);
      expect(Math.abs(cores - 0.2)).toBeLessThanOrEqual(0.02);
      expect(arrivalsPerS).toBeGreaterThan(3);
    } finally {
      await cluster.run("kubectl", ["delete", "namespace", "karma-monitoring"]);
    }
  });

  test("a limit of 200m reads as 0.20 cores under saturating load, asked of metrics.k8s.io", async () => {
    const objects = { apiVersion: "v1", kind: "List", items: metricsServerObjects({ trustsAnyKubelet: true }) };
    await cluster.run("kubectl", ["apply", "-f", "-"], { input: JSON.stringify(objects) });
    await cluster.run("kubectl", ["-n", "kube-system", "rollout", "status", "deployment/metrics-server"]);
    const { cores, client } = await saturated(kubernetesTiming, 65_000);
    console.log(`200m reads as ${cores.toFixed(3)} cores, from ${client.sources()[0]!.cpu}`);
    expect(client.sources()).toEqual([{ service: "narrow", cpu: "metrics.k8s.io", traffic: "pods" }]);
    expect(client.pods()[0]!.memoryMiB).toBeGreaterThan(10);
    expect(Math.abs(cores - 0.2)).toBeLessThanOrEqual(0.02);
  });

  test("a port of the nodes that the API server would not give away is told from one that it would", async () => {
    const caller = createApiCaller(await openKubernetesApi(cluster.context));
    const nodePort = kubernetesOptions(narrow.name, {}).nodePort!;
    expect(await keptNodePorts(caller, [nodePort, nodePort + 1])).toEqual(new Set([nodePort]));
    expect(await kubectl("-n", "default", "get", "services", "-o", "name"), "asking makes nothing").toBe(
      "service/kubernetes",
    );
    await caller.close();
  });

  test("an API server that falls silent is not waited for, and is there again when it answers", async () => {
    const client = await connect(narrow, fast);
    const node = `${cluster.name}-control-plane`;
    try {
      await client.observe();
      await cluster.run("docker", ["pause", node]);
      const silent = { code: "NOT_READY", message: expect.stringContaining(cluster.context) as string };
      await expect(client.observe()).rejects.toMatchObject(silent);
      await expect(client.scale("narrow", 2)).rejects.toMatchObject(silent);
    } finally {
      await cluster.run("docker", ["unpause", node]);
    }
    await expect
      .poll(
        () =>
          client.observe().then(
            ({ ready }) => ready[0],
            () => 0,
          ),
        { timeout: 60_000 },
      )
      .toBe(1);
    await client.close();
  });
});

/** One that scrapes the pod of `narrow`, and nothing else. Its image is loaded where this machine has it. */
async function startPrometheus(): Promise<void> {
  const { failed } = await execa("docker", ["image", "inspect", prometheusImage], { reject: false });
  if (!failed) await cluster.run("kind", ["load", "docker-image", prometheusImage, "--name", cluster.name]);
  const namespace = `karma-${narrow.name}`;
  const pod = "jsonpath={.items[0].metadata.name} {.items[0].status.podIP}";
  const found = await cluster.run("kubectl", ["-n", namespace, "get", "pods", "-o", pod]);
  const [name = "", address = ""] = found.split(" ");
  const items = prometheusObjects([{ namespace, pod: name, address }]);
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await cluster.run("kubectl", ["apply", "-f", "-"], { input });
  await cluster.run("kubectl", ["-n", "karma-monitoring", "rollout", "status", "deployment", "--timeout=120s"]);
  // It is used only where it has scraped the pods before.
  await sleep(8_000);
}

/**
 * The highest reading under more load than the service can take, once it has lasted for so long. On a machine that
 * others work on too a pod gets its whole limit only at times: up to two minutes more are looked at.
 */
async function saturated(
  timing: Timing,
  lengthMs: number,
): Promise<{ readonly cores: number; readonly arrivalsPerS: number; readonly client: KubernetesClusterClient }> {
  const client = await connect(narrow, timing);
  const { clock } = client;
  const stop = new AbortController();
  const load = Array.from({ length: 6 }, () => callUntil(stop.signal));
  try {
    const startMs = clock.nowMs();
    let [cores, highestPerS] = [0, 0];
    while (clock.nowMs() < startMs + lengthMs || (cores < 0.19 && clock.nowMs() < startMs + lengthMs + 120_000)) {
      await clock.sleepUntil(clock.nowMs() + 1_000);
      const { cpu, arrivalsPerS } = await client.observe();
      if (cpu[0]! >= 0) cores = Math.max(cores, cpu[0]! * 0.2);
      if (arrivalsPerS[0]! >= 0) highestPerS = Math.max(highestPerS, arrivalsPerS[0]!);
    }
    return { cores, arrivalsPerS: highestPerS, client };
  } finally {
    stop.abort();
    await Promise.all(load);
    await client.close();
  }
}

async function callUntil(signal: AbortSignal): Promise<void> {
  while (!signal.aborted)
    await fetch(entry).then(
      (answer) => answer.arrayBuffer(),
      () => undefined,
    );
}
