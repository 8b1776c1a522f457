import { expect, test } from "vitest";
import { podStateOf } from "../../../../src/clusters/kubernetes/cluster/pod-state.ts";
import { podObject, podState } from "./pod-object.ts";

test("a pod on its way out gets no requests, though its probe still passes", () => {
  expect(podState({ isTerminating: true, isReady: true }).isReady).toBe(false);
});

test("what a pod has and what it shall have are two things while it is resized", () => {
  expect(podState({ wanted: "300m", has: "0.2" })).toMatchObject({ wantedMilli: 300, limitMilli: 200 });
});

test("an API server that does not tell what a pod has means what the spec says", () => {
  const { metadata, spec } = podObject({ wanted: "1" });
  expect(podStateOf({ metadata, spec: spec! })).toMatchObject({
    wantedMilli: 1_000,
    limitMilli: 1_000,
    isReady: false,
  });
});

test("the share of the request stands beside the limit, and why a node refuses a size", () => {
  expect(podState({ wanted: "200m", refused: "no room" })).toMatchObject({
    requestShare: 0.25,
    refusedSize: "no room",
  });
});
