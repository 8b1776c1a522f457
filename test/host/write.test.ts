import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeBelow } from "../../src/host/write.ts";
import { createFolder } from "./folder.ts";

test("files are written with the folders they need, and their paths are given back", async () => {
  const root = createFolder();
  const written = await writeBelow(join(root, "out"), [
    { path: "a.json", content: "A" },
    { path: "deep/er/b.json", content: "B" },
  ]);
  expect(written).toEqual([join(root, "out", "a.json"), join(root, "out", "deep", "er", "b.json")]);
  expect(readFileSync(written[1]!, "utf8")).toBe("B");
});

test.each(["../outside.json", "a/../../outside.json", "."])(
  "a path that leaves the folder is a bug: %s",
  async (path) => {
    const root = createFolder();
    await expect(writeBelow(join(root, "out"), [{ path, content: "" }])).rejects.toThrow("leaves");
    expect(existsSync(join(root, "outside.json"))).toBe(false);
  },
);

test.each([
  ["file/a.json", "a part of the path is not a folder"],
  [`${"x".repeat(300)}/a.json`, "the name is too long"],
])("a place that cannot be written to is the user's to mend: %s", async (path, reason) => {
  const root = createFolder();
  writeFileSync(join(root, "file"), "");
  await expect(writeBelow(root, [{ path, content: "" }])).rejects.toMatchObject({
    name: "KarmaError",
    code: "INPUT_INVALID",
    message: expect.stringContaining(reason),
  });
});

test.runIf(existsSync("/proc/self"))("a folder below /proc is refused, and does not hang", async () => {
  await expect(writeBelow("/proc/karma", [{ path: "a", content: "" }])).rejects.toThrow(/cannot write \/proc\/karma/);
});
