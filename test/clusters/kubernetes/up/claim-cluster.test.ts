import { beforeEach, expect, test } from "vitest";
import type { ToolAnswer } from "../../../../src/clusters/kubernetes/run-tool.ts";
import { claimCluster } from "../../../../src/clusters/kubernetes/up/claim-cluster.ts";
import {
  readKindRecord,
  removeKindRecord,
  writeKindRecord,
} from "../../../../src/clusters/kubernetes/up/kind-record.ts";
import { useStateDir } from "../../local/state-dir.ts";

useStateDir();
const CLUSTER = "karma-shop";
const never = new AbortController().signal;
const nothing = (): void => {};

/** kind, and the clusters that it has. */
const there = new Set<string>();
const deleted: string[] = [];
beforeEach(() => {
  removeKindRecord(CLUSTER);
  there.clear();
  deleted.length = 0;
});

const run = async (tool: string, args: readonly string[]): Promise<ToolAnswer> => {
  const done = { exitCode: 0, isThere: true, stdout: "", stderr: "" };
  if (tool === "docker") return done;
  if (args[0] === "get") return { ...done, stdout: [...there].join("\n") };
  if (args[0] === "delete") {
    deleted.push(args.at(-1)!);
    there.delete(args.at(-1)!);
    return done;
  }
  if (there.has(CLUSTER)) return { ...done, exitCode: 1, stderr: `ERROR: node(s) already exist for a cluster` };
  there.add(CLUSTER);
  return done;
};
const tools = { run, runLong: run };

test("of two that want to make the same cluster one may, and the other takes nothing away", async () => {
  const first = await claimCluster(tools, CLUSTER);
  await expect(claimCluster(tools, CLUSTER)).rejects.toMatchObject({ code: "NOT_READY" });
  await first.make("", nothing, never);
  await expect(claimCluster(tools, CLUSTER)).rejects.toMatchObject({ code: "NOT_READY" });
  expect(readKindRecord(CLUSTER)).toMatchObject({ isOwn: true, isComplete: true });
  expect(deleted).toEqual([]);
});

test("a cluster that came to be since the check is another's, and no record of it stays", async () => {
  there.add(CLUSTER);
  await expect(claimCluster(tools, CLUSTER)).rejects.toMatchObject({ code: "NOT_READY" });
  expect(readKindRecord(CLUSTER)).toBeUndefined();
});

test("a cluster of which kind says that it exists is not deleted by the undoing", async () => {
  const claim = await claimCluster(tools, CLUSTER);
  there.add(CLUSTER);
  await expect(claim.make("", nothing, never)).rejects.toThrow("already exist");
  await claim.drop();
  expect(deleted).toEqual([]);
  expect(readKindRecord(CLUSTER)).toBeUndefined();
});

test("what was made is taken back", async () => {
  const claim = await claimCluster(tools, CLUSTER);
  await claim.make("", nothing, never);
  await claim.drop();
  expect(deleted).toEqual([CLUSTER]);
  expect(readKindRecord(CLUSTER)).toBeUndefined();
});

test("a cluster that somebody deleted without karma is made anew", async () => {
  await writeKindRecord({ cluster: CLUSTER, isOwn: true, isComplete: true });
  const claim = await claimCluster(tools, CLUSTER);
  await claim.make("", nothing, never);
  expect([...there]).toEqual([CLUSTER]);
  expect(deleted).toEqual([]);
});
