import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "karma-state-"));
const labels = {
  "app.kubernetes.io/part-of": "karma",
  "app.kubernetes.io/name": "cart",
  "app.kubernetes.io/instance": "shop",
};
const pod = {
  metadata: { name: "cart-1", labels },
  spec: { containers: [{ name: "mock", ports: [{ name: "http", containerPort: 8080 }] }] },
  status: { phase: "Running", podIP: "10.0.0.7" },
};
const deployment = { metadata: { name: "cart" }, spec: { replicas: 2 } };

/** Status of the answers by namespace; 200 gives the pod and the Deployment. */
const statuses = new Map<string, number>();
const tokens: unknown[] = [];
let api: Server;
let state: ChildProcess;
let url = "";

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  writeFileSync(join(folder, "token"), "secret\n");
  api = createServer(({ url: path = "", headers }, response) => {
    tokens.push(headers.authorization);
    const status = statuses.get(/namespaces\/([\w-]+)\//.exec(path)?.[1] ?? "") ?? 404;
    response.statusCode = status;
    response.end(JSON.stringify({ items: path.endsWith("/pods") ? [pod] : [deployment] }));
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const port = portOf(free);
  await new Promise((resolve) => free.close(resolve));
  url = `http://127.0.0.1:${port}`;
  const env = {
    API_URL: `http://127.0.0.1:${portOf(api)}`,
    TOKEN_FILE: join(folder, "token"),
    NAMESPACES: "karma-shop,karma-gone",
    PORT: String(port),
  };
  state = spawn(process.execPath, ["mocks/src/cluster-state.ts"], { env: { ...process.env, ...env }, stdio: "ignore" });
  const isUp = (): Promise<boolean> =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isUp())) await sleep(50);
});
afterAll(() => {
  state.kill("SIGKILL");
  api.closeAllConnections();
  api.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  statuses.clear();
});

test("a namespace that is gone, with the right to look into it, does not hide the others", async () => {
  for (const lost of [403, 404]) {
    statuses.set("karma-shop", 200).set("karma-gone", lost);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('kube_deployment_spec_replicas{namespace="karma-shop",deployment="cart"} 2');
    expect(text).not.toContain("karma-gone");
    expect(await (await fetch(`${url}/targets`)).json()).toMatchObject([{ targets: ["10.0.0.7:8080"] }]);
  }
  expect(new Set(tokens)).toEqual(new Set(["Bearer secret"]));
});

test("an API server that fails is no cluster without pods", async () => {
  statuses.set("karma-shop", 200).set("karma-gone", 500);
  expect((await fetch(`${url}/targets`)).status).toBe(503);
  expect((await fetch(`${url}/metrics`)).status).toBe(503);
});

test("without a right to look anywhere it says so instead of telling of nothing", async () => {
  statuses.set("karma-shop", 403).set("karma-gone", 403);
  expect((await fetch(`${url}/metrics`)).status).toBe(503);
});
