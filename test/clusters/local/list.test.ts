import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connectLocalCluster } from "../../../src/clusters/local/client.ts";
import { listLocalClusters } from "../../../src/clusters/local/list.ts";
import { identify } from "../../../src/clusters/local/process-identity.ts";
import { clusterDir } from "../../../src/clusters/local/state.ts";
import { sweepCluster } from "../../../src/clusters/local/sweep.ts";
import { useStateDir } from "./state-dir.ts";

useStateDir();

const dead = { pid: 1, started: "long ago" };
const alive = identify(process.pid)!;

/** The folder of a cluster whose supervisor has not said anything yet. */
function writeSpec(name: string, id: string, starter: typeof dead): void {
  mkdirSync(clusterDir(name), { recursive: true });
  writeFileSync(join(clusterDir(name), "spec.json"), JSON.stringify({ id, name, starter }));
}

test("a cluster that is starting counts as up, and cannot be connected to yet", async () => {
  writeSpec("starting", "a", alive);
  expect(listLocalClusters()).toEqual([{ name: "starting", id: "a", isUp: true, isStarting: true }]);
  await expect(connectLocalCluster("starting")).rejects.toMatchObject({
    code: "NOT_READY",
    message: "local cluster starting is starting",
  });
  await sweepCluster("starting", "a");
});

test("a cluster whose starter died before it was up is what is left of one", async () => {
  writeSpec("left", "a", dead);
  expect(listLocalClusters()).toEqual([{ name: "left", id: "a", isUp: false, isStarting: false }]);
  await sweepCluster("left", "a");
  expect(listLocalClusters()).toEqual([]);
});

test("once its supervisor is known, that one decides, not the starter", () => {
  writeSpec("dead", "a", alive);
  writeFileSync(join(clusterDir("dead"), "state.json"), JSON.stringify({ id: "a", supervisor: dead, pods: [] }));
  expect(listLocalClusters()).toEqual([{ name: "dead", id: "a", isUp: false, isStarting: false }]);
});
