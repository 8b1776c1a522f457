import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { createTwinCluster } from "../../../src/twin/cluster/twin-cluster.ts";
import { createRequestTwinCluster } from "../../../src/twin/requests/request-cluster.ts";
import { calibrationOf, chain } from "../../team/chain.ts";

const machineCores = 20;

/** Four minutes beside neighbours on so many cores: what goes wrong, and the CPU of replicas / their limit. */
async function playBeside(make: typeof createTwinCluster | typeof createRequestTwinCluster, cores: number) {
  const twin = make(chain, calibrationOf(chain), {
    rng: createRng(1),
    initialReplicas: new Float64Array(chain.services.length).fill(6),
    machineCores,
    workload: {
      ratePerS: Float64Array.of(100),
      stepMs: 300_000,
      faults: [{ kind: "contention", service: "a", atMs: 30_000, durationMs: 270_000, cores, memoryMiB: 0 }],
    },
  });
  await twin.clock.sleepUntil(270_000);
  const { requests, failed, violating } = twin.outcome();
  const { cpu } = await twin.cluster.observe();
  return { failed: failed / requests, violating: violating / requests, cpu: cpu.reduce((a, b) => a + b) / cpu.length };
}

test.each([
  [20, "at ease", 0.005, 0.005],
  [40, "half as fast", 0.02, 0.005],
  [80, "a quarter as fast", 0.05, 0.005],
  [160, "at the end of its capacity", 0.15, 0.02],
] as const)("neighbours on %i cores leave both twins alike: %s", async (cores, _, violating, failed) => {
  const fluid = await playBeside(createTwinCluster, cores);
  const requests = await playBeside(createRequestTwinCluster, cores);
  expect(Math.abs(fluid.failed - requests.failed)).toBeLessThan(failed);
  expect(Math.abs(fluid.violating - requests.violating)).toBeLessThan(violating);
  expect(Math.abs(fluid.cpu - requests.cpu)).toBeLessThan(0.02);
});

test("a replica far below its quota loses no capacity to neighbours, only time", async () => {
  const calm = await playBeside(createTwinCluster, 1);
  const beside = await playBeside(createTwinCluster, 40);
  expect(beside.failed).toBe(calm.failed);
  expect(beside.violating).toBeGreaterThan(calm.violating);
});
