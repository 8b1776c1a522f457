import { expect, test } from "vitest";
import { type NamedPart, comparedParts, servicesToRenew } from "../../src/app/compared-parts.ts";
import { kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";
import { quantileOf } from "../../src/core/histogram.ts";
import { meanOf } from "../../src/core/statistics.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";
import { type Part, type TwinPlays, playOnTwins } from "../../src/app/twin-parts.ts";
import { chainedWide, service, topologyOf } from "../twin/fixtures.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const course = { topology: chainedWide, timing, sizes: Float64Array.of(2, 2, 2, 2) };
const all = { loads: [0.3, 0.7], lengthMs: 20_000, hasHpa: true, hasCrash: true, hasScaleUp: true, seed: 1 };

test("each load is a part, and so is what happens; each says how loaded it gets", () => {
  const told = comparedParts(all, course).map(({ name, utilisation }) => `${name}: ${utilisation}`);
  expect(told).toEqual(["load 0.3: 0.3", "load 0.7: 0.7", "crowd under HPA: 0.9", "crash: 0.3", "scale-up: 0.85"]);
});

test("sizes that are the largest allowed leave nothing to grow", () => {
  const sizes = Float64Array.from(chainedWide.services, ({ maxReplicas }) => maxReplicas);
  expect(comparedParts(all, { ...course, sizes }).map(({ name }) => name)).not.toContain("scale-up");
});

const grownAtMs = (readings: readonly { readonly atMs: number; readonly desired: Float64Array }[]): number =>
  readings.find(({ desired }) => desired.every((one) => one === 3))?.atMs ?? Number.NaN;

test("in a scale-up every service grows by one on both twins, at the same moment", async () => {
  const [part] = comparedParts({ ...all, loads: [], hasHpa: false, hasCrash: false }, course);
  const plays = await playOnTwins(part!.part, declaredCalibration(chainedWide, timing));
  const moments = [...plays.requests, ...plays.fluid].map(({ readings }) => grownAtMs(readings));
  expect(new Set(moments).size).toBe(1);
  expect(moments[0]).toBeGreaterThan(part!.part.warmUpMs);
});

test("both twins are sent as many requests as the schedule holds, by chance more or fewer than its rate", async () => {
  const calibration = declaredCalibration(chainedWide, timing);
  for (const seed of [1, 2, 3, 4]) {
    const few = { loads: [0.02], lengthMs: 20_000, hasHpa: false, hasCrash: false, hasScaleUp: false, seed };
    const [part] = comparedParts(few, course);
    const { requests, fluid } = await playOnTwins(part!.part, calibration);
    expect(new Set(requests.map((one) => one.requests)).size).toBe(1);
    expect(fluid[0]!.requests / requests[0]!.requests).toBeCloseTo(1, 2);
  }
});

function meanP95Ms(plays: TwinPlays["fluid"]): number {
  return meanOf(plays.map(({ latency }) => quantileOf(latency, 0.95)));
}

test("both twins are told how the kernel keeps limits", async () => {
  const topology = topologyOf([service("web", 20, [], { cpuMilli: 300 })]);
  const one = { ...all, loads: [0.5], hasHpa: false, hasCrash: false, hasScaleUp: false };
  const [{ part }] = comparedParts(one, { topology, timing, sizes: Float64Array.of(1) }) as [NamedPart];
  const p95Ms = async (told: Partial<Part>): Promise<Readonly<Record<keyof TwinPlays, number>>> => {
    const { requests, fluid } = await playOnTwins({ ...part, ...told }, declaredCalibration(topology, timing));
    return { requests: meanP95Ms(requests), fluid: meanP95Ms(fluid) };
  };
  const [own, pods] = [await p95Ms({}), await p95Ms({ cpuQuota: { groups: 2 } })];
  expect(pods.requests).toBeGreaterThan(1.03 * own.requests);
  expect(pods.fluid).toBeGreaterThan(1.03 * own.fluid);
});

test.each([
  { hasPods: false, kind: "kill-pod" },
  { hasPods: true, kind: "crash-loop" },
])("a crash is one of the process, where replicas are pods ($hasPods) too: $kind", ({ hasPods, kind }) => {
  const crash = comparedParts(all, { ...course, hasPods }).find(({ name }) => name === "crash")!;
  expect(crash.part.workload.faults).toMatchObject([{ kind, service: "a" }]);
});

test("a crash of the process is recovered from in one start-up on both twins, however it came about", async () => {
  for (const hasPods of [false, true]) {
    const crash = comparedParts({ ...all, hasHpa: false, hasScaleUp: false, loads: [0.1] }, { ...course, hasPods })[1]!;
    const { requests } = await playOnTwins(crash.part, declaredCalibration(chainedWide, timing));
    const kinds = requests.map(({ events }) => events.map((event) => event.kind).join(" "));
    expect(new Set(kinds)).toEqual(new Set(["crashed restarted ready"]));
  }
});

test("after a crash its service gets new replicas for the next play, where the kernel keeps limits all do after each", () => {
  const parts = comparedParts(all, course);
  const crash = parts.find(({ name }) => name === "crash")!.part;
  expect([...servicesToRenew(parts[0]!.part)]).toEqual([]);
  expect([...servicesToRenew(crash)]).toEqual(["a"]);
  expect([...servicesToRenew({ ...parts[0]!.part, cpuQuota: { groups: 2 } })]).toEqual(["a", "b", "c", "d"]);
});
