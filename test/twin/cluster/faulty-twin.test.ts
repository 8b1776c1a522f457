import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import type { Fault } from "../../../src/system/workload/fault.ts";
import { withFaults } from "../../../src/twin/cluster/faulty-twin.ts";
import { createTwinCluster } from "../../../src/twin/cluster/twin-cluster.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { chainedWide, declared } from "../fixtures.ts";

const calibration = declared(chainedWide);
const ratePerS = new Float64Array(300).fill(300);
const initialReplicas = Float64Array.of(6, 6, 6, 6);
const times = { atMs: 60_000, durationMs: 90_000 };

const one: readonly (readonly [string, Fault])[] = [
  ["killed replicas", { kind: "kill-pod", atMs: 60_000, service: "c", count: 3 }],
  ["a crash loop", { ...times, kind: "crash-loop", service: "c", replicas: 2 }],
  ["a bottleneck", { ...times, kind: "bottleneck", service: "c", factor: 3 }],
  ["a neighbour", { ...times, kind: "contention", service: "a", cores: 60, memoryMiB: 0 }],
  ["slow starts", { ...times, kind: "slow-start", service: "c", factor: 3 }],
  ["failing readiness", { ...times, kind: "failing-readiness", service: "c", share: 0.5 }],
  ["lost metrics", { ...times, kind: "lost-metrics", service: "c" }],
  ["a flood", { ...times, kind: "ddos", factor: 4, target: "entry", seed: 1 }],
];

/** Requests and violating ones of two environments, of which the second has the faults. */
function played(faults: readonly Fault[]): readonly (readonly number[])[] {
  const twin = createFluidTwin(chainedWide, calibration, { environments: 2, tickMs: 1_000 });
  const faulty = withFaults(chainedWide, twin, 1);
  const episode = { ratePerS, stepMs: 1_000, initialReplicas, rng: createRng(4) };
  faulty.reset(0, episode);
  faulty.reset(1, { ...episode, faults });
  for (let step = 0; step < 20; step++) faulty.advance(15);
  return [0, 1].map((environment) => [twin.outcome.requests[environment]!, twin.outcome.violating[environment]!]);
}

async function onCluster(faults: readonly Fault[]): Promise<readonly number[]> {
  const workload = { ratePerS, stepMs: 1_000, faults };
  const twin = createTwinCluster(chainedWide, calibration, {
    workload,
    initialReplicas,
    rng: createRng(4),
  });
  await twin.clock.sleepUntil(300_000);
  const { requests, violating } = twin.counts();
  return [requests, violating];
}

test.each(one)("%s in one environment: as in a cluster that has them, and nothing in the other", async (_, fault) => {
  const [calm, troubled] = played([fault]);
  expect(troubled).toEqual(await onCluster([fault]));
  expect(calm).toEqual(await onCluster([]));
});

test("faults hurt where they should, and an episode after them has none", () => {
  const twin = createFluidTwin(chainedWide, calibration, { environments: 1, tickMs: 1_000 });
  const faulty = withFaults(chainedWide, twin, 1);
  const episode = { ratePerS, stepMs: 1_000, initialReplicas, rng: createRng(4) };
  const violating = (faults: readonly Fault[]): number => {
    faulty.reset(0, { ...episode, faults });
    faulty.clearOutcome();
    faulty.advance(120);
    return twin.outcome.violating[0]!;
  };
  const [before, hurt, after] = [[], [{ ...times, kind: "bottleneck", service: "c", factor: 3 } as const], []].map(
    violating,
  );
  expect(hurt).toBeGreaterThan(2 * before!);
  expect(after).toBe(before);
});
