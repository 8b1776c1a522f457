import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Cluster, ClusterEvent } from "../../src/control/loop/cluster.ts";
import { type Timing, kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";
import type { Readings } from "../../src/control/readings/readings.ts";
import type { Clock } from "../../src/core/clock.ts";
import { KarmaError } from "../../src/core/errors.ts";
import type { Service, Topology } from "../../src/system/topology/topology.ts";
import { expectSameMasks } from "./same-masks.ts";

/** What every cluster must do, whatever stands behind the port. Times are those of its own clock. */
export type ClusterUnderTest = {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** CPU limits of the ready replicas of a service, millicores. */
  readonly limitsMilli: (service: string) => Promise<readonly number[]>;
  /** Ends it and leaves nothing. */
  close(): Promise<void>;
};

/** What differs between clusters that keep the same contract. */
export type ContractVariant = {
  readonly timing: Timing;
  /** Far beyond what anything here takes; only a failure waits so long. */
  readonly limitMs: number;
  /** Between two looks, ms. */
  readonly pollMs: number;
  /** Limit of one test, its cluster made included, ms; vitest's own when left out. */
  readonly testTimeoutMs?: number;
  /** A killed replica starts again under its name, or another one comes in its place. */
  readonly killed: "starts again" | "is replaced";
};

/** `front` calls `back`; both have 1 to 4 replicas and start in 3 s of scenario time. */
export const contractTopology: Topology = {
  name: "contract",
  services: [contractService("front", ["back"]), contractService("back", [])],
  entries: [{ service: "front", endpoint: "work", share: 1 }],
  objective: { p95Ms: 100, availability: 0.99 },
};

export const contractTiming: Timing = scaleTiming(kubernetesTiming, 20);

function contractService(name: string, calls: readonly string[]): Service {
  return {
    name,
    cpuMilli: 200,
    memoryMiB: 128,
    minReplicas: 1,
    maxReplicas: 4,
    startupMs: { kind: "constant", mean: 3_000 },
    concurrency: 16,
    queueLimit: 64,
    endpoints: [
      {
        name: "work",
        workMs: { kind: "constant", mean: 1 },
        errorRate: 0,
        addedLatencyMs: { kind: "constant", mean: 0 },
        calls: calls.map((service) => [
          { service, endpoint: "work", probability: 1, times: 1, timeoutMs: 2_000, retries: 0 },
        ]),
      },
    ],
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
  };
}

const FRONT = 0;
const BACK = 1;

const usualContract: ContractVariant = {
  timing: contractTiming,
  limitMs: 15_000,
  pollMs: 25,
  killed: "starts again",
};

/**
 * @param create  a cluster of {@link contractTopology} with the variant's timing, one ready replica per service, no load
 */
export function testClusterContract(
  title: string,
  create: () => Promise<ClusterUnderTest>,
  variant: ContractVariant = usualContract,
): void {
  const { limitMs, pollMs, testTimeoutMs } = variant;
  const options = testTimeoutMs === undefined ? {} : { timeout: testTimeoutMs };
  describe(title, options, () => {
    let cluster: Cluster;
    let clock: Clock;
    let underTest: ClusterUnderTest;

    beforeEach(async () => {
      underTest = await create();
      ({ cluster, clock } = underTest);
    }, testTimeoutMs);
    afterEach(() => underTest.close(), testTimeoutMs);

    /** Observes until it is so; the readings that made it so. */
    async function until(isSo: (readings: Readings) => boolean): Promise<Readings> {
      for (const endMs = clock.nowMs() + limitMs; ; await clock.sleepUntil(clock.nowMs() + pollMs)) {
        const readings = await cluster.observe();
        if (isSo(readings)) return readings;
        if (clock.nowMs() > endMs) throw new Error(`not so after ${limitMs} ms: ${JSON.stringify(readings)}`);
      }
    }

    /** Collects events until one of this kind came. */
    async function untilEvent(service: string, kind: ClusterEvent["kind"]): Promise<ClusterEvent[]> {
      const seen: ClusterEvent[] = [];
      for (const endMs = clock.nowMs() + limitMs; ; await clock.sleepUntil(clock.nowMs() + pollMs)) {
        seen.push(...(await cluster.events()));
        if (seen.some((event) => event.service === service && event.kind === kind)) return seen;
        if (clock.nowMs() > endMs) throw new Error(`no ${kind} of ${service}: ${JSON.stringify(seen)}`);
      }
    }

    test("readings have one environment, one row per service, and the time of the cluster's clock", async () => {
      const beforeMs = clock.nowMs();
      const readings = await cluster.observe();
      expect(readings.services).toBe(2);
      expect(readings.environments).toBe(1);
      expect(readings.desired).toEqual(Float64Array.of(1, 1));
      expect(readings.ready).toEqual(Float64Array.of(1, 1));
      expect(readings.cpuMilli).toEqual(Float64Array.of(200, 200));
      expect(readings.atMs).toBeGreaterThanOrEqual(beforeMs);
      expect(readings.atMs).toBeLessThanOrEqual(clock.nowMs());
    });

    test("a team under an organization may do here what it may do in training", async () => {
      await expectSameMasks({ cluster, clock, topology: contractTopology, timing: variant.timing });
    });

    test("a new size is desired at once, and ready follows", async () => {
      await cluster.scale("back", 3);
      const readings = await cluster.observe();
      expect(readings.desired).toEqual(Float64Array.of(1, 3));
      expect(readings.ready[BACK]).toBeLessThan(3);
      await until(({ ready }) => ready[BACK] === 3);
      await cluster.scale("back", 1);
      expect((await cluster.observe()).desired[BACK]).toBe(1);
      await until(({ ready }) => ready[BACK] === 1);
    });

    test("the size a service has already changes nothing", async () => {
      await cluster.events();
      await cluster.scale("front", 1);
      await clock.sleepUntil(clock.nowMs() + 200);
      expect(await cluster.events()).toEqual([]);
    });

    test("sizes beyond the bounds, or that are no whole numbers, are refused and nothing changes", async () => {
      for (const replicas of [0, 5, 1.5, -1, Number.NaN]) {
        await expect(cluster.scale("front", replicas), `${replicas}`).rejects.toThrow(KarmaError);
      }
      expect((await cluster.observe()).desired).toEqual(Float64Array.of(1, 1));
    });

    test("an unknown service is refused, whatever is asked of it", async () => {
      await expect(cluster.scale("nobody", 1)).rejects.toThrow(KarmaError);
      await expect(cluster.restart("nobody")).rejects.toThrow(KarmaError);
      const fault = { atMs: 0, kind: "kill-pod", service: "nobody", count: 1 } as const;
      await expect(cluster.inject(fault)).rejects.toThrow(KarmaError);
      const lasting = { atMs: 0, durationMs: 1_000, kind: "lost-metrics", service: "nobody" } as const;
      await expect(cluster.inject(lasting)).rejects.toThrow(KarmaError);
    });

    test("healing a cluster that nothing ails changes nothing", async () => {
      await cluster.events();
      await cluster.heal();
      await clock.sleepUntil(clock.nowMs() + 200);
      expect(await cluster.events()).toEqual([]);
      expect((await cluster.observe()).ready).toEqual(Float64Array.of(1, 1));
    });

    test("events come once, oldest first, and tell the life of a replica", async () => {
      await cluster.events();
      await cluster.scale("back", 2);
      const up = await untilEvent("back", "ready");
      await cluster.scale("back", 1);
      const down = await untilEvent("back", "gone");
      expect(up.map(({ kind }) => kind)).toEqual(["created", "ready"]);
      expect(down.map(({ kind }) => kind)).toEqual(["terminating", "gone"]);
      const times = [...up, ...down].map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThanOrEqual(clock.nowMs());
      expect(await cluster.events()).toEqual([]);
    });

    test("scaling down takes the replica that is not ready yet first", async () => {
      await cluster.events();
      await cluster.scale("back", 2);
      const began = await untilEvent("back", "created");
      await cluster.scale("back", 1);
      expect((await cluster.observe()).ready[BACK]).toBe(1);
      const events = await untilEvent("back", "gone");
      const created = [...began, ...events].find(({ kind }) => kind === "created");
      expect(events.find(({ kind }) => kind === "gone")?.pod).toBe(created?.pod);
      expect((await cluster.observe()).ready[BACK]).toBe(1);
    });

    test("a killed replica is not ready, and there are as many again soon", async () => {
      await cluster.scale("back", 2);
      await until(({ ready }) => ready[BACK] === 2);
      await cluster.events();
      await cluster.inject({ atMs: 0, kind: "kill-pod", service: "back", count: 1 });
      const readings = await until(({ ready }) => ready[BACK] === 1);
      expect(readings.desired).toEqual(Float64Array.of(1, 2));
      await until(({ ready }) => ready[BACK] === 2);
      const events = await untilEvent("back", "ready");
      const pods = [...new Set(events.map(({ pod }) => pod))];
      const livesOf = pods.map((pod) => events.filter((event) => event.pod === pod).map(({ kind }) => kind));
      if (variant.killed === "starts again") expect(livesOf).toEqual([["crashed", "restarted", "ready"]]);
      else {
        expect(livesOf).toHaveLength(2);
        expect(new Set(livesOf.map((life) => life.at(-1)))).toEqual(new Set(["gone", "ready"]));
        expect(livesOf.find((life) => life.at(-1) === "ready")).toEqual(["created", "ready"]);
      }
    });

    test("killing more replicas than there are kills all of them", async () => {
      await cluster.inject({ atMs: 0, kind: "kill-pod", service: "front", count: 9 });
      await until(({ ready }) => ready[FRONT] === 0);
      await until(({ ready }) => ready[FRONT] === 1);
    });

    test("a restart replaces one ready replica and never has fewer than desired", async () => {
      await cluster.events();
      await cluster.restart("front");
      let fewest = 1;
      const kinds: string[] = [];
      const end = clock.nowMs() + limitMs;
      while (!kinds.includes("gone") && clock.nowMs() < end) {
        await clock.sleepUntil(clock.nowMs() + pollMs);
        fewest = Math.min(fewest, (await cluster.observe()).ready[FRONT]!);
        kinds.push(...(await cluster.events()).map(({ kind }) => kind));
      }
      expect(kinds).toEqual(["created", "ready", "terminating", "gone"]);
      expect(fewest).toBe(1);
      expect((await cluster.observe()).desired[FRONT]).toBe(1);
    });

    test("a resize gives all replicas the size, those to come too, and takes none away", async () => {
      const { limitsMilli } = underTest;
      await cluster.events();
      expect(await cluster.resize("back", 300)).toEqual({ how: "in-place" });
      expect((await cluster.observe()).cpuMilli).toEqual(Float64Array.of(200, 300));
      expect(await limitsMilli("back")).toEqual([300]);
      expect(await cluster.events()).toEqual([]);
      await cluster.scale("back", 2);
      await until(({ ready }) => ready[BACK] === 2);
      await expect.poll(() => limitsMilli("back"), { timeout: limitMs }).toEqual([300, 300]);
      expect(await limitsMilli("front")).toEqual([200]);
    });

    test("a size that is none, or of nobody, is refused and nothing changes", async () => {
      for (const cpuMilli of [0, -1, 1.5, Number.NaN])
        await expect(cluster.resize("back", cpuMilli), `${cpuMilli}`).rejects.toThrow(KarmaError);
      await expect(cluster.resize("nobody", 100)).rejects.toThrow(KarmaError);
      expect(await underTest.limitsMilli("back")).toEqual([200]);
    });

    test("sampled signals are never younger than the lag, and grow old until the next scrape shows", async () => {
      const { scrapePeriodMs, visibleLagMs } = variant.timing;
      let lastMs = (await until(({ ageMs }) => ageMs.every((age) => age >= 0))).ageMs[BACK]!;
      let refreshed = 0;
      let grown = 0;
      const endMs = clock.nowMs() + 3 * scrapePeriodMs;
      while (clock.nowMs() < endMs) {
        await clock.sleepUntil(clock.nowMs() + 2 * pollMs);
        const ageMs = (await cluster.observe()).ageMs[BACK]!;
        expect(ageMs).toBeGreaterThanOrEqual(visibleLagMs);
        if (ageMs < lastMs) refreshed++;
        else if (ageMs > lastMs) grown++;
        lastMs = ageMs;
      }
      expect(refreshed).toBeGreaterThanOrEqual(2);
      expect(grown).toBeGreaterThan(refreshed);
    });

    test("without load nothing arrives, waits or is dropped, and the CPU is nearly idle", async () => {
      const readings = await until(({ arrivalsPerS, cpu }) => arrivalsPerS.every((one) => one >= 0) && cpu[BACK]! >= 0);
      expect(readings.arrivalsPerS).toEqual(Float64Array.of(0, 0));
      expect(readings.droppedPerS).toEqual(Float64Array.of(0, 0));
      expect(readings.queued).toEqual(Float64Array.of(0, 0));
      expect(readings.entryArrivalsPerS[0]).toBe(0);
      expect(readings.entryViolatingShare[0]).toBe(0);
      expect(readings.cpu[BACK]).toBeLessThan(0.5);
    });
  });
}
