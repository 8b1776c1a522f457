import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKubernetesApi } from "../../src/clusters/kubernetes/api.ts";
import { createApiCaller } from "../../src/clusters/kubernetes/cluster/api-caller.ts";
import { serviceImage } from "../../src/clusters/kubernetes/faults/neighbours.ts";
import { runLoadInCluster } from "../../src/clusters/kubernetes/load/run-in-cluster.ts";
import type { LoadSpec } from "../../src/clusters/load/load-spec.ts";
import { addressOf } from "../../src/system/compile/kubernetes-names.ts";
import { faultTopology } from "../contract/fault-cases.ts";
import { type KindCluster, createKindCluster } from "./kind-cluster.ts";
import { readyKind } from "./kind-fixture.ts";

/** Load from within a cluster: `npm run test:kind`. */
const kind = await readyKind();

const namespace = `karma-${faultTopology.name}`;

describe.skipIf(!kind.isReady)("a load from within a cluster", () => {
  let made: KindCluster | undefined;
  const before = process.env["KUBECONFIG"];

  beforeAll(async () => {
    made = await createKindCluster(
      `karma-load-${process.pid}`,
      faultTopology,
      kind.isReady ? kind.nodeImage : undefined,
    );
    process.env["KUBECONFIG"] = made.kubeconfig;
    await made.apply(faultTopology, { requestShare: 0.05 });
  }, 600_000);

  afterAll(async () => {
    await made?.delete();
    if (before === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = before;
    if (kind.isReady) await kind.down();
  }, 120_000);

  async function send(spec: LoadSpec, signal: AbortSignal): ReturnType<typeof runLoadInCluster> {
    const caller = createApiCaller(await openKubernetesApi(made!.context));
    try {
      const image = await serviceImage(caller, namespace, "front");
      return await runLoadInCluster({ caller, namespace, image }, spec, signal);
    } finally {
      await caller.close();
    }
  }

  async function left(): Promise<string> {
    const kinds = "jobs,pods,configmaps";
    return made!.run("kubectl", ["-n", namespace, "get", kinds, "-l", "karma-sim/load", "--output", "name"]);
  }

  test("comes back through the pod's log, and leaves nothing", async () => {
    const result = await send(specOf(), new AbortController().signal);
    expect(result.requests).toBe(100);
    expect(result.ok).toBeGreaterThan(90);
    expect(result.flood.requests).toBe(40);
    expect(result.timeline.requests).toHaveLength(10);
    const front = await made!.run("kubectl", [
      "-n",
      namespace,
      "get",
      "pods",
      "-l",
      "app.kubernetes.io/name=front",
      "-o",
      "name",
    ]);
    const counts = await Promise.all(front.split("\n").map((pod) => answeredBy(pod.trim().replace("pod/", ""))));
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(140);
    expect(Math.min(...counts), "one replica got nothing").toBeGreaterThan(0);
    await expect.poll(left, { timeout: 60_000 }).toBe("");
  });

  test("that is given up leaves nothing either", async () => {
    const stop = new AbortController();
    const spec = specOf({ startTimesMs: Float64Array.from({ length: 600 }, (_, i) => 1_000 * i) });
    const sent = send(spec, stop.signal);
    await expect.poll(left, { timeout: 60_000 }).toContain("job.batch/");
    stop.abort(new Error("enough"));
    await expect(sent).rejects.toThrow("enough");
    await expect.poll(left, { timeout: 60_000 }).toBe("");
  });

  /** Requests that a pod has answered. */
  async function answeredBy(pod: string): Promise<number> {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}:8080/proxy/metrics`;
    const text = await made!.run("kubectl", ["get", "--raw", path]);
    return [...text.matchAll(/^http_requests_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  }
});

function specOf(changes: Partial<LoadSpec> = {}): LoadSpec {
  return {
    entries: [{ url: `${addressOf("front")}/work`, share: 1 }],
    startTimesMs: Float64Array.from({ length: 100 }, (_, i) => 100 * i),
    floods: [
      {
        entries: [{ url: `${addressOf("front")}/work`, share: 1 }],
        startTimesMs: Float64Array.from({ length: 40 }, (_, i) => 50 * i),
        seed: 2,
      },
    ],
    timeoutMs: 10_000,
    objectiveMs: 5_000,
    seed: 1,
    ...changes,
  };
}
