import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKubernetesApi } from "../../src/clusters/kubernetes/api.ts";
import { createApiCaller } from "../../src/clusters/kubernetes/cluster/api-caller.ts";
import type { KubernetesClusterClient } from "../../src/clusters/kubernetes/cluster/client.ts";
import { writeClusterSpec } from "../../src/clusters/kubernetes/cluster/cluster-spec.ts";
import { connectKubernetesCluster } from "../../src/clusters/kubernetes/cluster/connect.ts";
import { ensureControlToken } from "../../src/clusters/kubernetes/faults/control-token.ts";
import type { LoadResult } from "../../src/clusters/load/load-result.ts";
import { startLoad } from "../../src/clusters/load/start-load.ts";
import { kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";
import { createRng } from "../../src/core/rng.ts";
import { kubernetesOptions } from "../../src/system/compile/kubernetes-options.ts";
import { drawArrivalTimesMs } from "../../src/system/workload/arrival-times.ts";
import { BACK, allFaultCases, faultRatePerS, faultTopology, playFault } from "../contract/fault-cases.ts";
import { type KindCluster, createKindCluster } from "./kind-cluster.ts";
import { readyKind } from "./kind-fixture.ts";

/** Each fault shows on Kubernetes while it lasts, and not after: `npm run test:kind`. */
const kind = await readyKind();

const timing = scaleTiming(kubernetesTiming, 5);
const namespace = `karma-${faultTopology.name}`;
/** Three readiness probes take 15 s, the kubelet's back-off up to 40 s. */
const DURATION_MS = 40_000;
const LIMIT_MS = 90_000;
const url = `http://127.0.0.1:${kubernetesOptions(faultTopology.name, {}).nodePort}/work`;
const entries = faultTopology.entries.map((one) => ({ ...one, url }));

describe.skipIf(!kind.isReady)("faults on kind", () => {
  let made: KindCluster | undefined;
  let cluster: KubernetesClusterClient;
  let load: Promise<LoadResult>;
  const stop = new AbortController();
  const before = process.env["KUBECONFIG"];

  beforeAll(async () => {
    made = await createKindCluster(
      `karma-faults-${process.pid}`,
      faultTopology,
      kind.isReady ? kind.nodeImage : undefined,
    );
    process.env["KUBECONFIG"] = made.kubeconfig;
    await made.run("kubectl", ["create", "namespace", namespace]);
    const api = await openKubernetesApi(made.context);
    const caller = createApiCaller(api);
    await ensureControlToken(caller, namespace);
    await caller.close();
    await made.apply(faultTopology, { requestShare: 0.05, timeScale: timing.timeScale });
    await writeClusterSpec(api, namespace, { topology: faultTopology, timing, entries });
    cluster = await connectKubernetesCluster(api, namespace);
    load = sendLoad(stop.signal);
    load.catch(() => undefined);
    await cluster.clock.sleepUntil(cluster.clock.nowMs() + 12_000);
  }, 600_000);

  afterAll(async () => {
    stop.abort();
    await cluster?.close();
    await made?.delete();
    if (before === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = before;
    if (kind.isReady) await kind.down();
  }, 120_000);

  async function untilWell(): Promise<void> {
    await expect.poll(async () => (await cluster.observe()).ready[BACK], { timeout: LIMIT_MS, interval: 500 }).toBe(2);
  }

  function sendFlood(startTimesMs: Float64Array): void {
    const targets = entries.map((one) => ({ url: one.url, share: one.share }));
    const flood = { entries: targets, startTimesMs, seed: 1 };
    const { p95Ms } = faultTopology.objective;
    // One request of a user keeps the generator's schedule from being empty.
    const user = { entries: targets, startTimesMs: Float64Array.of(0), timeoutMs: 10_000, objectiveMs: p95Ms, seed: 1 };
    startLoad({ ...user, floods: [flood] }, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) console.error(error);
    });
  }

  test.each(allFaultCases(DURATION_MS, timing, 4).map((one) => [one.name, one] as const))(
    "%s shows in the readings while it lasts, and not after",
    async (_kind, fault) => {
      await cluster.heal();
      await cluster.scale("back", 2);
      await untilWell();
      const {
        before: calm,
        during,
        after,
      } = await playFault({ cluster, clock: cluster.clock, sendFlood }, fault, LIMIT_MS);
      expect(fault.isShown(during, calm), `during ${during}, before ${calm}`).toBe(true);
      expect(fault.isGone(after, calm), `after ${after}, before ${calm}`).toBe(true);
    },
    300_000,
  );

  test("heal ends what a dead run left, and configurations are again what was generated", async () => {
    const text = (): Promise<string> =>
      made!.run("kubectl", ["-n", namespace, "get", "configmap", "back-config", "--output", "jsonpath={.data}"]);
    await cluster.heal();
    const generated = await text();
    const at = { service: "back", atMs: 0, durationMs: 600_000 } as const;
    await cluster.inject({ ...at, kind: "contention", cores: 0.1, memoryMiB: 8 });
    await cluster.inject({ ...at, kind: "failing-readiness", share: 1 });
    await cluster.inject({ ...at, kind: "slow-start", factor: 3 });
    await expect.poll(async () => (await cluster.observe()).ready[BACK], { timeout: LIMIT_MS }).toBe(0);
    expect(await text()).not.toBe(generated);
    const other = await connectKubernetesCluster(await openKubernetesApi(made!.context), namespace);
    await other.heal();
    await other.close();
    expect(await text()).toBe(generated);
    await untilWell();
    await expect
      .poll(() => made!.run("kubectl", ["-n", namespace, "get", "jobs", "--output", "name"]), { timeout: LIMIT_MS })
      .toBe("");
  }, 300_000);
});

function sendLoad(signal: AbortSignal): Promise<LoadResult> {
  const workload = { ratePerS: new Float64Array(3_600).fill(faultRatePerS), stepMs: 1_000, faults: [] };
  return startLoad(
    {
      entries: entries.map((one) => ({ url: one.url, share: one.share })),
      startTimesMs: drawArrivalTimesMs(workload, "poisson", createRng(1)),
      timeoutMs: 10_000,
      objectiveMs: faultTopology.objective.p95Ms,
      connectionLifeMs: 2_000,
      seed: 1,
    },
    signal,
  );
}
