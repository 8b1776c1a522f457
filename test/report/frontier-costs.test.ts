import { expect, test } from "vitest";
import type { FrontierResult } from "../../src/evaluate/result.ts";
import { frontierTables } from "../../src/report/frontier-costs.ts";
import { result } from "./result.ts";

const [drawn] = result.frontiers;

function frontier(opponent: string, points: readonly (readonly [pods: number, share: number])[]): FrontierResult {
  const marks = points.map(([pods, violatingShare]) => ({ name: opponent, specs: [opponent], pods, violatingShare }));
  return { ...drawn!, opponent, marks };
}

const frontiers = [
  frontier("hpa:tuned", [
    [20, 0.1],
    [40, 0.001],
  ]),
  frontier("oracle:tuned", [
    [16, 0.1],
    [32, 0.001],
  ]),
];
const [atCosts, team] = frontierTables({ ...result, frontiers }, "bursty");

test("every frontier stands at the same costs, from where the first begins to where half of them are safe", () => {
  expect(atCosts!.header.at(0)).toBe("replicas");
  expect(atCosts!.header.at(1)).toBe("16");
  expect(atCosts!.header.at(-1)).toBe("36");
  const [hpa, oracle] = atCosts!.rows;
  expect(hpa!.slice(0, 3)).toEqual(["hpa:tuned", "–", "–"]);
  expect(oracle!.slice(0, 2)).toEqual(["oracle:tuned", "10"]);
  expect(oracle!.at(-1)).toBe("0.1");
});

test("the team stands against each frontier, in violations and in cost", () => {
  expect(team!.rows[0]).toEqual(["hpa:tuned", "× 0.4 (0.3 … 0.5)", "out of its reach"]);
});

test("a class without frontiers has neither table", () => {
  expect(frontierTables({ ...result, frontiers }, "calm").map(({ rows }) => rows)).toEqual([[], []]);
});
