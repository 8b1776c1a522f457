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
const FIXED_MS = 4;
const LENGTH_MS = 300_000;

/** What a cluster with this quota and fixed latency would show, at a load of a third and of a half. */
function recordingOf(topology: Topology, seed: number, groups: 1 | 2): ReadRecording {
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
      cpuQuota: { groups },
    },
  );
  const readings = Array.from({ length: LENGTH_MS / 500 }, (_, look) => {
    twin.advanceTo(500 * (look + 1));
    return structuredClone(twin.observe());
  });
  const { served, latencyMs } = twin.entry;
  const names = topology.services.map(({ name, cpuMilli }) => ({ name, cpuMilli }));
  const about = { topology: topology.name, services: names, timing, on: "kind", startedAtEpochMs: 0 };
  return {
    header: { format: RECORDING_FORMAT, ...about, cpuQuota: { groups } },
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
  { name: "a service", topology: single, groups: 2 as const },
  { name: "a service under one group", topology: single, groups: 1 as const },
  { name: "a chain", topology: chain, groups: 2 as const },
])(
  "of $name fixed latency is found to a millisecond and a half, where waits that nobody sees are taken for it else",
  (one) => {
    const read = recordingOf(one.topology, 1, one.groups);
    const before = fitted(one.topology, read);
    const after = withoutUnseenWaits(before, one.topology, [read]);
    expect(before.calibration.services[0]!.fixedLatencyMs).toBeGreaterThan(FIXED_MS + 2);
    for (const { fixedLatencyMs } of after.calibration.services)
      expect(Math.abs(fixedLatencyMs - FIXED_MS)).toBeLessThan(1.5);
    expect(after.services[0]!.fixedLatencyMs.value).toBe(after.calibration.services[0]!.fixedLatencyMs);
  },
);

test("a recording that does not say that the kernel keeps the limits is taken at its word", () => {
  const { header, ...read } = recordingOf(single, 2, 2);
  const { cpuQuota: _, ...plain } = header;
  const file = fitted(single, { header, ...read });
  expect(withoutUnseenWaits(file, single, [{ header: plain, ...read }])).toBe(file);
});
