import { expect, test } from "vitest";
import { eventsBetween } from "../../../../src/clusters/kubernetes/cluster/pod-events.ts";
import type { PodState } from "../../../../src/clusters/kubernetes/cluster/pod-state.ts";
import { type PodSketch, podState } from "./pod-object.ts";

type Look = PodSketch | undefined;

function state(look: Look): PodState | undefined {
  return look === undefined ? undefined : podState(look);
}

const starting: PodSketch = { isReady: false };
const ready: PodSketch = {};

test.each<[string, Look, Look, readonly string[]]>([
  ["appears", undefined, starting, ["created"]],
  ["appears when it is ready already", undefined, ready, ["created", "ready"]],
  ["passes its probe", starting, ready, ["ready"]],
  ["fails its probe", ready, { isReady: false }, ["unready"]],
  ["does nothing", ready, ready, []],
  ["ends and waits to be started again", ready, { isReady: false, isRunning: false }, ["crashed"]],
  ["is started again", { isReady: false, isRunning: false }, { isReady: false, restarts: 1 }, ["restarted"]],
  ["crashes and runs again between two looks", ready, { isReady: false, restarts: 1 }, ["crashed", "restarted"]],
  ["crashes and is ready again between two looks", ready, { restarts: 1 }, ["crashed", "restarted", "ready"]],
  ["is told to go", ready, { isTerminating: true }, ["terminating"]],
  ["ends while it goes", { isTerminating: true }, { isTerminating: true, isRunning: false, isReady: false }, []],
  ["goes", { isTerminating: true }, undefined, ["gone"]],
  ["is taken away at once", ready, undefined, ["gone"]],
  ["is over and stays as a record", ready, { phase: "Failed", isReady: false }, ["gone"]],
  ["was a record and is swept", { phase: "Failed" }, undefined, []],
])("a pod that %s", (_what, before, after, kinds) => {
  expect(eventsBetween(state(before), state(after))).toEqual(kinds);
});
