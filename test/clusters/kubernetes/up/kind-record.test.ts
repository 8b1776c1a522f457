import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import {
  claimKindRecord,
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
beforeEach(() => rmSync(join(process.env["KARMA_STATE_DIR"]!, "kind"), { recursive: true, force: true }));

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

/** A record as a dead karma, or a full disk, left it. */
function left(cluster: string, content: string): void {
  const folder = join(process.env["KARMA_STATE_DIR"]!, "kind");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${cluster}.json`), content);
}

test("what a dead karma left half made is taken over, once", () => {
  left("c", JSON.stringify({ cluster: "c", isOwn: true, isComplete: false, starter: dead }));
  const stale = readKindRecord("c")!;
  expect(claimKindRecord("c", stale)).toBe(true);
  expect(readKindRecord("c")).toMatchObject({ isComplete: false, starter: { pid: process.pid } });
  expect(claimKindRecord("c", stale)).toBe(false);
  expect(claimKindRecord("c", undefined)).toBe(false);
  expect(readdirSync(join(process.env["KARMA_STATE_DIR"]!, "kind"))).toEqual(["c.json"]);
});

test.each([
  "",
  '{"cluster":"c","isOwn":tr',
  "null",
  '{"cluster":"other","isOwn":true,"isComplete":true,"starter":{"pid":1,"started":""}}',
])("a damaged record %j breaks no command, and nothing is deleted for it", (content) => {
  left("c", content);
  expect(listKindRecords()).toMatchObject([{ cluster: "c", isOwn: false, isComplete: true }]);
  expect(claimKindRecord("c", undefined)).toBe(false);
});

test.each(["../x", "", ".hidden", "UPPER", "a/b", "x".repeat(64)])(
  "%j is no name and becomes no file",
  async (cluster) => {
    expect(isKindName(cluster)).toBe(false);
    await expect(writeKindRecord({ cluster, isOwn: true, isComplete: true })).rejects.toThrow("no name of a cluster");
  },
);
