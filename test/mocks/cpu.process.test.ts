import { expect, test } from "vitest";
import { configOf, endpointOf } from "./valid-config.ts";
import { type TestReplica, readMetric, sleep, startReplica, statusOf, until } from "./start-replica.ts";

const OK = `http_requests_total{endpoint="work",code="200"}`;
const seconds = (): number => performance.now() / 1_000;

/** Requests at even times; resolves with the CPU that each cost, ms. */
async function cpuPerRequest(replica: TestReplica, ratePerS: number, count: number): Promise<number> {
  const from = await readMetric(replica, "process_cpu_seconds_total");
  const answers: Promise<number>[] = [];
  const start = seconds();
  for (let i = 0; i < count; i++) {
    await sleep(Math.max(0, (start + i / ratePerS - seconds()) * 1_000));
    answers.push(statusOf(`${replica.url}/work`));
  }
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  return (((await readMetric(replica, "process_cpu_seconds_total")) - from) * 1_000) / count;
}

/** Keeps so many requests in the air until the time is over. */
async function saturate(url: string, width: number, lengthS: number): Promise<number[]> {
  const end = seconds() + lengthS;
  const statuses: number[] = [];
  const ask = async (): Promise<void> => {
    while (seconds() < end) statuses.push(await statusOf(url));
  };
  await Promise.all(Array.from({ length: width }, ask));
  return statuses;
}

// What each of these measures is blurred by whatever else the machine does; `npm run bench -- mock` is sharper.
const noisy = { retry: 2 };

test("CPU per request equals the declared demand, at low and at high load", noisy, async () => {
  const replica = await startReplica(configOf({ queueLimit: 10_000 }));
  await cpuPerRequest(replica, 60, 120);
  expect(Math.abs((await cpuPerRequest(replica, 30, 90)) / 5 - 1)).toBeLessThan(0.07);
  await cpuPerRequest(replica, 100, 100);
  expect(Math.abs((await cpuPerRequest(replica, 100, 300)) / 5 - 1)).toBeLessThan(0.07);
  const workS = await readMetric(replica, "mock_work_seconds_total");
  expect(workS / (610 * 0.005)).toBeCloseTo(1, 0);
});

test("the header x-work-ms prescribes the work of a request", async () => {
  const replica = await startReplica(configOf());
  const from = await readMetric(replica, "mock_work_seconds_total");
  await statusOf(`${replica.url}/work`, { headers: { "x-work-ms": "150" } });
  const usedMs = ((await readMetric(replica, "mock_work_seconds_total")) - from) * 1_000;
  expect(usedMs).toBeGreaterThan(145);
  expect(usedMs).toBeLessThan(160);
});

test("a saturated replica gets its CPU limit, and says for how long it was held back", noisy, async ({ skip }) => {
  const replica = await startReplica(configOf({ cpuLimitMilli: 200, emulateCpuLimit: true }));
  await saturate(`${replica.url}/work`, 4, 0.5);
  const fromHeldBackS = await readMetric(replica, "mock_cpu_throttled_seconds_total");
  const [fromS, fromCpuS] = [seconds(), await readMetric(replica, "process_cpu_seconds_total")];
  await saturate(`${replica.url}/work`, 4, 4);
  const cores = ((await readMetric(replica, "process_cpu_seconds_total")) - fromCpuS) / (seconds() - fromS);
  expect(cores).toBeLessThan(0.23);
  // Held back less than half of the time, it did not get from the machine what it may use.
  const heldBackS = (await readMetric(replica, "mock_cpu_throttled_seconds_total")) - fromHeldBackS;
  skip(heldBackS < (seconds() - fromS) / 2, "the machine is too busy to give the replica its limit");
  expect(cores).toBeGreaterThan(0.17);
});

test(
  "a limit above one core is served by further threads, and the CPU per request stays as declared",
  noisy,
  async () => {
    const work = endpointOf({ workMs: { kind: "constant", mean: 20 } });
    const replica = await startReplica(configOf({ cpuLimitMilli: 1_500, emulateCpuLimit: true, endpoints: [work] }));
    await saturate(`${replica.url}/work`, 4, 1);
    const [fromS, fromCpuS, from] = [
      seconds(),
      await readMetric(replica, "process_cpu_seconds_total"),
      await readMetric(replica, OK),
    ];
    await saturate(`${replica.url}/work`, 4, 3);
    const usedS = (await readMetric(replica, "process_cpu_seconds_total")) - fromCpuS;
    expect(usedS / (seconds() - fromS)).toBeLessThan(1.55);
    const perRequestMs = (usedS * 1_000) / ((await readMetric(replica, OK)) - from);
    expect(Math.abs(perRequestMs / 20 - 1)).toBeLessThan(0.12);
  },
);

test("a probe is answered while requests burn, and beyond the queue the answer is 503", async () => {
  const replica = await startReplica(
    configOf({ concurrency: 2, queueLimit: 3, endpoints: [endpointOf({ workMs: { kind: "constant", mean: 300 } })] }),
  );
  const answers = Array.from({ length: 8 }, () => statusOf(`${replica.url}/work`));
  await until(async () => (await readMetric(replica, "mock_requests_queued")) === 3);
  const fromMs = performance.now();
  expect(await statusOf(`${replica.url}/healthz`)).toBe(200);
  expect(performance.now() - fromMs).toBeLessThan(150);
  expect(await readMetric(replica, "mock_requests_in_flight")).toBe(2);
  const refused = await fetch(`${replica.url}/work`);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, null]);
  expect((await refused.text()).length).toBeLessThan(20);
  const statuses = await Promise.all(answers);
  expect(statuses.filter((status) => status === 200)).toHaveLength(5);
  expect(statuses.filter((status) => status === 503)).toHaveLength(3);
  expect(await readMetric(replica, `http_requests_total{endpoint="work",code="503"}`)).toBe(4);
  expect(await readMetric(replica, `http_request_duration_seconds_count{endpoint="work"}`)).toBe(5);
  // Two at a time share the CPU: 300 ms of waiting each, and up to 1.2 s for a slot.
  expect(await readMetric(replica, "mock_wait_seconds_total")).toBeGreaterThan(2);
});
