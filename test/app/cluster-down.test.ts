import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type ClusterDownResult, clusterDown } from "../../src/app/cluster-down.ts";
import type { InputPaths } from "../../src/app/inputs.ts";
import { listLocalClusters } from "../../src/clusters/local/list.ts";
import { identify } from "../../src/clusters/local/process-identity.ts";
import { clusterDir } from "../../src/clusters/local/state.ts";
import { createProgress } from "../../src/host/progress.ts";
import { readPackageFile } from "../../src/host/package-files.ts";
import { useStateDir } from "../clusters/local/state-dir.ts";
import { createFolder } from "../host/folder.ts";

useStateDir();

function writeSpec(name: string, starter: { readonly pid: number; readonly started: string }): void {
  mkdirSync(clusterDir(name), { recursive: true });
  writeFileSync(join(clusterDir(name), "spec.json"), JSON.stringify({ id: name, name, starter }));
}

/** One that is starting in another folder, and one that died. */
beforeEach(() => {
  writeSpec("elsewhere", identify(process.pid)!);
  writeSpec("dead", { pid: 1, started: "long ago" });
});

function down(paths: InputPaths): Promise<ClusterDownResult> {
  return clusterDown({ ...paths, isAll: false }, createProgress("quiet"));
}

const names = (): string[] => listLocalClusters().map(({ name }) => name);

test("the cluster of another folder that is starting is left alone, what a dead one left is cleared", async () => {
  const cwd = createFolder();
  writeFileSync(join(cwd, "topology.json"), readPackageFile("topologies/karma-two-services.json"));
  const result = await down({ cwd });
  expect(result).toMatchObject({ removed: [{ name: "dead", wasUp: false }], stillUp: ["elsewhere"] });
  expect(names()).toEqual(["elsewhere"]);
});

test("a broken topology that lies here is said, after what dead ones left is cleared", async () => {
  const cwd = createFolder();
  writeFileSync(join(cwd, "topology.json"), '{ "services": ');
  await expect(down({ cwd })).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining("1 problem"),
    hint: expect.stringMatching(/cleared of dead runs: dead; .*--all/),
    problems: [expect.anything()],
  });
  expect(names()).toEqual(["elsewhere"]);
});

test("a broken topology that was named is said, and nothing is touched", async () => {
  const cwd = createFolder();
  writeFileSync(join(cwd, "shop.json"), '{ "services": ');
  await expect(down({ cwd, topology: "shop.json" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  expect(names()).toEqual(["dead", "elsewhere"]);
});

test("without a topology every cluster ends, a starting one too", async () => {
  const { removed } = await down({ cwd: createFolder() });
  expect(removed.map(({ name }) => name).sort()).toEqual(["dead", "elsewhere"]);
  expect(names()).toEqual([]);
});
