import { expect, test } from "vitest";
import { serviceGraph } from "../../../src/team/policy/graph.ts";
import { chain } from "../chain.ts";

test("a diamond knows who stands before and behind each service", () => {
  expect(serviceGraph(chain)).toEqual({
    upstream: [[], [0], [0], [0, 1, 2]],
    downstream: [[1, 2, 3], [3], [3], []],
    depth: [0, 1, 1, 2],
  });
});
