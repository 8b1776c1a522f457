import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { readMetric, sleep, startReplica, statusOf, until } from "./start-replica.ts";
import { configOf } from "./valid-config.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

describe("the control route", () => {
  test("is not there without a token", async () => {
    const { url } = await startReplica(configOf());
    const headers = { "x-karma-token": TOKEN };
    expect(await statusOf(`${url}/-/fault`, { method: "POST", headers, body: '{"kind":"exit"}' })).toBe(404);
    expect(await statusOf(`${url}/readyz`)).toBe(200);
  });

  test("takes orders from whoever knows the token, and from nobody else", async () => {
    const { url } = await startReplica(configOf(), { CONTROL_TOKEN: TOKEN });
    const post = (token: string | undefined, body: string): Promise<number> =>
      statusOf(`${url}/-/fault`, {
        method: "POST",
        body,
        headers: token === undefined ? {} : { "x-karma-token": token },
      });
    const order = '{"kind":"unready","forMs":60000}';
    expect(await post(undefined, order)).toBe(401);
    expect(await post(`${TOKEN}0`, order)).toBe(401);
    expect(await post(TOKEN, "no order")).toBe(400);
    expect(await post(TOKEN, '{"kind":"unready"}')).toBe(400);
    expect(await post(TOKEN, " ".repeat(5_000))).toBe(413);
    expect(await statusOf(`${url}/readyz`)).toBe(200);
    expect(await post(TOKEN, order)).toBe(204);
    expect(await statusOf(`${url}/readyz`)).toBe(503);
    expect(await statusOf(`${url}/work`)).toBe(200);
    expect(await post(TOKEN, '{"kind":"heal"}')).toBe(204);
    expect(await statusOf(`${url}/readyz`)).toBe(200);
  });

  test("ends the process with exit code 1, after it has answered", async () => {
    const { url, exited } = await startReplica(configOf(), { CONTROL_TOKEN: TOKEN });
    const headers = { "x-karma-token": TOKEN };
    expect(await statusOf(`${url}/-/fault`, { method: "POST", headers, body: '{"kind":"exit"}' })).toBe(204);
    expect(await exited).toBe(1);
  });
});

test("orders of the process that started it are obeyed, and end by themselves", async () => {
  const { child, url } = await startReplica(configOf());
  child.send({ kind: "no-metrics", forMs: 800 });
  child.send({ kind: "work", factor: 1e9, forMs: 800 });
  await until(async () => (await statusOf(`${url}/metrics`)) === 503);
  await until(async () => (await statusOf(`${url}/metrics`)) === 200);
});

test("more work is more CPU, and requests of a flood are counted apart", async () => {
  const replica = await startReplica(configOf());
  const spent = async (count: number): Promise<number> => {
    const before = await readMetric(replica, "mock_work_seconds_total");
    for (let i = 0; i < count; i++) await statusOf(`${replica.url}/work`, { headers: { "x-karma-load": "flood" } });
    return ((await readMetric(replica, "mock_work_seconds_total")) - before) * 1_000;
  };
  const calm = await spent(30);
  replica.child.send({ kind: "work", factor: 4, forMs: 60_000 });
  await sleep(100);
  expect((await spent(30)) / calm).toBeGreaterThan(3);
  expect(await readMetric(replica, "mock_flood_requests_total")).toBe(60);
});

test("a replica that starts slowly by its config is ready so much later", async () => {
  const faults = [{ kind: "startup", factor: 5, untilEpochMs: Date.now() + 60_000 }] as const;
  const startedMs = performance.now();
  const { url } = await startReplica(configOf({ faults }), { STARTUP_MS: "500" });
  await until(async () => (await statusOf(`${url}/readyz`)) === 200);
  expect(performance.now() - startedMs).toBeGreaterThan(2_400);
});

describe("a neighbour", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  function start(...args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, ["mocks/src/neighbour.ts", ...args], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    children.push(child);
    return child;
  }

  test("ends after its time", async () => {
    expect(await exitOf(start("0.2", "8", "1"))).toBe(0);
  });

  test("ends with whoever started it", async () => {
    const child = start("0", "1", "600");
    const exit = exitOf(child);
    child.stdout!.once("data", () => child.disconnect());
    expect(await exit).toBe(0);
  });

  test("refuses amounts that are none", async () => {
    expect(await exitOf(start("x", "8", "1"))).toBe(1);
    expect(await exitOf(start("1", "8"))).toBe(1);
  });

  test.runIf(process.platform === "linux")("holds the memory it was told to", async () => {
    const child = start("0", "200", "60");
    await new Promise((resolve) => child.stdout!.once("data", resolve));
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))!;
    expect(Number(kib) / 1_024).toBeGreaterThan(200);
  });
});

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}

test("a limit that is divided by an order holds where no limit is emulated, and ends by itself", async () => {
  const slow = { ...configOf().endpoints[0]!, workMs: { kind: "constant", mean: 100 } } as const;
  const { child, url, ...rest } = await startReplica(configOf({ cpuLimitMilli: 1_000, endpoints: [slow] }));
  const heldBackS = (): Promise<number> => readMetric({ child, url, ...rest }, "mock_cpu_throttled_seconds_total");
  await statusOf(`${url}/work`);
  expect(await heldBackS()).toBe(0);
  child.send({ kind: "limit", factor: 5, forMs: 3_000 });
  await statusOf(`${url}/work`);
  // 100 ms of work at 20 ms in each 100 ms: four times it stands still, most of a period.
  expect(await heldBackS()).toBeGreaterThan(0.2);
  child.send({ kind: "heal" });
  await statusOf(`${url}/work`);
  const sinceS = await heldBackS();
  await statusOf(`${url}/work`);
  expect(await heldBackS()).toBe(sinceS);
});
