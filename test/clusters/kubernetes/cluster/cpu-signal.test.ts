import { expect, test } from "vitest";
import { usedCpu } from "../../../../src/clusters/kubernetes/cluster/cpu-signal.ts";
import { podState } from "./pod-object.ts";

const pods = [podState({ name: "a" }), podState({ name: "b", wanted: "400m" }), podState({ name: "new" })];
const usage = new Map([
  ["a", { cores: 0.1, memoryMiB: 40, atMs: 5_000 }],
  ["b", { cores: 0.4, memoryMiB: 40, atMs: 3_000 }],
  ["gone", { cores: 9, memoryMiB: 40, atMs: 6_000 }],
]);

test("CPU is the mean share of the limits of the pods that are known, as old as the oldest", () => {
  expect(usedCpu(pods, usage, 0)).toEqual({ cpu: 0.75, atMs: 3_000 });
});

test("what is too old is not known", () => {
  expect(usedCpu(pods, usage, 4_000)).toEqual({ cpu: 0.5, atMs: 5_000 });
  expect(usedCpu(pods, usage, 6_000)).toBeUndefined();
});
