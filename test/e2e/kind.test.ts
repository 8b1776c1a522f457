import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Options, execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readyKind } from "./kind-fixture.ts";

/** What `karma generate` writes, on a real cluster: `npm run test:kind`. */
const kind = await readyKind();

const root = fileURLToPath(new URL("../../", import.meta.url));
const image = `karma-mock:e2e-${process.pid}`;
const folder = join(tmpdir(), `karma-kind-${process.pid}`);
const env = { KUBECONFIG: join(folder, "kubeconfig") };
const [one, other] = [`e2e-${process.pid}`, `e2e-${process.pid}-other`];
const cluster = `karma-${one}`;

/** The second service is the narrow one: 20 ms of work a request, a fifth of a core. */
const services = {
  gate: { cpu: 400, ram: 192, computation_throughput: 100, startup_s: 1 },
  narrow: { cpu: 200, ram: 192, computation_throughput: 10, startup_s: 1 },
};
const connections = [{ source: "gate", destination: "narrow" }];

async function run(tool: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { stdout } = await execa(tool, args, { cwd: folder, env, ...options });
  return String(stdout);
}

async function generated(name: string, ...options: readonly string[]): Promise<string> {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ name, services, connections }));
  const args = ["generate", `${name}.json`, "--image", image, "--request-share", "0.25", ...options];
  await run(process.execPath, [join(root, "bin/karma.js"), ...args]);
  return join(folder, "generated", name);
}

async function apply(name: string): Promise<void> {
  await run("kubectl", ["apply", "-f", join(folder, "generated", name, "manifests")]);
  await run("kubectl", ["-n", `karma-${name}`, "rollout", "status", "deployment", "--timeout=120s"]);
}

describe.skipIf(!kind.isReady)("a generated topology on kind", () => {
  let entry = "";

  beforeAll(async () => {
    mkdirSync(folder);
    const nodeImage = kind.isReady && kind.nodeImage !== undefined ? ["--node-image", kind.nodeImage] : [];
    const out = await generated(one, ...nodeImage);
    await run("docker", ["build", "-t", image, "-f", join(out, "Dockerfile"), join(root, "mocks")]);
    await run("kind", ["create", "cluster", "--config", join(out, "kind.yaml"), "--wait", "120s"]);
    await run("kind", ["load", "docker-image", image, "--name", cluster]);
    await apply(one);
    const port = /hostPort: (\d+)/.exec(readFileSync(join(out, "kind.yaml"), "utf8"))?.[1];
    entry = `http://127.0.0.1:${port}/default`;
  }, 600_000);

  afterAll(async () => {
    await run("kind", ["delete", "cluster", "--name", cluster], { reject: false });
    await run("docker", ["image", "rm", image], { reject: false });
    if (kind.isReady) await kind.down();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test("the entry answers through the chain, at the port of this machine", async () => {
    // The nodes hear of new pods up to a second or two later than the rollout is called done.
    await expect.poll(() => statusOf(entry), { timeout: 30_000, interval: 500 }).toBe(200);
    expect(await metric(one, "narrow", 'http_requests_total{endpoint="default",code="200"}')).toBeGreaterThan(0);
  });

  test("pods are nobody's root, write nowhere but to /tmp, and hold no token", async () => {
    expect(await inGate("id -u; grep CapEff /proc/1/status")).toMatch(/^1000\nCapEff:\s+0+$/);
    expect(await inGate("touch /app/x /x 2>/dev/null || echo refused; touch /tmp/x && echo written")).toBe(
      "refused\nwritten",
    );
    expect(await inGate("ls /var/run/secrets 2>/dev/null || echo none")).toBe("none");
  });

  test("a limit of 200m reads as a fifth of a core under saturating load", async () => {
    const stop = new AbortController();
    const load = Promise.all(Array.from({ length: 12 }, () => callUntil(entry, stop.signal)));
    await sleep(3_000);
    const from = await cpuOf(one, "narrow");
    await sleep(15_000);
    const to = await cpuOf(one, "narrow");
    stop.abort();
    const answered = (await load).reduce((sum, count) => sum + count, 0);
    const cores = (to.cpuS - from.cpuS) / (to.atS - from.atS);
    console.log(`200m reads as ${cores.toFixed(3)} cores; ${answered} answers`);
    expect(answered).toBeGreaterThan(50);
    expect(cores).toBeGreaterThan(0.18);
    expect(cores).toBeLessThan(0.22);
  });

  test("a second topology with services of the same names does not meet the first", async () => {
    await generated(other);
    await apply(other);
    const before = await metric(other, "narrow", 'http_requests_total{endpoint="default",code="200"}');
    for (let i = 0; i < 10; i++) expect(await statusOf(entry)).toBe(200);
    expect(await metric(other, "narrow", 'http_requests_total{endpoint="default",code="200"}')).toBe(before);
    await run("kubectl", ["delete", "-f", join(folder, "generated", other, "manifests"), "--wait=true"]);
    expect(await statusOf(entry)).toBe(200);
  });

  test("applying again changes nothing and replaces no pod", async () => {
    const pods = ["-n", `karma-${one}`, "get", "pods", "-o", "name"];
    const before = await run("kubectl", pods);
    const said = await run("kubectl", ["apply", "-f", join(folder, "generated", one, "manifests")]);
    expect(said.split("\n").filter((line) => !line.endsWith(" unchanged"))).toEqual([]);
    expect(await run("kubectl", pods)).toBe(before);
  });

  test("the API server takes the objects of every option, and knows each of their fields", async () => {
    await generated(one, "--hpa", "60", "--network-policy", "--out", "all-options");
    const strictly = ["apply", "--dry-run=server", "--validate=strict", "-f"];
    const said = await run("kubectl", [...strictly, join(folder, "all-options", "manifests")]);
    expect(said).toContain("horizontalpodautoscaler.autoscaling/narrow created");
    expect(said).toContain("networkpolicy.networking.k8s.io/narrow created");
  });

  test("no pod was restarted meanwhile", async () => {
    const restarts = "jsonpath={.items[*].status.containerStatuses[*].restartCount}";
    expect(await run("kubectl", ["-n", `karma-${one}`, "get", "pods", "-o", restarts])).toBe("0 0");
  });
});

function inGate(script: string): Promise<string> {
  return run("kubectl", ["-n", `karma-${one}`, "exec", "deploy/gate", "--", "sh", "-c", script]);
}

/** 0 where nobody answers. */
async function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );
}

/** Calls one after another; the number of answers. */
async function callUntil(url: string, signal: AbortSignal): Promise<number> {
  let answered = 0;
  while (!signal.aborted) if ((await statusOf(url)) === 200) answered++;
  return answered;
}

/** A value of the one pod of a service; 0 where there is none yet. */
async function metric(topology: string, service: string, series: string): Promise<number> {
  const namespace = `karma-${topology}`;
  const selector = `app.kubernetes.io/name=${service}`;
  const pod = await run("kubectl", ["-n", namespace, "get", "pods", "-l", selector, "-o", "name"]);
  const path = `/api/v1/namespaces/${namespace}/pods/${pod.replace("pod/", "")}:8080/proxy/metrics`;
  const lines = (await run("kubectl", ["get", "--raw", path])).split("\n");
  const line = lines.find((text) => text.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

async function cpuOf(topology: string, service: string): Promise<{ readonly cpuS: number; readonly atS: number }> {
  const cpuS = await metric(topology, service, "process_cpu_seconds_total");
  return { cpuS, atS: performance.now() / 1_000 };
}
