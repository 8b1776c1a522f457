import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readUserFile } from "../../src/host/read.ts";
import { createFolder } from "./folder.ts";

test("a file is read as text", () => {
  const path = join(createFolder(), "a.json");
  writeFileSync(path, "{ ü }");
  expect(readUserFile(path, "topology")).toBe("{ ü }");
});

test.each([
  ["nosuch.json", "no such file, expected a topology"],
  ["folder", "is a folder, expected a topology"],
  ["large.json", "expected a topology of at most 8 bytes, found 9"],
  ["large.json/inside", "a part of the path is not a folder, expected a topology"],
  [`${"x".repeat(300)}.json`, "the name is too long, expected a topology"],
])("%s is refused: %s", (name, message) => {
  const folder = createFolder();
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "large.json"), "123456789");
  const path = join(folder, name);
  const limitBytes = name === "folder" ? 1e9 : 8;
  expect(() => readUserFile(path, "topology", limitBytes)).toThrow(
    expect.objectContaining({ name: "KarmaError", code: "INPUT_INVALID", message: `${path}: ${message}` }),
  );
});
