import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { openRunFolder, runsByAge } from "../../src/host/run-folder.ts";
import { createFolder } from "./folder.ts";

test("what is written is read again, and what is not there is undefined", async () => {
  const folder = openRunFolder(join(createFolder(), "runs", "shop"));
  await folder.write("a.bin", Uint8Array.of(1, 2, 255));
  await folder.write("a.bin", Uint8Array.of(3));
  expect([...folder.read("a.bin")!]).toEqual([3]);
  expect(folder.read("b.bin")).toBeUndefined();
  folder.remove("a.bin");
  folder.remove("a.bin");
  expect(folder.read("a.bin")).toBeUndefined();
});

type Line = { readonly iteration: number };
const upTo =
  (last: number) =>
  (line: unknown): boolean =>
    (line as Line).iteration <= last;

test("rewinding drops the lines behind the last one to keep, half a line at the end too", () => {
  const path = createFolder();
  const folder = openRunFolder(path);
  for (let iteration = 1; iteration <= 5; iteration++) folder.append("metrics.jsonl", { iteration, note: "ü" });
  appendFileSync(join(path, "metrics.jsonl"), '{"iteration":6,"no');
  folder.rewind("metrics.jsonl", upTo(3));
  const lines = readFileSync(join(path, "metrics.jsonl"), "utf8").split("\n");
  expect(lines.slice(0, -1).map((line) => (JSON.parse(line) as Line).iteration)).toEqual([1, 2, 3]);
  expect(lines.at(-1)).toBe("");
  folder.append("metrics.jsonl", { iteration: 4 });
  expect(readFileSync(join(path, "metrics.jsonl"), "utf8")).toMatch(/"iteration":4\}\n$/);
});

test("rewinding stops at a damaged line, and does not miss a file that is not there", () => {
  const path = createFolder();
  const folder = openRunFolder(path);
  folder.rewind("metrics.jsonl", upTo(3));
  expect(existsSync(join(path, "metrics.jsonl"))).toBe(false);
  writeFileSync(join(path, "metrics.jsonl"), '{"iteration":1}\n?\n{"iteration":2}\n');
  folder.rewind("metrics.jsonl", upTo(3));
  expect(readFileSync(join(path, "metrics.jsonl"), "utf8")).toBe('{"iteration":1}\n');
});

test("lines are read up to the first damaged one, and folders list their names in order", async () => {
  const path = createFolder();
  const folder = openRunFolder(path);
  expect(folder.lines("metrics.jsonl")).toEqual([]);
  expect(folder.list("checkpoints")).toEqual([]);
  writeFileSync(join(path, "metrics.jsonl"), '{"iteration":1,"note":"ü"}\n{"iteration":2}\n{"iteration":3');
  folder.flush("metrics.jsonl");
  expect(folder.lines("metrics.jsonl")).toEqual([{ iteration: 1, note: "ü" }, { iteration: 2 }]);
  for (const name of ["b", "a"]) await folder.write(join("checkpoints", name), name);
  expect(folder.list("checkpoints")).toEqual(["a", "b"]);
  folder.remove("checkpoints");
  expect(folder.list("checkpoints")).toEqual([]);
});

test("halves of files that a killed process left go, those of a living one and all others stay", () => {
  const path = createFolder();
  mkdirSync(join(path, "checkpoints"));
  // No process has this number.
  const dead = 2 ** 22 + 1;
  const [half, alive] = [`snapshot.bin.${dead}-0a1b2c3d.tmp`, `snapshot.bin.${process.ppid}-0a1b2c3d.tmp`];
  for (const name of [half, `checkpoints/${half}`, alive, "notes.tmp", "snapshot.bin"])
    writeFileSync(join(path, name), "");
  openRunFolder(path);
  expect(readdirSync(path).sort()).toEqual(["checkpoints", alive, "notes.tmp", "snapshot.bin"].sort());
  expect(readdirSync(join(path, "checkpoints"))).toEqual([]);
});

test("a folder that cannot be made is the user's to mend", () => {
  const path = createFolder();
  writeFileSync(join(path, "runs"), "");
  expect(() => openRunFolder(join(path, "runs", "shop"))).toThrow(
    expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringContaining("is not a folder") }),
  );
});

test("runs come newest first, and folders without the file are none", () => {
  const path = createFolder();
  for (const [name, seconds] of [
    ["old", 100],
    ["new", 300],
    ["middle", 200],
  ] as const) {
    mkdirSync(join(path, name));
    writeFileSync(join(path, name, "checkpoint.json"), "");
    utimesSync(join(path, name, "checkpoint.json"), seconds, seconds);
  }
  mkdirSync(join(path, "unfinished"));
  expect(runsByAge(path, "checkpoint.json").map((run) => basename(run))).toEqual(["new", "middle", "old"]);
  expect(runsByAge(join(path, "nowhere"), "checkpoint.json")).toEqual([]);
  expect(runsByAge(join(path, "old", "checkpoint.json"), "checkpoint.json")).toEqual([]);
});
