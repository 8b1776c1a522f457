import { expect, test } from "vitest";
import type { ClusterEvent } from "../../../src/control/loop/cluster.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";
import { type AgedSample, agedSamples } from "../../../src/twin/calibrate/pod-ages.ts";

type Told = readonly [atS: number, kind: ClusterEvent["kind"], pod: string];

/** A sample each second from 1 s to 20 s: four requests/s, and four replicas ready at first. */
function samplesOf(told: readonly Told[]): readonly AgedSample[] {
  const readings = Array.from({ length: 20 }, (_, second) => {
    const one = createReadings(1, 1, (1 + second) * 1_000);
    one.ageMs[0] = 0;
    one.ready[0] = 4;
    one.servedPerS[0] = 4;
    return one;
  });
  const events = told.map(([atS, kind, pod]) => ({ atMs: atS * 1_000, service: "web", kind, pod }));
  return agedSamples({ services: ["web"], readings, events }, 0);
}

/** Replicas at the end: those that were ready before, and what each of the others served. */
function endOf(told: readonly Told[]): { readonly strangers: number; readonly served: readonly number[] } {
  const { strangers, known } = samplesOf(told).at(-1)!;
  return { strangers, served: known.map(({ served }) => served) };
}

const started = ["web-5", "web-6", "web-7"];

test("replicas that end before they were ready take none of those away that were there before", () => {
  const told = [
    ...started.map((pod) => [3, "created", pod] as const),
    ...started.flatMap((pod) => [[5, "terminating", pod] as const, [6, "gone", pod] as const]),
  ];
  expect(endOf(told)).toEqual({ strangers: 4, served: [] });
  expect(samplesOf(told).at(-1)!.readyMs).toBe(4_000);
});

test.each<readonly [string, readonly Told[], number]>([
  ["that is told to end", [[3, "terminating", "web-1"]], 3],
  [
    "that crashes, and is told to end before it is ready again",
    [
      [3, "crashed", "web-1"],
      [4, "restarted", "web-1"],
      [5, "terminating", "web-1"],
    ],
    3,
  ],
  [
    "that crashes twice before it is ready again",
    [
      [3, "crashed", "web-1"],
      [4, "restarted", "web-1"],
      [5, "crashed", "web-1"],
    ],
    3,
  ],
  ["that is not ready any more", [[3, "unready", "web-1"]], 3],
  [
    "that is not ready and ends",
    [
      [3, "unready", "web-1"],
      [4, "terminating", "web-1"],
      [5, "gone", "web-1"],
    ],
    3,
  ],
  [
    "that is not ready for a while",
    [
      [3, "unready", "web-1"],
      [5, "ready", "web-1"],
    ],
    4,
  ],
  [
    "that ends after it was not ready for a while",
    [
      [3, "unready", "web-1"],
      [5, "ready", "web-1"],
      [7, "terminating", "web-1"],
    ],
    3,
  ],
  ["that was told to end before", [[3, "gone", "web-0"]], 4],
  [
    "that was restarting before, and is told to end",
    [
      [3, "restarted", "web-0"],
      [4, "terminating", "web-0"],
    ],
    4,
  ],
])("a replica %s is counted once", (_, told, strangers) => {
  expect(endOf(told)).toEqual({ strangers, served: [] });
});

test("a replica that crashed has served nothing when it is ready again; one that was not ready for a while goes on", () => {
  const young: readonly Told[] = [
    [2, "created", "web-5"],
    [5, "ready", "web-5"],
  ];
  // Five are ready: four fifths of a request each second, from 5 s to 20 s.
  expect(endOf(young).served[0]).toBeCloseTo(15 * 0.8, 9);
  const crashed = endOf([...young, [10, "crashed", "web-5"], [15, "ready", "web-5"]]);
  expect([crashed.strangers, crashed.served[0]]).toEqual([4, expect.closeTo(5 * 0.8, 9)]);
  const unready = endOf([...young, [10, "unready", "web-5"], [15, "ready", "web-5"]]);
  expect([unready.strangers, unready.served[0]]).toEqual([4, expect.closeTo(10 * 0.8, 9)]);
});

test("what happened before the first sample is within its replicas", () => {
  const early: readonly Told[] = [
    [0.2, "created", "web-5"],
    [0.3, "terminating", "web-5"],
    [0.4, "ready", "web-4"],
    [0.5, "unready", "web-1"],
  ];
  const { strangers, served } = endOf(early);
  expect(strangers + served.length).toBe(4);
  expect(served).toHaveLength(1);
});
