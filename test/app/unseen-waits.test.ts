import { expect, test } from "vitest";
import { withoutUnseenWaits } from "../../src/app/unseen-waits.ts";
import { kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";
import { createRng } from "../../src/core/rng.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import { type CalibrationFile, calibrateFully } from "../../src/twin/calibrate/calibration-file.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";
import { RECORDING_FORMAT, type ReadRecording } from "../../src/twin/calibrate/recording-file.ts";
import { createRequestTwin } from "../../src/twin/requests/create-request-twin.ts";
import { call, service, topologyOf } from "../twin/fixtures.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const limit = { cpuMilli: 300, concurrency: 64, queueLimit: 60 };
const single = topologyOf([service("a", 20, [], limit)]);
const chain = topologyOf([service("a", 20, [[call("b", 1)]], limit), service("b", 20, [], limit)]);
const fanOut = topologyOf([
  service("a", 20, [[call("b", 1), call("c", 1)]], limit),
  service("b", 20, [], limit),
  service("c", 20, [], limit),
]);
const FIXED_MS = 4;
const LENGTH_MS = 300_000;

type Kept = { readonly on: string; readonly groups?: 1 | 2 };

/** What a cluster with this quota and fixed latency would show, at a load of a third and of a half. */
function recordingOf(topology: Topology, seed: number, { on, groups }: Kept): ReadRecording {
  const cpuQuota = groups && { groups };
  const declared = declaredCalibration(topology, timing);
  const services = declared.services.map((one) => Object.assign({}, one, { fixedLatencyMs: FIXED_MS }));
  const twin = createRequestTwin(
    topology,
    { ...declared, services },
    {
      rng: createRng(`cluster ${seed}`),
      ratePerS: Float64Array.of(5, 7.5),
      stepMs: LENGTH_MS / 2,
      initialReplicas: new Float64Array(topology.services.length).fill(1),
      ...(cpuQuota === undefined ? { hidesWaitsAtRest: true } : { cpuQuota }),
    },
  );
  const readings = Array.from({ length: LENGTH_MS / 500 }, (_, look) => {
    twin.advanceTo(500 * (look + 1));
    const seen = structuredClone(twin.observe());
    // The way to the entry, which its process does not know of.
    seen.entryLatencyMs[0]! -= FIXED_MS;
    return seen;
  });
  const { served, latencyMs } = twin.entry;
  const names = topology.services.map(({ name, cpuMilli }) => ({ name, cpuMilli }));
  const about = { topology: topology.name, services: names, timing, on, startedAtEpochMs: 0 };
  return {
    header: { format: RECORDING_FORMAT, ...about, ...(cpuQuota === undefined ? {} : { cpuQuota }) },
    recording: {
      services: names.map(({ name }) => name),
      readings,
      events: [],
      users: { requests: served, meanMs: latencyMs / served },
    },
    loads: [],
  };
}

function fitted(topology: Topology, read: ReadRecording): CalibrationFile {
  const { recording } = read;
  return calibrateFully({ recording, topology, timing, wanted: { low: 0.3, high: 0.5 }, expectedWaitMs: () => 1 });
}

test.each([
  { name: "a service", topology: single, kept: { on: "kind", groups: 2 as const }, tooMuchMs: 2 },
  { name: "a service under one group", topology: single, kept: { on: "kind", groups: 1 as const }, tooMuchMs: 2 },
  { name: "a chain", topology: chain, kept: { on: "kind", groups: 2 as const }, tooMuchMs: 2 },
  { name: "a service of local processes", topology: single, kept: { on: "local" }, tooMuchMs: 1 },
  { name: "a chain of local processes", topology: chain, kept: { on: "local" }, tooMuchMs: 1 },
  { name: "a fan-out of local processes", topology: fanOut, kept: { on: "local" }, tooMuchMs: 1 },
])(
  "of $name fixed latency is found to a millisecond and a half, where waits that nobody sees are taken for it else",
  (one) => {
    const read = recordingOf(one.topology, 1, one.kept);
    const before = fitted(one.topology, read);
    const after = withoutUnseenWaits(before, one.topology, [read]);
    expect(before.calibration.services[0]!.fixedLatencyMs).toBeGreaterThan(FIXED_MS + one.tooMuchMs);
    for (const { fixedLatencyMs } of after.calibration.services)
      expect(Math.abs(fixedLatencyMs - FIXED_MS)).toBeLessThan(1.5);
    expect(after.services[0]!.fixedLatencyMs.value).toBe(after.calibration.services[0]!.fixedLatencyMs);
  },
);

test("a recording that does not say who keeps the limits is taken at its word", () => {
  const read = recordingOf(single, 2, { on: "kind" });
  const file = fitted(single, read);
  expect(withoutUnseenWaits(file, single, [read])).toBe(file);
});

test("a recording without a reading is taken at its word", () => {
  const read = recordingOf(single, 2, { on: "local" });
  const file = fitted(single, read);
  const empty = { ...read, recording: { ...read.recording, readings: [] } };
  expect(withoutUnseenWaits(file, single, [empty])).toBe(file);
});
