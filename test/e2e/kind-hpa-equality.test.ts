import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKubernetesApi } from "../../src/clusters/kubernetes/api.ts";
import { createApiCaller } from "../../src/clusters/kubernetes/cluster/api-caller.ts";
import type { ApiCaller } from "../../src/clusters/kubernetes/cluster/api-request.ts";
import { applyHpa } from "../../src/clusters/kubernetes/hpa/apply-hpa.ts";
import { kubernetesHpaConfig } from "../../src/clusters/kubernetes/hpa/hpa-spec-text.ts";
import { createRng } from "../../src/core/rng.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import { topologyOf } from "../system/topology/fixtures.ts";
import { handsOf, seenOf } from "./hpa/api.ts";
import { type Contest, type Verdict, createContest } from "./hpa/contest.ts";
import { answerer } from "./hpa/metrics-api.ts";
import { INITIALIZATION_S, NAMESPACE as namespace, clusterConfig, deploymentOf } from "./hpa/objects.ts";
import { RELAY_NODE_PORT, relayObjects, serveThrough } from "./hpa/relay.ts";
import { type Rival, rivals } from "./hpa/rivals.ts";
import { readyKind } from "./kind-fixture.ts";

/** Kubernetes' own HPA and ours, told the same: `KARMA_KIND=1`. */
const kind = await readyKind();

const cluster = `karma-hpa-${process.pid}`;
const folder = join(tmpdir(), cluster);
const kubeconfig = join(folder, "kubeconfig");
const relayImage = "node:24-bookworm-slim";
const TRIALS = 14;
const LONGEST_MS = 480_000;

async function run(tool: string, args: readonly string[], input?: string): Promise<string> {
  const options = { env: { KUBECONFIG: kubeconfig }, ...(input === undefined ? {} : { input }) };
  const { stdout } = await execa(tool, args, options);
  return stdout;
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
    await run("kind", ["create", "cluster", "--config", "-", "--wait", "120s"], clusterConfig(cluster, image));
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
    const away = ["delete", "cluster", "--name", cluster];
    // A busy Docker may give up on a container that is about to end.
    await run("kind", away).catch(() => run("kind", away));
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
