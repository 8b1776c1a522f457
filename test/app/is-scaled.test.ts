import { expect, test } from "vitest";
import { isScaled } from "../../src/app/is-scaled.ts";
import { scaleTopology } from "../../src/system/topology/scale.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import { chain } from "../evaluate/chain.ts";

/** As the topology comes back from the file of a running cluster. */
const written = (topology: Topology): Topology => JSON.parse(JSON.stringify(topology)) as Topology;

test.each([0.001, 0.1, 0.25, 1 / 3, 1, 3.7, 10])("a cluster at scale %d runs the declared topology", (scale) => {
  expect(isScaled(chain, written(scaleTopology(chain, scale).topology))).toBe(true);
});

test("its name and objective do not matter", () => {
  expect(isScaled(chain, { ...chain, name: "other", objective: { p95Ms: 1, availability: 0.5 } })).toBe(true);
});

test.each<[string, (topology: Topology) => Topology]>([
  ["a service less", (topology) => ({ ...topology, services: topology.services.slice(1) })],
  [
    "another maximum",
    (topology) => ({ ...topology, services: topology.services.map((one) => ({ ...one, maxReplicas: 9 })) }),
  ],
  [
    "more CPU for one service",
    (topology) => ({
      ...topology,
      services: topology.services.map((one, index) => (index === 1 ? { ...one, cpuMilli: 600 } : one)),
    }),
  ],
  ["no service", (topology) => ({ ...topology, services: [] })],
])("%s is another topology", (_, change) => {
  expect(isScaled(chain, change(chain))).toBe(false);
});
