import { execaSync } from "execa";
import { expect, test } from "vitest";
import { tarArchive } from "../../../../src/clusters/kubernetes/up/tar-archive.ts";

const files = [
  { path: "Dockerfile", content: "FROM scratch\n" },
  { path: "src/main.ts", content: "x".repeat(513) },
  { path: "src/empty.ts", content: "" },
];

test("tar reads the archive, with every file as it was", () => {
  const listed = execaSync("tar", ["-tvf", "-"], { input: tarArchive(files) }).stdout.split("\n");
  expect(listed.map((line) => line.split(/\s+/).slice(0, 3).join(" "))).toEqual([
    "-rw-r--r-- 0/0 13",
    "-rw-r--r-- 0/0 513",
    "-rw-r--r-- 0/0 0",
  ]);
  const { stdout } = execaSync("tar", ["-xOf", "-", "src/main.ts"], { input: tarArchive(files) });
  expect(stdout).toBe("x".repeat(513));
});

test("the same files give the same bytes", () => {
  expect(tarArchive(files).equals(tarArchive(structuredClone(files)))).toBe(true);
});
