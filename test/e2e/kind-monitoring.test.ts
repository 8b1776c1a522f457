import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { panelRows } from "../../src/system/compile/monitoring/panels.ts";
import { ruleGroups } from "../../src/system/compile/monitoring/rules.ts";
import { topologyOf } from "../system/topology/fixtures.ts";
import { readyKind } from "./kind-fixture.ts";

/** `karma cluster up --monitoring` on a real cluster: `KARMA_KIND=1`. */
const kind = await readyKind();

const root = fileURLToPath(new URL("../../", import.meta.url));
const name = `watched-${process.pid}`;
const folder = join(tmpdir(), `karma-${name}`);
const env = { KUBECONFIG: join(folder, "kubeconfig"), KARMA_STATE_DIR: join(folder, "state") };
const document = {
  name,
  services: {
    gate: { cpu: 300, ram: 128, computation_throughput: 100, startup_s: 1, max_replicas: 9 },
    narrow: { cpu: 200, ram: 128, computation_throughput: 40, startup_s: 1 },
  },
  connections: [{ source: "gate", destination: "narrow" }],
};
const topology = topologyOf(document);

async function run(tool: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execa(tool, args, { cwd: folder, env });
  return stdout;
}

function karma(...args: readonly string[]): Promise<string> {
  return run(process.execPath, join(root, "bin/karma.js"), ...args);
}

type Up = {
  readonly entries: readonly { readonly url: string }[];
  readonly warnings: readonly { readonly path: string }[];
};

type Found = { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] };

/** What Prometheus answers, through the API server. */
async function prometheus<Data>(path: string): Promise<Data> {
  const service = "/api/v1/namespaces/karma-monitoring/services/prometheus:9090/proxy/api/v1";
  const { data } = JSON.parse(await run("kubectl", "get", "--raw", `${service}/${path}`)) as { readonly data: Data };
  return data;
}

async function query(expr: string): Promise<readonly Found[]> {
  const path = `query?query=${encodeURIComponent(expr)}`;
  return (await prometheus<{ readonly result: readonly Found[] }>(path)).result;
}

describe.skipIf(!kind.isReady)("a topology that is watched on kind", () => {
  const stop = new AbortController();
  let up: Up;
  let load: Promise<unknown> = Promise.resolve();

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "topology.json"), JSON.stringify(document));
    const image = kind.isReady && kind.nodeImage !== undefined ? ["--node-image", kind.nodeImage] : [];
    const options = ["--on", "kind", "--monitoring", "--request-share", "0.5", ...image];
    up = JSON.parse(await karma("cluster", "up", "topology.json", ...options, "--json")) as Up;
    load = callUntil(up.entries[0]!.url, stop.signal);
  }, 600_000);

  afterAll(async () => {
    stop.abort();
    await load;
    await karma("cluster", "down", "topology.json");
    if (kind.isReady) await kind.down();
    rmSync(folder, { recursive: true, force: true });
  }, 180_000);

  test("every line of every panel has data, and the load is the one that is sent", { retry: 0 }, async () => {
    const lines = panelRows(topology).flatMap((row) =>
      row.panels.flatMap((panel) => panel.lines.map((line) => ({ ...line, where: `${row.title}: ${panel.title}` }))),
    );
    // Rates over a minute of scrapes.
    await sleep(75_000);
    const empty: string[] = [];
    for (const { where, legend, expr } of lines) {
      const found = await query(expr);
      const isSeen = found.length > 0 && found.every(({ value }) => Number.isFinite(Number(value[1])));
      if (!isSeen) empty.push(`${where}, ${legend}: ${expr}`);
    }
    console.log(`${lines.length} lines of panels asked for, ${empty.length} without data`);
    expect(empty).toEqual([]);
    const rows = panelRows(topology);
    const loadLine = rows[0]!.panels[0]!.lines[0]!;
    const perS = Number((await query(loadLine.expr))[0]!.value[1]);
    expect(perS).toBeGreaterThan(CALLS_PER_S * 0.7);
    expect(perS).toBeLessThan(CALLS_PER_S * 1.2);
    const replicas = rows[1]!.panels.find(({ title }) => title === "Replicas")!;
    const sizes = await Promise.all(replicas.lines.map(({ expr }) => query(expr)));
    expect(sizes.map((found) => Number(found[0]!.value[1]))).toEqual([1, 1, 1, 9]);
  });

  test("every rule is one that Prometheus takes and can evaluate, and pods that run alert nobody", async () => {
    type Rules = { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
    type Rule = {
      readonly name: string;
      readonly health: string;
      readonly lastError?: string;
      readonly state?: string;
    };
    const loaded = (await prometheus<Rules>("rules")).groups.flatMap(({ rules }) => rules);
    expect(loaded.filter(({ health }) => health !== "ok")).toEqual([]);
    expect(loaded).toHaveLength(ruleGroups(topology).flatMap(({ rules }) => rules).length);
    // Those on latency and CPU may have their reasons on a machine that others use too.
    const calm = new Set(["KarmaPodsPending", "KarmaCrashLooping", "KarmaReplicasAtMaximum"]);
    expect(loaded.filter((rule) => rule.state === "firing" && calm.has(rule.name))).toEqual([]);
    expect(await query(`karma:service_replicas:max{topology="${name}"}`)).toHaveLength(2);
  });

  test("pods that find no room are told by an alert", { retry: 0 }, async () => {
    await run("kubectl", "-n", `karma-${name}`, "scale", "deployment/gate", "--replicas=9");
    const firing = async (): Promise<readonly string[]> =>
      (await query(`ALERTS{alertstate="firing",topology="${name}"}`)).map(({ metric }) => metric["alertname"]!);
    await expect.poll(firing, { timeout: 180_000, interval: 5_000 }).toContain("KarmaPodsPending");
    await run("kubectl", "-n", `karma-${name}`, "scale", "deployment/gate", "--replicas=1");
  });

  test("where Grafana does not run, that is said, and nothing else is amiss", async () => {
    const ready = "jsonpath={.status.readyReplicas}";
    const isRunning =
      (await run("kubectl", "-n", "karma-monitoring", "get", "deployment/grafana", "-o", ready)) === "1";
    expect(up.warnings.map(({ path }) => path)).toEqual(isRunning ? [] : ["grafana"]);
  });
});

const CALLS_PER_S = 10;

/** So many calls a second, whatever becomes of them. */
async function callUntil(url: string, signal: AbortSignal): Promise<void> {
  const open = new Set<Promise<unknown>>();
  while (!signal.aborted) {
    const call = fetch(url)
      .then((response) => response.arrayBuffer())
      .catch(() => undefined)
      .finally(() => open.delete(call));
    open.add(call);
    await sleep(1_000 / CALLS_PER_S);
  }
  await Promise.all(open);
}
