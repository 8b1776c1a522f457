import { createServer } from "node:http";
import { expect, test } from "vitest";
import { readMetric, startReplica, statusOf, until } from "./start-replica.ts";
import { configOf, endpointOf } from "./valid-config.ts";

const workOf = (meanMs: number) => endpointOf({ workMs: { kind: "constant", mean: meanMs } });

test("work grows with the requests in work: four at once cost 1, 2, 3 and 4 times theirs", async () => {
  const replica = await startReplica(configOf({ concurrency: 4, workGrowth: [1, 2, 3, 4], endpoints: [workOf(60)] }));
  const from = await readMetric(replica, "mock_work_seconds_total");
  const answers = Array.from({ length: 4 }, () => statusOf(`${replica.url}/work`));
  expect(await Promise.all(answers)).toEqual([200, 200, 200, 200]);
  const together = await readMetric(replica, "mock_work_seconds_total");
  // They come within the work of the first, so that all four are in work.
  expect((together - from) / 0.06).toBeCloseTo(10, 0);
  await statusOf(`${replica.url}/work`);
  expect(((await readMetric(replica, "mock_work_seconds_total")) - together) / 0.06).toBeCloseTo(1, 0);
});

const residentMiB = async (replica: Parameters<typeof readMetric>[0]): Promise<number> =>
  (await readMetric(replica, "process_resident_memory_bytes")) / 1_048_576;
const within = (expected: number, tolerance: number) => (found: number) => Math.abs(found - expected) < tolerance;

test("memory is really taken: the base, what requests take while they are in work, what they leave behind", async () => {
  const memory = { baseMiB: 250, perRequestMiB: 60, retainedMiB: 20 };
  const waiting = { ...workOf(1), addedLatencyMs: { kind: "constant", mean: 600 } } as const;
  const replica = await startReplica(configOf({ memory, endpoints: [waiting] }));
  expect(await residentMiB(replica)).toSatisfy(within(250, 25));
  const answers = [statusOf(`${replica.url}/work`), statusOf(`${replica.url}/work`)];
  await until(async () => (await readMetric(replica, "mock_requests_in_flight")) === 2);
  expect(await residentMiB(replica)).toSatisfy(within(250 + 2 * 60, 30));
  await Promise.all(answers);
  expect(await residentMiB(replica)).toSatisfy(within(250 + 2 * 20, 30));
});

test("beyond an emulated memory limit a replica ends as a container that the kernel kills", async () => {
  const memory = { baseMiB: 120, perRequestMiB: 20, retainedMiB: 0, limitMiB: 165 };
  const replica = await startReplica(configOf({ memory, endpoints: [workOf(200)] }));
  expect(await statusOf(`${replica.url}/work`)).toBe(200);
  const answers = Array.from({ length: 3 }, () => statusOf(`${replica.url}/work`).catch(() => "broken"));
  expect(await replica.exited).toBe(137);
  expect(await Promise.all(answers)).toEqual(["broken", "broken", "broken"]);
  expect(replica.output()).toContain(`"out-of-memory"`);
});

test("a replica that has just started works more for its first requests, and less for each", async () => {
  const replica = await startReplica(configOf({ coldStart: { factor: 5, requests: 4 }, endpoints: [workOf(40)] }));
  const costs: number[] = [];
  for (let i = 0; i < 6; i++) {
    const from = await readMetric(replica, "mock_work_seconds_total");
    await statusOf(`${replica.url}/work`);
    costs.push(((await readMetric(replica, "mock_work_seconds_total")) - from) / 0.04);
  }
  for (const [i, factor] of [5, 4, 3, 2, 1, 1].entries()) expect(costs[i]).toBeCloseTo(factor, 0);
});

test("a body is read, the answer is as long as told, and a call sends what its callee wants", async () => {
  const sizes: number[] = [];
  const server = createServer((request, response) => {
    let size = 0;
    request.on("data", (chunk: Buffer) => (size += chunk.length));
    request.on("end", () => {
      sizes.push(size);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const next = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const call = { service: "next", endpoint: "in", probability: 1, times: 2, timeoutMs: 2_000, retries: 0 };
  const work = { ...workOf(1), responseBytes: 300_000, calls: [[{ ...call, requestBytes: 200_000 }]] };
  const replica = await startReplica(configOf({ endpoints: [work], upstreams: { next } }));
  for (const init of [undefined, { method: "POST", body: "x".repeat(100_000) }]) {
    const response = await fetch(`${replica.url}/work`, init);
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 300_000]);
  }
  expect(sizes).toEqual([200_000, 200_000, 200_000, 200_000]);
  server.close();
  server.closeAllConnections();
});
