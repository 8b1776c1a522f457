import { expect, test } from "vitest";
import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import type { CpuQuota } from "../../../src/control/loop/cpu-quota.ts";
import { createHistogram, quantileOf } from "../../../src/core/histogram.ts";
import { createRng } from "../../../src/core/rng.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { HIGHEST_UTILISATION } from "../../../src/twin/fluid/sojourn.ts";
import { CELL_VALUES, SOJOURN_CELLS, tabulateSojourn } from "../../../src/twin/fluid/sojourn-table.ts";
import { createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { service, topologyOf } from "../fixtures.ts";

const pod: CpuQuota = { groups: 2 };
const station = { workMs: 20, workScv: 0.25, limitCores: 0.3 };

function tableOf(quota?: CpuQuota, limitCores = station.limitCores): readonly number[] {
  return Array.from(tabulateSojourn({ ...station, limitCores }, 1_000, 1, quota).at(2, 0));
}

test("under a pod's two quotas requests take longer at every utilisation, and longer the busier it is", () => {
  const [own, two] = [tableOf(), tableOf(pod)];
  expect(two.every((value, at) => value > own[at]!)).toBe(true);
  expect(two.every((value, at) => at < CELL_VALUES || value >= two[at - CELL_VALUES]!)).toBe(true);
});

/** Mean time of a pod / the same under a mock's quota. */
function factorAt(utilisation: number): number {
  const at = Math.round((utilisation / HIGHEST_UTILISATION) * SOJOURN_CELLS) * CELL_VALUES;
  return tableOf(pod)[at]! / tableOf()[at]!;
}

test("towards full use a pod gets its limit as any replica does, and the two tables meet", () => {
  expect(factorAt(0.5)).toBeGreaterThan(1.1);
  expect(factorAt(HIGHEST_UTILISATION)).toBeLessThan(1.03);
});

test("one group is as a mock's quota, and a limit of whole cores stops nobody", () => {
  expect(tableOf({ groups: 1 })).toEqual(tableOf());
  expect(tableOf(pod, 1)).toEqual(tableOf(undefined, 1));
});

const podTopology = topologyOf([service("web", 20, [], { cpuMilli: 300, concurrency: 1_000 })]);
const calibration = declaredCalibration(podTopology, kubernetesTiming);

function episodeAt(utilisation: number) {
  const ratePerS = Float64Array.of((utilisation * 300) / 20);
  return { ratePerS, stepMs: 1_000, initialReplicas: Float64Array.of(1) };
}

function fluidP95Ms(utilisation: number, cpuQuota?: CpuQuota): number {
  const quota = cpuQuota === undefined ? {} : { cpuQuota };
  const twin = createFluidTwin(podTopology, calibration, {
    environments: 1,
    tickMs: 1_000,
    recordLatency: true,
    ...quota,
  });
  twin.reset(0, { ...episodeAt(utilisation), rng: createRng(1) });
  twin.advance(60);
  twin.clearOutcome();
  twin.advance(60);
  return quantileOf(twin.latency!, 0.95);
}

/** Over phases: each seed has its own. */
function requestsP95Ms(utilisation: number): number {
  const latency = createHistogram();
  for (let seed = 0; seed < 16; seed++) {
    const twin = createRequestTwin(podTopology, calibration, {
      ...episodeAt(utilisation),
      rng: createRng(seed),
      cpuQuota: pod,
    });
    twin.advanceTo(180_000);
    for (const [bucket, count] of twin.latency.counts.entries()) latency.counts[bucket]! += count;
  }
  return quantileOf(latency, 0.95);
}

test.each([0.3, 0.5, 0.7])("at %d p95 of a pod is within 8 % of the request-level twin's", (utilisation) => {
  const p95 = requestsP95Ms(utilisation);
  expect(Math.abs(fluidP95Ms(utilisation, pod) / p95 - 1)).toBeLessThan(0.08);
  expect(fluidP95Ms(utilisation)).toBeLessThan(fluidP95Ms(utilisation, pod));
});

test("kernels and plain loops show the same of pods, bit for bit", () => {
  const shown = [false, true].map((isPlain) => {
    const options = { environments: 2, tickMs: 1_000, cpuQuota: pod, isPlain };
    const twin = createFluidTwin(podTopology, calibration, options);
    for (const environment of [0, 1])
      twin.reset(environment, { ...episodeAt(0.5 + 0.3 * environment), rng: createRng(environment) });
    twin.advance(40);
    return JSON.stringify([twin.observe(), twin.outcome, twin.stations.sojournMs].map((one) => structuredClone(one)));
  });
  expect(shown[0]).toBe(shown[1]);
});

test("a calibration that was measured on pods makes both twins keep to its quota without being told", () => {
  const measured = { ...calibration, cpuQuota: pod };
  const fluid = [measured, calibration].map((one, index) => {
    const options = { environments: 1, tickMs: 1_000, ...(index === 0 ? {} : { cpuQuota: pod }) };
    const twin = createFluidTwin(podTopology, one, options);
    twin.reset(0, { ...episodeAt(0.7), rng: createRng(1) });
    twin.advance(30);
    return Array.from(twin.stations.sojournMs);
  });
  expect(fluid[0]).toEqual(fluid[1]);
  const requests = [measured, calibration].map((one, index) => {
    const options = { ...episodeAt(0.7), rng: createRng(1), ...(index === 0 ? {} : { cpuQuota: pod }) };
    const twin = createRequestTwin(podTopology, one, options);
    twin.advanceTo(30_000);
    return Array.from(twin.latency.counts);
  });
  expect(requests[0]).toEqual(requests[1]);
});
