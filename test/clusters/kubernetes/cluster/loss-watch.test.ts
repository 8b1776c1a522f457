import { expect, onTestFinished, test } from "vitest";
import { createApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-caller.ts";
import { createLossWatch } from "../../../../src/clusters/kubernetes/cluster/loss-watch.ts";
import { shippedTopology } from "../../../team/chain.ts";
import { kubernetesTiming } from "../../../../src/control/loop/timing.ts";
import { type FakeApiServer, fail, startFakeApiServer } from "./fake-api-server.ts";

const path = "GET /api/v1/namespaces/karma-shop/configmaps/karma-cluster";
const spec = { version: 1, topology: shippedTopology("karma-two-services"), timing: kubernetesTiming, entries: [] };
const there = (): unknown => ({
  metadata: { creationTimestamp: "2026-01-01T00:00:00Z" },
  data: { "cluster.json": JSON.stringify(spec) },
});

type Rig = {
  readonly server: FakeApiServer;
  readonly whyLost: () => Promise<Error | undefined>;
  readonly passMs: (ms: number) => void;
};

async function rig(): Promise<Rig> {
  const server = await startFakeApiServer({ [path]: there });
  const caller = createApiCaller(server.api);
  onTestFinished(async () => {
    await caller.close();
    await server.close();
  });
  let nowMs = 0;
  const whyLost = createLossWatch(caller, "karma-shop", { nowMs: () => nowMs });
  return { server, whyLost, passMs: (ms) => void (nowMs += ms) };
}

test("a cluster that is there is not lost, and is asked for no more than every two seconds", async () => {
  const { server, whyLost, passMs } = await rig();
  for (let k = 0; k < 8; k++) {
    expect(await whyLost()).toBeUndefined();
    passMs(500);
  }
  expect(server.seen).toHaveLength(2);
});

test("a cluster that somebody took down is lost at once", async () => {
  const { server, whyLost } = await rig();
  server.routes.delete(path);
  expect(await whyLost()).toMatchObject({ code: "NOT_READY", message: expect.stringContaining("is gone") });
});

test("an API server that fails for some seconds is not lost, one that fails for longer is", async () => {
  const { server, whyLost, passMs } = await rig();
  server.routes.set(path, fail(503, "starting"));
  for (const isLost of [false, false, true]) {
    expect((await whyLost()) !== undefined).toBe(isLost);
    passMs(8_000);
  }
});

test("a failure that passes starts the patience anew", async () => {
  const { server, whyLost, passMs } = await rig();
  for (const isUp of [false, true, false, false]) {
    server.routes.set(path, isUp ? there : fail(503, "starting"));
    expect(await whyLost()).toBeUndefined();
    passMs(10_000);
  }
});
