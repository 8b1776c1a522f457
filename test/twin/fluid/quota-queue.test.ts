import { expect, test } from "vitest";
import { sample } from "../../../src/core/distribution.ts";
import { createRng } from "../../../src/core/rng.ts";
import { meanOf } from "../../../src/core/statistics.ts";
import type { CpuQuota } from "../../../src/control/loop/cpu-quota.ts";
import { type QuotaQueue, workOff } from "../../../src/twin/fluid/quota-queue.ts";
import { bareTwin, constant, singleQueue } from "../requests/fixtures.ts";

const WORK_MS = 20;

type Queue = Omit<QuotaQueue, "gaps" | "works">;

function drawn(requests: number, { station }: Pick<Queue, "station">): Pick<QuotaQueue, "gaps" | "works"> {
  const rng = createRng("quota queue");
  const work = { kind: "lognormal", mean: 1, cv: Math.sqrt(station.workScv) } as const;
  return {
    gaps: Float64Array.from({ length: requests }, () => rng.exponential()),
    works: Float64Array.from({ length: requests }, () => sample(work, rng)),
  };
}

function meanSojournMs(requests: number, queue: Queue): number {
  const all: number[] = [];
  workOff({ ...queue, ...drawn(requests, queue) }, (ms) => all.push(ms));
  return meanOf(all);
}

test.each([undefined, { groups: 1 }, { groups: 2 }] as const)(
  "with a limit that never binds it is M/G/1 with processor sharing, whatever the quota: %j",
  (quota) => {
    const station = { workMs: WORK_MS, workScv: 0.25, limitCores: 1 };
    const meanMs = meanSojournMs(20_000, { station, utilisation: 0.6, quota, phasesMs: [100, 30] });
    expect(meanMs / (WORK_MS / 0.4)).toBeCloseTo(1, 1);
  },
);

const REQUESTS = 2_000;
const PHASES = 16;

test.each([
  { quota: undefined, utilisation: 0.5 },
  { quota: { groups: 1 }, utilisation: 0.5 },
  { quota: { groups: 2 }, utilisation: 0.5 },
  { quota: { groups: 2 }, utilisation: 0.75 },
] satisfies readonly { quota: CpuQuota | undefined; utilisation: number }[])(
  "the same requests take as long as on the request-level twin, in the mean over phases: %j",
  ({ quota, utilisation }) => {
    const station = { workMs: WORK_MS, workScv: 0, limitCores: 0.3 };
    const phases = Array.from({ length: PHASES }, (_, phase) => (100 * (phase + 0.5)) / PHASES);
    const means = phases.map((phaseMs) =>
      meanSojournMs(REQUESTS, { station, utilisation, quota, phasesMs: [100, phaseMs] }),
    );
    let atMs = 0;
    const gapMs = WORK_MS / (utilisation * station.limitCores);
    const startTimesMs = drawn(REQUESTS, { station }).gaps.map((gap) => (atMs += gap * gapMs));
    const topology = singleQueue(constant(WORK_MS), { cpuMilli: 300 });
    const seeds = phases.map((_, seed) => {
      const twin = bareTwin(topology, 0, seed, { startTimesMs, ...(quota === undefined ? {} : { cpuQuota: quota }) });
      twin.advanceTo(atMs + 60_000);
      return twin.entry.latencyMs / twin.entry.served;
    });
    expect(Math.abs(meanOf(means) / meanOf(seeds) - 1)).toBeLessThan(0.02);
  },
);
