import { expect, test } from "vitest";
import type { HpaController } from "../../src/app/hpa-controller.ts";
import { leavingAs, type OnExit, onExitFor } from "../../src/app/on-exit.ts";
import type { HpaObject } from "../../src/clusters/kubernetes/hpa/hpa-object.ts";
import { KarmaError } from "../../src/core/errors.ts";
import type { RunningCluster } from "../../src/control/loop/running-cluster.ts";
import { createMemoryClock, type MemoryCluster } from "../control/loop/memory-cluster.ts";
import { createRunningMemoryCluster } from "./running-memory-cluster.ts";

test.each([
  { where: { kind: "kind" }, asked: undefined, stays: "hpa" },
  { where: { kind: "context", context: "mine" }, asked: undefined, stays: "hpa" },
  { where: { kind: "local" }, asked: undefined, stays: "restore" },
  { where: { kind: "local" }, asked: "keep", stays: "keep" },
  { where: { kind: "kind" }, asked: "restore", stays: "restore" },
] as const)("on $where.kind, asked for $asked, what stays is $stays", ({ where, asked, stays }) => {
  expect(onExitFor(where, asked)).toBe(stays);
});

test("an HPA is refused where nothing would act on it", () => {
  expect(() => onExitFor({ kind: "local" }, "hpa")).toThrow(/local has no controller/);
});

const own = { metadata: { name: "service1" } } as HpaObject;

type Rig = { readonly cluster: RunningCluster & MemoryCluster; readonly hpa: HpaController; readonly calls: string[] };

/** @param hadHpa  whether karma's own HPAs are there at first */
function rig(hadHpa = false): Rig {
  const calls: string[] = [];
  const hpa: HpaController = {
    takeAway: async () => {
      calls.push("take away");
      return hadHpa ? [own] : [];
    },
    putBack: async (objects) => void calls.push(`put back ${objects.map(({ metadata }) => metadata.name).join()}`),
    requireMetrics: async () => {},
    apply: async () => void calls.push("apply"),
  };
  return { cluster: createRunningMemoryCluster(createMemoryClock()), hpa, calls };
}

test.each([
  { onExit: "keep", hadHpa: true, sizes: [5, 3], calls: ["take away", "work"] },
  { onExit: "hpa", hadHpa: false, sizes: [5, 3], calls: ["take away", "work", "apply"] },
  { onExit: "restore", hadHpa: false, sizes: [2, 3], calls: ["take away", "work"] },
  { onExit: "restore", hadHpa: true, sizes: [2, 3], calls: ["take away", "work", "put back service1"] },
] as const)("$onExit, HPAs before: $hadHpa, leaves $sizes after $calls", async ({ onExit, hadHpa, ...left }) => {
  for (const isStopped of [false, true]) {
    const { cluster, hpa, calls } = rig(hadHpa);
    const work = async (): Promise<string> => {
      calls.push("work");
      await cluster.scale("service1", 5);
      await cluster.resize("service2", 300);
      if (isStopped) throw new KarmaError("INTERRUPTED", "stopped by Ctrl-C", "all is clean");
      return "done";
    };
    const leaving = leavingAs(onExit, cluster, hpa, work);
    if (isStopped) await expect(leaving).rejects.toThrow("stopped by Ctrl-C");
    else expect(await leaving).toBe("done");
    expect(cluster.desired).toEqual(left.sizes);
    expect(cluster.cpuMilli).toEqual(onExit === "restore" ? [500, 500] : [500, 300]);
    expect(calls).toEqual(left.calls);
  }
});

async function leftAfter(onExit: OnExit, failure: unknown, leavingFails: unknown): Promise<unknown> {
  const { cluster, hpa } = rig();
  const failing = { ...hpa, apply: () => Promise.reject(leavingFails) };
  const work = (): Promise<never> => Promise.reject(failure);
  return leavingAs(onExit, cluster, failing, work).catch((error: unknown) => error);
}

test("a cluster that is gone is the failure, and what could not be left is said with it", async () => {
  const lost = new KarmaError("NOT_READY", "the API server does not answer", "is it up?");
  expect(await leftAfter("hpa", lost, lost)).toMatchObject({
    code: "NOT_READY",
    message: "the API server does not answer; so --on-exit hpa could not be done",
    hint: "is it up?",
  });
  const other = new KarmaError("TOOL_FAILED", "forbidden", "ask for a Role");
  expect(await leftAfter("hpa", lost, other)).toMatchObject({ message: expect.stringMatching(/done: forbidden$/) });
});

test("a bug stays a bug, whatever else fails", async () => {
  const bug = new TypeError("x is not a function");
  expect(await leftAfter("hpa", bug, new KarmaError("TOOL_FAILED", "forbidden", "ask"))).toBe(bug);
  expect(await leftAfter("hpa", new KarmaError("NOT_READY", "gone", "up?"), bug)).toBe(bug);
});

test("where HPAs would scale nothing, a transfer that is to leave them does not begin", async () => {
  const { cluster, hpa, calls } = rig();
  const blind = new KarmaError("NOT_READY", "no API of CPU metrics", "--on-exit keep");
  const work = async (): Promise<void> => void calls.push("work");
  const without = { ...hpa, requireMetrics: () => Promise.reject(blind) };
  await expect(leavingAs("hpa", cluster, without, work)).rejects.toBe(blind);
  expect(calls).toEqual([]);
  await leavingAs("restore", cluster, without, work);
  expect(calls).toEqual(["take away", "work"]);
});
