import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { holdLocalCluster } from "../../../src/clusters/local/scaler-lock.ts";

function cluster(): string {
  const state = mkdtempSync(join(tmpdir(), "karma-lock-"));
  const before = process.env["KARMA_STATE_DIR"];
  process.env["KARMA_STATE_DIR"] = state;
  onTestFinished(() => {
    if (before === undefined) delete process.env["KARMA_STATE_DIR"];
    else process.env["KARMA_STATE_DIR"] = before;
    rmSync(state, { recursive: true });
  });
  const folder = join(state, "clusters", "shop");
  mkdirSync(folder, { recursive: true });
  return folder;
}

test("a second one that would scale is refused by name, and may once the first has ended", async () => {
  const folder = cluster();
  await holdLocalCluster("shop", "karma transfer", async () => {
    const second = holdLocalCluster("shop", "karma evaluate", async () => {});
    await expect(second).rejects.toThrow(/karma transfer \(process \d+\) scales shop already/);
  });
  await expect(holdLocalCluster("shop", "karma transfer", () => Promise.reject(new Error("ended")))).rejects.toThrow(
    "ended",
  );
  expect(await holdLocalCluster("shop", "karma evaluate", async () => "done")).toBe("done");
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a process that has died is no lock", async () => {
  const folder = cluster();
  const dead = { pid: process.pid, started: "another life", what: "karma transfer" };
  writeFileSync(join(folder, "scaler.json"), JSON.stringify(dead));
  expect(await holdLocalCluster("shop", "karma evaluate", async () => "done")).toBe("done");
});
