import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEventFile } from "../../src/host/event-file.ts";
import { readEvents } from "./event-records.ts";
import { createFolder } from "./folder.ts";

function stepsIn(path: string): number[] {
  return readEvents(readFileSync(path)).map(({ step }) => step);
}

test("a file grows by a record a step, and a run that goes on drops what came later", () => {
  const path = join(createFolder(), "events.out.tfevents.x");
  const file = openEventFile(path);
  for (const step of [10, 20, 30]) file.add(step, { reward: -step });
  expect(stepsIn(path)).toEqual([0, 10, 20, 30]);
  const resumed = openEventFile(path, 20);
  expect(stepsIn(path)).toEqual([0, 10, 20]);
  resumed.add(30, { reward: 1 });
  expect(readEvents(readFileSync(path)).at(-1)).toMatchObject({ step: 30, scalars: { reward: 1 } });
  openEventFile(path);
  expect(stepsIn(path)).toEqual([0]);
});

test("a file that is missing or damaged from its start on is begun anew", () => {
  const path = join(createFolder(), "events.out.tfevents.x");
  openEventFile(path, 40).add(50, {});
  expect(stepsIn(path)).toEqual([0, 50]);
  writeFileSync(path, "cut");
  openEventFile(path, 40);
  expect(stepsIn(path)).toEqual([0]);
});

test("what is no number is left out", () => {
  const path = join(createFolder(), "events.out.tfevents.x");
  openEventFile(path).add(1, { gone: Number.NaN, far: Number.POSITIVE_INFINITY, here: 2 });
  expect(readEvents(readFileSync(path)).at(-1)?.scalars).toEqual({ here: 2 });
});

test("the moment of writing stands in it, seconds since 1970", () => {
  const path = join(createFolder(), "events.out.tfevents.x");
  openEventFile(path);
  const [first] = readEvents(readFileSync(path));
  expect(first!.wallTimeS! * 1_000).toBeGreaterThan(Date.now() - 60_000);
  expect(first!.wallTimeS! * 1_000).toBeLessThanOrEqual(Date.now());
});

test("a file that cannot be written is the user's to mend", () => {
  const folder = join(createFolder(), "nowhere");
  const refused = expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringContaining("cannot write") });
  expect(() => openEventFile(join(folder, "events"))).toThrow(refused);
  expect(existsSync(folder)).toBe(false);
});

test.each([undefined, 20])(
  "so is one that cannot be read or begun anew: a folder in its place, last step %s",
  (lastStep) => {
    const message = expect.stringContaining("is a folder");
    const refused = expect.objectContaining({ code: "INPUT_INVALID", message });
    expect(() => openEventFile(createFolder(), lastStep)).toThrow(refused);
  },
);
