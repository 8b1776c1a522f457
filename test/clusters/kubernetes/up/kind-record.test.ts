import { expect, test } from "vitest";
import {
  isBeingMade,
  isHalfMade,
  isKindName,
  listKindRecords,
  readKindRecord,
  removeKindRecord,
  writeKindRecord,
} from "../../../../src/clusters/kubernetes/up/kind-record.ts";
import { useStateDir } from "../../local/state-dir.ts";

useStateDir();

const dead = { pid: 1, started: "long ago" };

test("what is written is read, listed by name, and gone when it is removed", async () => {
  await writeKindRecord({ cluster: "karma-b", isOwn: true, isComplete: true });
  await writeKindRecord({ cluster: "karma-a", isOwn: false, isComplete: true });
  expect(listKindRecords().map(({ cluster }) => cluster)).toEqual(["karma-a", "karma-b"]);
  expect(readKindRecord("karma-b")).toMatchObject({ isOwn: true, starter: { pid: process.pid } });
  removeKindRecord("karma-b");
  removeKindRecord("karma-b");
  expect(readKindRecord("karma-b")).toBeUndefined();
});

test("a cluster is half made when it is not complete and its maker is dead", () => {
  const record = { cluster: "c", isOwn: true, isComplete: false, starter: dead };
  expect(isHalfMade(record)).toBe(true);
  expect(isBeingMade(record)).toBe(false);
  expect(isHalfMade({ ...record, isComplete: true })).toBe(false);
  expect(isHalfMade({ ...record, isOwn: false })).toBe(false);
});

test("what another living process makes is left to it; what this one makes is not another's", async () => {
  await writeKindRecord({ cluster: "mine", isOwn: true, isComplete: false });
  const mine = readKindRecord("mine")!;
  expect([isHalfMade(mine), isBeingMade(mine)]).toEqual([false, false]);
});

test.each(["../x", "", ".hidden", "UPPER", "a/b", "x".repeat(64)])(
  "%j is no name and becomes no file",
  async (cluster) => {
    expect(isKindName(cluster)).toBe(false);
    await expect(writeKindRecord({ cluster, isOwn: true, isComplete: true })).rejects.toThrow("no name of a cluster");
  },
);
