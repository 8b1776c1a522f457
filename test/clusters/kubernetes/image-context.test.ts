import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { imageOf, readImageContext } from "../../../src/clusters/kubernetes/image-context.ts";

function copyOfMocks(): string {
  const folder = mkdtempSync(join(tmpdir(), "karma-image-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync("mocks", folder, { recursive: true, filter: (path) => !path.includes("node_modules") });
  return folder;
}

test("the context holds the program, what it needs, and the Dockerfile", () => {
  const paths = readImageContext("mocks", "FROM scratch\n", undefined).files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["Dockerfile", "package-lock.json", "package.json", "src/main.ts"]));
  expect(paths.filter((path) => !/^(Dockerfile|package(-lock)?\.json|src\/[\w.-]+\.ts)$/.test(path))).toEqual([]);
  expect(paths).toEqual(paths.toSorted());
});

test("the same files give the same image wherever they lie", () => {
  const here = readImageContext("mocks", "FROM scratch\n", undefined);
  expect(readImageContext(copyOfMocks(), "FROM scratch\n", undefined)).toEqual(here);
  expect(imageOf("karma-mock", here)).toMatch(/^karma-mock:[0-9a-f]{12}$/);
});

test("a change of the program, of the Dockerfile or of the base gives another image", () => {
  const folder = copyOfMocks();
  const before = readImageContext(folder, "FROM scratch\n", undefined).hash;
  const dockerfile = readImageContext(folder, "FROM scratch\nUSER 1\n", undefined).hash;
  const base = readImageContext(folder, "FROM scratch\n", "node:24-alpine").hash;
  writeFileSync(join(folder, "src/main.ts"), "// nothing\n");
  const program = readImageContext(folder, "FROM scratch\n", undefined).hash;
  expect(new Set([before, dockerfile, base, program]).size).toBe(4);
});

test("what the image is not made of does not change it", () => {
  const folder = copyOfMocks();
  const before = readImageContext(folder, "FROM scratch\n", undefined).hash;
  writeFileSync(join(folder, "notes.md"), "nothing\n");
  writeFileSync(join(folder, "config.schema.json"), "{}\n");
  expect(readImageContext(folder, "FROM scratch\n", undefined).hash).toBe(before);
});
