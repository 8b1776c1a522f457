import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";
import {
  RECORDING_FORMAT,
  type RecordingLine,
  decodeRecording,
  encodeRecordingLine,
} from "../../../src/twin/calibrate/recording-file.ts";
import { joinRecordings } from "../../../src/twin/calibrate/join-recordings.ts";

function readings(atMs: number) {
  const one = createReadings(2, 1, atMs);
  one.cpu.set([0.25, Number.NaN]);
  one.ageMs.set([100, 200]);
  return one;
}

const lines: readonly RecordingLine[] = [
  {
    header: {
      format: RECORDING_FORMAT,
      topology: "shop",
      services: [
        { name: "a", cpuMilli: 500 },
        { name: "b", cpuMilli: 200 },
      ],
      timing: kubernetesTiming,
      on: "local",
      startedAtEpochMs: 0,
    },
  },
  { readings: readings(1_000) },
  { event: { atMs: 1_500, service: "a", kind: "created", pod: "a-0" } },
  { load: { requests: 10, violating: 1, p50Ms: 5, p95Ms: 9, p99Ms: 10 } },
  { readings: readings(2_000) },
];
const text = lines.map((line) => `${encodeRecordingLine(line)}\n`).join("");

test("what was recorded is read back, what is not known stays unknown", () => {
  const read = decodeRecording(text);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  expect(read.header.topology).toBe("shop");
  expect(read.recording.services).toEqual(["a", "b"]);
  expect(read.recording.readings).toEqual([readings(1_000), readings(2_000)]);
  expect(read.recording.events.map(({ pod }) => pod)).toEqual(["a-0"]);
  expect(read.loads).toHaveLength(1);
});

test.each([
  { quota: '{"groups":2}', isFine: true },
  { quota: '{"groups":3}', isFine: false },
  { quota: '"kernel"', isFine: false },
])("a header whose CPU quota is $quota is read back or refused", ({ quota, isFine }) => {
  const read = decodeRecording(text.replace('"on":"local"', `"on":"kind","cpuQuota":${quota}`));
  expect("problems" in read).toBe(!isFine);
  if ("header" in read) expect(read.header.cpuQuota).toEqual({ groups: 2 });
});

test("what users saw is read back; of several recordings only where all have it", () => {
  const withMean = text.replace('"p99Ms":10}', '"p99Ms":10,"meanMs":6}');
  const recordings = [
    text,
    withMean,
    withMean.replace('"requests":10', '"requests":30').replace('"meanMs":6', '"meanMs":8'),
  ].map((one) => {
    const read = decodeRecording(one);
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    return read.recording;
  });
  expect(recordings.map(({ users }) => users?.meanMs)).toEqual([undefined, 6, 8]);
  expect(joinRecordings(recordings.slice(1)).users).toEqual({ requests: 40, meanMs: 7.5 });
  expect(joinRecordings(recordings).users).toBeUndefined();
});

test("a recording from before memory was recorded is read all the same", () => {
  const read = decodeRecording(text.replaceAll(/"memoryMiB":\[[^\]]*\],/g, ""));
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  expect(read.recording.readings).toEqual([readings(1_000), readings(2_000)]);
  expect("problems" in decodeRecording(text.replaceAll(/"queued":\[[^\]]*\],/g, ""))).toBe(true);
});

test("a recording cut off anywhere behind its first line is read up to its last whole line", () => {
  const first = text.indexOf("\n") + 1;
  assert(
    property(integer({ min: first, max: text.length }), (end) => {
      const cut = text.slice(0, end);
      const read = decodeRecording(cut);
      if ("problems" in read) throw new Error(JSON.stringify(read.problems));
      const whole = cut.split("\n").length - 2;
      expect(read.recording.readings.length + read.recording.events.length + read.loads.length).toBe(whole);
    }),
  );
});

test.each([
  ["nothing", ""],
  ["another file", '{"services": 3}\n'],
  ["services without limits", text.replace('"cpuMilli":500', '"cpuMilli":-1')],
])("%s is no recording", (_name, content) => {
  expect(decodeRecording(content)).toEqual({
    problems: [{ path: "line 1", message: expect.stringContaining(RECORDING_FORMAT) }],
  });
});

test("damage in the middle is told by its line", () => {
  const damaged = text.replace('"event"', '"even"');
  expect(decodeRecording(damaged)).toEqual({
    problems: [{ path: "line 3", message: expect.stringContaining("expected readings") }],
  });
});

test("joined recordings lie far apart and keep their replicas apart", () => {
  const read = decodeRecording(text);
  if ("problems" in read) throw new Error("not read");
  const both = joinRecordings([read.recording, read.recording]);
  expect(both.readings).toHaveLength(4);
  expect(both.readings[2]!.atMs - both.readings[1]!.atMs).toBeGreaterThan(3_600_000);
  expect(new Set(both.events.map(({ pod }) => pod)).size).toBe(2);
});
