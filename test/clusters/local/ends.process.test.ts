import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { connectLocalCluster } from "../../../src/clusters/local/client.ts";
import { listLocalClusters } from "../../../src/clusters/local/list.ts";
import { identify } from "../../../src/clusters/local/process-identity.ts";
import type { LocalClusterStatus } from "../../../src/clusters/local/protocol.ts";
import { type LocalClusterOptions, startLocalCluster } from "../../../src/clusters/local/start.ts";
import { clusterDir, clustersDir, readState } from "../../../src/clusters/local/state.ts";
import { sweepLocalClusters } from "../../../src/clusters/local/sweep.ts";
import { contractTiming, contractTopology } from "../../contract/cluster-contract.ts";
import { isFree, processesOf, untilNoProcessOf } from "./leftovers.ts";
import { useStateDir } from "./state-dir.ts";

useStateDir();
afterEach(async () => void (await sweepLocalClusters()));

const options: LocalClusterOptions = {
  topology: contractTopology,
  timing: contractTiming,
  seed: 1,
  bound: true,
  initialReplicas: [1, 2],
};

/** Starts a cluster from a process of its own, which says when it is up and then waits for ever. */
function spawnStarter(isBound: boolean): ChildProcess {
  const start = new URL("../../../src/clusters/local/start.ts", import.meta.url).href;
  const script = `
    const { startLocalCluster } = await import(${JSON.stringify(start)});
    await startLocalCluster(${JSON.stringify({ ...options, bound: isBound })});
    console.log("up");
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void starter.kill("SIGKILL"));
  return starter;
}

async function untilUp(starter: ChildProcess): Promise<LocalClusterStatus> {
  await once(starter.stdout!, "data");
  const client = await connectLocalCluster("contract");
  return client.status();
}

function portsOf({ services }: LocalClusterStatus): number[] {
  return services.flatMap(({ url, pods }) => [Number(new URL(url).port), ...pods.flatMap(({ port }) => port ?? [])]);
}

async function expectFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) expect(await isFree(port), `port ${port}`).toBe(true);
}

test("down leaves no process, no port and no file", async () => {
  const cluster = await startLocalCluster(options);
  const ports = portsOf(await cluster.status());
  expect(ports).toHaveLength(5);
  expect(processesOf(clusterDir("contract"))).toHaveLength(4);
  await cluster.down();
  expect(processesOf(clusterDir("contract"))).toEqual([]);
  await expectFree(ports);
  expect(listLocalClusters()).toEqual([]);
  await expect(cluster.observe()).rejects.toThrow(/does not answer/);
  await expect(connectLocalCluster("contract")).rejects.toThrow(/no local cluster contract is up/);
});

test("a cluster that is not bound outlives the command that started it, until it is swept", async () => {
  const starter = spawnStarter(false);
  const before = await untilUp(starter);
  starter.kill("SIGKILL");
  await once(starter, "exit");
  await sleep(300);
  const cluster = await connectLocalCluster("contract");
  const after = await cluster.status();
  expect(after.supervisorPid).toBe(before.supervisorPid);
  expect(after.services.map(({ ready }) => ready)).toEqual([1, 2]);
  expect(listLocalClusters()).toMatchObject([{ name: "contract", isUp: true, isStarting: false }]);
  expect(await sweepLocalClusters("contract")).toEqual([{ name: "contract", wasUp: true, killedPids: [] }]);
  expect(processesOf(clustersDir())).toEqual([]);
  await expectFree(portsOf(after));
});

test("a bound cluster ends by itself when the process that started it is killed", async () => {
  const starter = spawnStarter(true);
  const status = await untilUp(starter);
  starter.kill("SIGKILL");
  expect(await untilNoProcessOf(clustersDir())).toEqual([]);
  await expectFree(portsOf(status));
  expect(listLocalClusters()).toEqual([]);
});

test.each([false, true])("a starter killed at any moment on the way leaves nothing (bound: %s)", async (isBound) => {
  for (const afterMs of [40, 90, 150, 220, 300, 420, 550]) {
    const starter = spawnStarter(isBound);
    let isUp = false;
    starter.stdout!.once("data", () => (isUp = true));
    await sleep(afterMs);
    starter.kill("SIGKILL");
    await once(starter, "exit");
    if (!isUp || isBound) expect(await untilNoProcessOf(clustersDir()), `after ${afterMs} ms`).toEqual([]);
    await sweepLocalClusters();
    expect(processesOf(clustersDir())).toEqual([]);
    expect(listLocalClusters()).toEqual([]);
  }
});

test("pods end by themselves when their supervisor is killed, and the sweep clears the rest", async () => {
  const cluster = await startLocalCluster(options);
  const status = await cluster.status();
  process.kill(status.supervisorPid, "SIGKILL");
  expect(await untilNoProcessOf(clustersDir())).toEqual([]);
  await expectFree(portsOf(status));
  expect(listLocalClusters()).toMatchObject([{ name: "contract", isUp: false }]);
  expect(await sweepLocalClusters()).toMatchObject([{ name: "contract", wasUp: false }]);
  expect(listLocalClusters()).toEqual([]);
});

test("a supervisor killed at any moment of the start leaves nothing but what a sweep clears", async () => {
  for (const afterMs of [5, 30, 80, 150, 230, 330]) {
    const starting = startLocalCluster(options);
    const outcome = starting.then(
      () => "up",
      () => "failed",
    );
    let supervisors = processesOf(`supervisor-process.ts ${clusterDir("contract")}`);
    for (; supervisors.length === 0; await sleep(2))
      supervisors = processesOf(`supervisor-process.ts ${clusterDir("contract")}`);
    await sleep(afterMs);
    process.kill(supervisors[0]!, "SIGKILL");
    await outcome;
    expect(await untilNoProcessOf(clustersDir()), `after ${afterMs} ms`).toEqual([]);
    await sweepLocalClusters();
    expect(listLocalClusters()).toEqual([]);
  }
});

test("the sweep kills what a dead supervisor left even when it would not end by itself", async () => {
  const podProgram = join(clustersDir(), "..", "stubborn.ts");
  writeFileSync(
    podProgram,
    `import { createServer } from "node:http";
     process.on("disconnect", () => {});
     process.on("SIGTERM", () => {});
     const server = createServer((request, response) => response.end("ok"));
     server.listen(0, "127.0.0.1", () => process.send({ type: "listening", port: server.address().port }));`,
  );
  const cluster = await startLocalCluster({ ...options, podProgram });
  const status = await cluster.status();
  process.kill(status.supervisorPid, "SIGKILL");
  await sleep(300);
  expect(processesOf(clustersDir())).toHaveLength(3);
  const [swept] = await sweepLocalClusters("contract");
  const pids = status.services.flatMap(({ pods }) => pods.map(({ pid }) => pid));
  expect(new Set(swept?.killedPids)).toEqual(new Set(pids));
  expect(processesOf(clustersDir())).toEqual([]);
  await expectFree(portsOf(status));
});

test("a recorded pid that belongs to another process now is left alone", async () => {
  const bystander = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  onTestFinished(() => void bystander.kill("SIGKILL"));
  const directory = clusterDir("old");
  mkdirSync(directory, { recursive: true });
  const stranger = { pid: bystander.pid!, started: "long ago" };
  writeFileSync(
    join(directory, "state.json"),
    JSON.stringify({ id: "none", supervisor: stranger, pods: [{ ...stranger, name: "a-1" }] }),
  );
  expect(await sweepLocalClusters()).toEqual([{ name: "old", wasUp: false, killedPids: [] }]);
  expect(identify(bystander.pid!)).toBeDefined();
});

test("a second start of the same cluster is refused with a hint; the first is untouched", async () => {
  const cluster = await startLocalCluster(options);
  await expect(startLocalCluster(options)).rejects.toMatchObject({
    name: "KarmaError",
    message: "local cluster contract is up already",
    hint: expect.stringContaining("karma cluster down"),
  });
  expect((await cluster.observe()).ready).toEqual(Float64Array.of(1, 2));
  await cluster.down();
});

test("of two starts at the same time one wins", async () => {
  const results = await Promise.allSettled([startLocalCluster(options), startLocalCluster(options)]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const winner = await connectLocalCluster("contract");
  expect((await winner.observe()).ready).toEqual(Float64Array.of(1, 2));
  await winner.down();
});

test("clusters of two topologies do not meet", async () => {
  const other = { ...options, topology: { ...contractTopology, name: "other" }, initialReplicas: [1, 1] };
  const [a, b] = await Promise.all([startLocalCluster(options), startLocalCluster(other)]);
  await a.scale("back", 3);
  expect((await b.observe()).desired).toEqual(Float64Array.of(1, 1));
  expect(new Set([...a.entryUrls(), ...b.entryUrls()].map(({ url }) => url)).size).toBe(2);
  await a.down();
  expect(listLocalClusters()).toMatchObject([{ name: "other", isUp: true }]);
  expect((await b.observe()).ready).toEqual(Float64Array.of(1, 1));
  await b.down();
});

test("what a dead cluster left does not stand in the way of a new start", async () => {
  const first = await startLocalCluster(options);
  process.kill((await first.status()).supervisorPid, "SIGKILL");
  await untilNoProcessOf(clustersDir());
  const second = await startLocalCluster(options);
  expect((await second.observe()).ready).toEqual(Float64Array.of(1, 2));
  await second.down();
});

test("an aborted start leaves nothing and rejects with the signal's reason", async () => {
  for (const afterMs of [0, 60, 150]) {
    const controller = new AbortController();
    const starting = startLocalCluster(options, controller.signal);
    setTimeout(() => controller.abort(new Error("enough")), afterMs);
    await expect(starting).rejects.toThrow("enough");
    expect(processesOf(clustersDir())).toEqual([]);
    expect(listLocalClusters()).toEqual([]);
  }
});

test("a pod that cannot start is an error that says what the pod said, and nothing is left", async () => {
  const podProgram = join(clustersDir(), "..", "broken.ts");
  writeFileSync(podProgram, `console.error("no such spoon"); process.exit(3);`);
  await expect(startLocalCluster({ ...options, podProgram })).rejects.toMatchObject({
    name: "KarmaError",
    code: "TOOL_FAILED",
    message: expect.stringMatching(/pod (front|back)-[12] ended before it was ready: exit code 3/),
    hint: expect.stringContaining("no such spoon"),
  });
  expect(processesOf(clustersDir())).toEqual([]);
  expect(listLocalClusters()).toEqual([]);
});

test("only its owner can read the state, and only the token opens the control port", async () => {
  const cluster = await startLocalCluster(options);
  const directory = clusterDir("contract");
  expect(statSync(clustersDir()).mode & 0o777).toBe(0o700);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, "state.json")).mode & 0o777).toBe(0o600);
  const { controlUrl } = readState(directory)!;
  const request = { method: "POST", body: JSON.stringify({ verb: "down" }) };
  expect((await fetch(controlUrl, request)).status).toBe(401);
  expect((await fetch(controlUrl, { ...request, headers: { authorization: "Bearer guess" } })).status).toBe(401);
  expect((await cluster.observe()).ready).toEqual(Float64Array.of(1, 2));
  await cluster.down();
});
