import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LoadResult } from "../../../src/clusters/load/load-result.ts";
import { startLoad } from "../../../src/clusters/load/start-load.ts";
import type { LocalClusterClient } from "../../../src/clusters/local/client.ts";
import { readPodSample } from "../../../src/clusters/metrics/pod-sample.ts";
import { startLocalCluster } from "../../../src/clusters/local/start.ts";
import type { Readings } from "../../../src/control/readings/readings.ts";
import { contractTiming, contractTopology } from "../../contract/cluster-contract.ts";
import { useStateDir } from "./state-dir.ts";

useStateDir();

const CONNECTION_LIFE_MS = 10_000 / contractTiming.timeScale;
let cluster: LocalClusterClient;

beforeAll(async () => {
  cluster = await startLocalCluster({ topology: contractTopology, timing: contractTiming, seed: 7, bound: true });
});
afterAll(async () => {
  await cluster.down();
});

/** A steady load at the entry. */
async function load(ratePerS: number, seconds: number): Promise<LoadResult> {
  return startLoad({
    entries: cluster.entryUrls().map(({ url, share }) => ({ url, share })),
    startTimesMs: Float64Array.from({ length: ratePerS * seconds }, (_, index) => (index * 1_000) / ratePerS),
    timeoutMs: 2_000,
    objectiveMs: contractTopology.objective.p95Ms,
    seed: 1,
    connectionLifeMs: CONNECTION_LIFE_MS,
    connections: 8,
  });
}

/** Requests answered so far, by pod. */
async function answeredByPod(service: string): Promise<Map<string, number>> {
  const { services } = await cluster.status();
  const pods = services.find((one) => one.service === service)!.pods.filter(({ port }) => port !== undefined);
  const answered = new Map<string, number>();
  for (const { name, port } of pods) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    answered.set(name, readPodSample(text, () => true).counters.answered);
  }
  return answered;
}

async function untilReady(service: string, replicas: number): Promise<void> {
  const index = contractTopology.services.findIndex(({ name }) => name === service);
  while ((await cluster.observe()).ready[index] !== replicas) await sleep(25);
}

test("a request at the entry reaches the service behind it, through both balancers", async () => {
  const [entry] = cluster.entryUrls();
  expect((await fetch(entry!.url)).status).toBe(200);
  expect([...(await answeredByPod("front")).values()]).toEqual([1]);
  expect([...(await answeredByPod("back")).values()]).toEqual([1]);
});

test("readings under load tell its rate, the CPU it uses and how long it takes", async () => {
  const seen: Readings[] = [];
  const running = load(40, 6);
  await sleep(4_500);
  for (let index = 0; index < 4; index++) {
    seen.push(await cluster.observe());
    await sleep(300);
  }
  const result = await running;
  expect(result.ok).toBe(240);
  for (const readings of seen) {
    for (const service of [0, 1]) {
      expect(readings.arrivalsPerS[service]).toBeGreaterThan(30);
      expect(readings.arrivalsPerS[service]).toBeLessThan(50);
      expect(readings.servedPerS[service]).toBeGreaterThan(30);
      expect(readings.droppedPerS[service]).toBe(0);
      // 40 requests of 1 ms on a fifth of a core are 0.2; HTTP, probes and scrapes come on top.
      expect(readings.cpu[service]).toBeGreaterThan(0.15);
      expect(readings.cpu[service]).toBeLessThan(0.9);
      expect(readings.waitMs[service]).toBeGreaterThanOrEqual(0);
    }
    expect(readings.entryArrivalsPerS[0]).toBeGreaterThan(30);
    expect(readings.entryArrivalsPerS[0]).toBeLessThan(50);
    expect(readings.entryLatencyMs[0]).toBeGreaterThan(1);
    expect(readings.entryLatencyMs[0]).toBeLessThan(200);
    expect(readings.entryViolatingShare[0]).toBeLessThan(0.5);
  }
});

test("new pods get traffic within the life of a connection, and scaling down fails no request", async () => {
  const running = load(60, 7);
  await cluster.scale("back", 3);
  await cluster.scale("front", 2);
  await untilReady("back", 3);
  await untilReady("front", 2);
  const before = await answeredByPod("back");
  await sleep(3 * CONNECTION_LIFE_MS);
  const after = await answeredByPod("back");
  expect(before.size).toBe(3);
  for (const [pod, count] of after) expect(count, pod).toBeGreaterThan(before.get(pod)!);
  await cluster.scale("back", 1);
  await cluster.scale("front", 1);
  const result = await running;
  expect(result).toMatchObject({
    requests: 420,
    ok: 420,
    failed: 0,
    dropped: 0,
    timedOut: 0,
  });
  const { services } = await cluster.status();
  expect(services.map(({ pods }) => pods.length)).toEqual([1, 1]);
});

test("a killed pod fails what it had in work, starts again, and serves on", async () => {
  await cluster.events();
  const running = load(40, 4);
  await sleep(1_000);
  await cluster.inject({ atMs: 0, kind: "kill-pod", service: "back", count: 1 });
  await sleep(100);
  await untilReady("back", 1);
  const result = await running;
  expect(result.failed).toBeGreaterThan(0);
  expect(result.ok).toBeGreaterThan(80);
  const events = (await cluster.events()).filter(({ service }) => service === "back");
  expect(events.map(({ kind }) => kind)).toEqual(["crashed", "restarted", "ready"]);
  expect((await load(40, 1)).ok).toBe(40);
});

test("pod-seconds grow with the pods that exist", async () => {
  const before = await cluster.status();
  await sleep(500);
  const after = await cluster.status();
  const perS = (after.podSeconds - before.podSeconds) / ((after.ageMs - before.ageMs) / 1_000);
  expect(perS).toBeCloseTo(2, 3);
});
