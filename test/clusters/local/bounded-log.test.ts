import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createBoundedLog } from "../../../src/clusters/local/bounded-log.ts";

function makeDir(): string {
  const directory = mkdtempSync(join(tmpdir(), "karma-log-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("a log keeps to two files of the given size and to its last lines", () => {
  const directory = makeDir();
  const path = join(directory, "a.log");
  const log = createBoundedLog(path, 100);
  for (let line = 0; line < 100; line++) log.write(`line ${line}\n`);
  expect(readdirSync(directory).sort()).toEqual(["a.log", "a.log.1"]);
  for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(100);
  expect(readFileSync(path, "utf8")).toMatch(/line 99\n$/);
  expect(log.lastLines().at(-1)).toBe("line 99");
  expect(log.lastLines().length).toBeLessThanOrEqual(20);
});
