import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeFileAtomic } from "../../src/host/files.ts";

function makeDir(): string {
  const directory = mkdtempSync(join(tmpdir(), "karma-files-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("a reader sees the old text or the new one, never a part", async () => {
  const path = join(makeDir(), "a.json");
  const texts = ["x", "y"].map((letter) => letter.repeat(200_000));
  await writeFileAtomic(path, texts[0]!);
  const writing = Promise.all(Array.from({ length: 20 }, (_, index) => writeFileAtomic(path, texts[index % 2]!)));
  for (let read = 0; read < 100; read++) {
    expect(texts.includes(readFileSync(path, "utf8"))).toBe(true);
    await new Promise(setImmediate);
  }
  await writing;
});

test("it has the mode asked for, and no temporary file stays, not even after a failure", async () => {
  const directory = makeDir();
  await writeFileAtomic(join(directory, "secret"), "text", 0o600);
  expect(statSync(join(directory, "secret")).mode & 0o777).toBe(0o600);
  await expect(writeFileAtomic(directory, "text")).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  await expect(writeFileAtomic(join(directory, "none", "a"), "text")).rejects.toThrow(/ENOENT/);
  expect(readdirSync(directory)).toEqual(["secret"]);
});
