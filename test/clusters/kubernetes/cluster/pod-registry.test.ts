import { beforeEach, expect, test } from "vitest";
import { type PodRegistry, createPodRegistry } from "../../../../src/clusters/kubernetes/cluster/pod-registry.ts";
import { podState } from "./pod-object.ts";

let nowMs = 0;
let registry: PodRegistry;
beforeEach(() => {
  nowMs = 10_000;
  registry = createPodRegistry(
    new Set(["cart"]),
    () => nowMs,
    () => 4_000,
  );
});

test("the first look makes no events, the next ones do", () => {
  registry.replaceAll([podState({ name: "a" })]);
  expect(registry.takeEvents()).toEqual([]);
  nowMs = 11_000;
  registry.put(podState({ name: "b", isReady: false }));
  expect(registry.takeEvents()).toEqual([{ atMs: 11_000, service: "cart", kind: "created", pod: "b" }]);
  expect(registry.takeEvents()).toEqual([]);
});

test("a list after a lost watch tells what was missed", () => {
  registry.replaceAll([podState({ name: "a" }), podState({ name: "b" })]);
  registry.replaceAll([podState({ name: "b", isReady: false }), podState({ name: "c" })]);
  const told = registry.takeEvents().map(({ kind, pod }) => `${pod} ${kind}`);
  expect(told).toEqual(["a gone", "b unready", "c created", "c ready"]);
});

test("pods are counted from their creation on, as long as they exist, whatever they do", () => {
  registry.replaceAll([podState({ name: "a" }), podState({ name: "over", phase: "Failed" })]);
  expect(registry.podTime("cart").podSeconds).toBe(4);
  nowMs += 2_000;
  registry.put(podState({ name: "b", isReady: false }));
  nowMs += 1_000;
  registry.remove("uid of a");
  nowMs += 5_000;
  expect(registry.podTime("cart").podSeconds).toBe(4 + 2 + 2 + 5);
});

test("pods are counted by the limit they have / the declared one, and as one where none is declared", () => {
  const declared = createPodRegistry(
    new Set(["cart", "stock"]),
    () => nowMs,
    () => 4_000,
    new Map([["cart", 400]]),
  );
  declared.replaceAll([podState({ name: "a" }), podState({ name: "b", service: "stock" })]);
  expect(declared.podTime("cart")).toEqual({ podSeconds: 4, sizedPodSeconds: 2 });
  expect(declared.podTime("stock")).toEqual({ podSeconds: 4, sizedPodSeconds: 4 });
  nowMs += 2_000;
  declared.put(podState({ name: "a", wanted: "800m", has: "800m" }));
  nowMs += 1_000;
  expect(declared.podTime("cart")).toEqual({ podSeconds: 7, sizedPodSeconds: 2 + 1 + 2 });
});

test("pods are told oldest first, and those of nobody not at all", () => {
  registry.replaceAll([
    podState({ name: "young", created: "2026-01-02T04:00:00Z" }),
    podState({ name: "old", created: "2026-01-02T03:00:00Z", isReady: false }),
    podState({ name: "job", service: "load" }),
  ]);
  expect(registry.of("cart").map(({ name }) => name)).toEqual(["old", "young"]);
  expect(registry.ready("cart").map(({ name }) => name)).toEqual(["young"]);
  expect(registry.of("load")).toEqual([]);
});

test("listeners hear of each change until they are let go", () => {
  let changes = 0;
  const forget = registry.onChange(() => void changes++);
  registry.replaceAll([]);
  registry.put(podState());
  forget();
  registry.remove("uid of cart-1-a");
  expect(changes).toBe(2);
});
