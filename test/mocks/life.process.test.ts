import { once } from "node:events";
import { expect, test } from "vitest";
import { configOf, endpointOf } from "./valid-config.ts";
import { configPath, readMetric, sleep, spawnReplica, startReplica, statusOf, until } from "./start-replica.ts";

const long = endpointOf({ workMs: { kind: "constant", mean: 600 } });

test("a replica is alive at once and ready when its start-up time is over", async () => {
  const startMs = performance.now();
  const replica = await startReplica(configOf(), { STARTUP_MS: "1500" });
  expect(await statusOf(`${replica.url}/healthz`)).toBe(200);
  expect(await statusOf(`${replica.url}/readyz`)).toBe(503);
  await until(async () => (await statusOf(`${replica.url}/readyz`)) === 200);
  expect(performance.now() - startMs).toBeGreaterThan(1_450);
});

test("the metrics have the agreed names, and neither probes nor the warm-up count as requests", async () => {
  const replica = await startReplica(configOf());
  const text = await (await fetch(`${replica.url}/metrics`)).text();
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  expect(names.sort()).toEqual([
    "http_request_duration_seconds histogram",
    "http_requests_total counter",
    "mock_cpu_throttled_seconds_total counter",
    "mock_flood_requests_total counter",
    "mock_requests_in_flight gauge",
    "mock_requests_queued gauge",
    "mock_wait_seconds_total counter",
    "mock_work_seconds_total counter",
    "process_cpu_seconds_total counter",
    "process_resident_memory_bytes gauge",
  ]);
  expect(text.match(/^http_requests_total.*/gm)).toEqual([`http_requests_total{endpoint="work",code="200"} 0`]);
  expect(await readMetric(replica, `http_request_duration_seconds_count{endpoint="work"}`)).toBe(0);
  expect(await readMetric(replica, "mock_work_seconds_total")).toBe(0);
  expect(await readMetric(replica, "process_resident_memory_bytes")).toBeGreaterThan(1e7);
});

test("SIGTERM: not ready any more, no new connections, what is in flight is finished, exit code 0", async () => {
  const replica = await startReplica(configOf({ endpoints: [long] }));
  const answers = Promise.all([fetch(`${replica.url}/work`), fetch(`${replica.url}/work`)]);
  await until(async () => (await readMetric(replica, "mock_requests_in_flight")) === 2);
  replica.child.kill("SIGTERM");
  // Over a connection that is open already.
  await until(async () => (await statusOf(`${replica.url}/readyz`)) === 503);
  for (const answer of await answers) {
    expect(answer.status).toBe(200);
    expect(answer.headers.get("connection")).toBe("close");
  }
  expect(await replica.exited).toBe(0);
  await expect(fetch(`${replica.url}/healthz`)).rejects.toThrow("fetch failed");
});

test("draining is bounded, by 10 s divided by the time scale", async () => {
  const stuck = endpointOf({ addedLatencyMs: { kind: "constant", mean: 60_000 } });
  const replica = await startReplica(configOf({ endpoints: [stuck], timeScale: 20 }));
  fetch(`${replica.url}/work`).catch(() => "cut off, as expected");
  await until(async () => (await readMetric(replica, "mock_requests_in_flight")) === 1);
  const fromMs = performance.now();
  replica.child.kill("SIGTERM");
  expect(await replica.exited).toBe(0);
  expect(performance.now() - fromMs).toBeGreaterThan(450);
  expect(performance.now() - fromMs).toBeLessThan(5_000);
});

test("a replica ends at once when whoever started it is gone", async () => {
  const replica = await startReplica(configOf({ endpoints: [long] }));
  fetch(`${replica.url}/work`).catch(() => "cut off, as expected");
  replica.child.disconnect();
  expect(await Promise.race([replica.exited, sleep(2_000)])).toBe(0);
});

test("a replica that is still starting ends too", async () => {
  const child = spawnReplica(configPath(configOf()));
  const exited = once(child, "exit");
  child.disconnect();
  expect(await Promise.race([exited, sleep(5_000)])).toEqual([0, null]);
});

const certain = { warning: 0, error: 0, degraded: 0, failure: 0 };

test("incidents happen once a minute of the scenario", async () => {
  const failing = await startReplica(configOf({ timeScale: 100, incidents: { ...certain, failure: 1, warning: 1 } }));
  expect(await failing.exited).toBe(1);
  expect(failing.output()).toContain(`"event":"incident"`);
  const [warning, failure] = failing
    .output()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(warning).toMatchObject({ service: "shop", pod: "pod-1", kind: "warning" });
  expect(failure).toMatchObject({ kind: "failure" });
});

test("an error incident makes about 5 % of the requests fail", async () => {
  const quick = endpointOf({ workMs: { kind: "constant", mean: 0 } });
  // A minute of the scenario takes 0.6 s here, and the errors last for half of each.
  const replica = await startReplica(
    configOf({ endpoints: [quick], timeScale: 100, incidents: { ...certain, error: 1 } }),
  );
  const statuses: number[] = [];
  const endMs = performance.now() + 3_000;
  while (performance.now() < endMs)
    statuses.push(...(await Promise.all(Array.from({ length: 16 }, () => statusOf(`${replica.url}/work`)))));
  const share = statuses.filter((status) => status === 500).length / statuses.length;
  expect(share).toBeGreaterThan(0.005);
  expect(share).toBeLessThan(0.06);
});

test.each([
  ["a missing config", "/no/such/config.json", {}, "cannot read the config"],
  ["a broken config", configPath({ service: "shop" }), {}, "cpuLimitMilli   expected a number > 0, got nothing"],
  [
    "a broken variable",
    configPath(configOf()),
    { PORT: "many" },
    `PORT   expected a whole number from 0 to 65535, got "many"`,
  ],
])("%s is refused with a message and exit code 1", async (_title, path, env, message) => {
  const child = spawnReplica(path, env);
  let errors = "";
  child.stderr!.on("data", (chunk) => (errors += chunk));
  expect(await once(child, "close")).toEqual([1, null]);
  expect(errors).toContain(message);
});
