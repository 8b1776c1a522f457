import { expect, test } from "vitest";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import type { FluidTwin } from "../../../src/twin/fluid/fluid-twin.ts";
import { declared, episode, service, topologyOf } from "../fixtures.ts";

const startupMs = { kind: "constant", mean: 20_000 } as const;
const topology = topologyOf([service("a", 5, [], { startupMs })]);

/** Four replicas, ready long since, and who ends. */
function four(): { readonly twin: FluidTwin; readonly gone: readonly number[] } {
  const gone: number[] = [];
  const twin = createFluidTwin(topology, declared(topology), {
    environments: 1,
    tickMs: 1_000,
    onPod: (_environment, _service, kind, pod) => void (kind === "gone" && gone.push(pod)),
  });
  twin.reset(0, episode([10], [4]));
  return { twin, gone };
}

test.each([
  ["at once", 1],
  ["when the one before has been replaced", 30],
])("of four replicas that are evicted, the next %s, each is another one, the oldest first", (_, seconds) => {
  const { twin, gone } = four();
  for (let one = 0; one < 8; one++) {
    expect(twin.evict(0, 0)).toBe(true);
    twin.advance(Math.max(seconds, one === 3 ? 30 : 0));
  }
  expect(gone).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("a replica that crashed and started again is younger than those that did not", () => {
  const { twin, gone } = four();
  twin.faults.kill(0, 0, 4);
  twin.desired[0] = 5;
  twin.advance(15);
  twin.desired[0] = 6;
  twin.advance(40);
  twin.faults.kill(0, 0, 1);
  twin.advance(40);
  for (let one = 0; one < 6; one++) twin.evict(0, 0);
  expect(gone.at(-1)).toBe(5);
});

test("after an eviction the youngest replicas are the first to be scaled away", () => {
  const { twin, gone } = four();
  twin.desired[0] = 5;
  twin.advance(30);
  twin.evict(0, 0);
  twin.desired[0] = 3;
  twin.advance(1);
  expect(gone).toEqual([0, 4]);
});
