import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clusterDir } from "../../../src/clusters/local/state.ts";
import { sweepCluster } from "../../../src/clusters/local/sweep.ts";
import { useStateDir } from "./state-dir.ts";

useStateDir();

function writeSpec(name: string, id: string): void {
  mkdirSync(clusterDir(name), { recursive: true });
  const starter = { pid: 1, started: "long ago" };
  writeFileSync(join(clusterDir(name), "spec.json"), JSON.stringify({ id, name, starter }));
}

test("what was seen dead is removed", async () => {
  writeSpec("shop", "old");
  expect(await sweepCluster("shop", "old")).toEqual([{ name: "shop", wasUp: false, killedPids: [] }]);
  expect(existsSync(clusterDir("shop"))).toBe(false);
});

test.each(["old", undefined])("a cluster that took the name since is left alone (seen before: %s)", async (seen) => {
  writeSpec("shop", "new");
  expect(await sweepCluster("shop", seen)).toEqual([]);
  expect(existsSync(join(clusterDir("shop"), "spec.json"))).toBe(true);
});

test("a folder that says of no cluster is removed, and one that is not there is no matter", async () => {
  mkdirSync(clusterDir("empty"), { recursive: true });
  expect(await sweepCluster("empty", undefined)).toHaveLength(1);
  expect(existsSync(clusterDir("empty"))).toBe(false);
  expect(await sweepCluster("empty", undefined)).toEqual([]);
});
