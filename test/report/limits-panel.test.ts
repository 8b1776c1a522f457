import { expect, test } from "vitest";
import type { Decision } from "../../src/control/loop/autoscaler.ts";
import type { Timeline } from "../../src/evaluate/played.ts";
import { limitsOverTime } from "../../src/report/limits-panel.ts";
import { result } from "./result.ts";

const minutesOf = (atMs: number): number => atMs / 60_000;
const timeline: Timeline = { ...result.timelines[0]!.timeline, services: ["a", "b"] };
const end = minutesOf(timeline.periods.at(-1)!.atMs);

function resized(minute: number, from: number, applied: number): Decision {
  const size = { from: 2, proposed: 2, applied: 2, cpuMilli: { from, proposed: applied, applied } };
  return { atMs: minute * 60_000, service: "a", reasons: [], guarded: [], ...size };
}

test("limits are drawn from the first one to the end, in steps; of a service that nobody resized none", () => {
  const changes = [resized(1, 500, 700), resized(2, 700, 600)];
  expect(limitsOverTime({ ...timeline, changes }, minutesOf)).toEqual([
    [
      [0, 500],
      [1, 700],
      [2, 600],
      [end, 600],
    ],
    [],
  ]);
});

test("without a resize there is nothing to draw", () => {
  expect(limitsOverTime({ ...timeline, changes: [resized(1, 500, 500)] }, minutesOf)).toBeUndefined();
});
