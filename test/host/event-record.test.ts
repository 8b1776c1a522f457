import { array, assert, dictionary, float, integer, property, string, tuple } from "fast-check";
import { expect, test } from "vitest";
import { keptLength, scalarRecord, versionRecord } from "../../src/host/event-record.ts";
import { readEvents } from "./event-records.ts";

const scalars = dictionary(string({ minLength: 1, maxLength: 40 }), float({ noNaN: true }), { maxKeys: 8 });
const steps = integer({ min: 0, max: 2 ** 45 });

test("a second reader finds every step and number that was written, and all checksums right", () => {
  assert(
    property(array(tuple(steps, scalars), { maxLength: 6 }), (written) => {
      const records = written.map(([step, values]) => scalarRecord({ wallTimeS: 12.5, step, scalars: values }));
      const [first, ...events] = readEvents(Buffer.concat([versionRecord(7.25), ...records]));
      expect(first).toEqual({ wallTimeS: 7.25, step: 0, version: "brain.Event:2", scalars: {} });
      expect(events.map(({ step, scalars: read }) => [step, read])).toEqual(
        written.map(([step, values]) => [step, { ...values }]),
      );
      for (const { wallTimeS } of events) expect(wallTimeS).toBe(12.5);
    }),
    { numRuns: 60 },
  );
});

test("the second reader turns red on a flipped bit", () => {
  const record = Buffer.from(scalarRecord({ wallTimeS: 1, step: 3, scalars: { reward: -1 } }));
  expect(readEvents(record)).toHaveLength(1);
  record[20] = record[20]! ^ 4;
  expect(() => readEvents(record)).toThrow("checksum");
});

const file = Buffer.concat([
  versionRecord(1),
  ...[1_000, 2_000, 3_000].map((step) => scalarRecord({ wallTimeS: 1, step, scalars: { reward: step } })),
]);
const recordBytes = (file.length - versionRecord(1).length) / 3;

test.each([
  ["all of it up to the last step", file, 3_000, 3],
  ["nothing of a later step", file, 2_500, 2],
  ["not even the first step before it", file, 999, 0],
  ["no record that is cut off", file.subarray(0, file.length - 1), 3_000, 2],
  ["no record behind a damaged one", damaged(file, file.length - 2 * recordBytes + 15), 3_000, 1],
] as const)("kept is %s", (_, bytes, lastStep, records) => {
  expect(keptLength(bytes, lastStep)).toBe(versionRecord(1).length + records * recordBytes);
});

function damaged(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 1;
  return copy;
}

test("of what is no event file nothing is kept", () => {
  expect(keptLength(new Uint8Array(0), 9)).toBe(0);
  expect(keptLength(Buffer.from("no event file, but long enough to be one"), 9)).toBe(0);
});
