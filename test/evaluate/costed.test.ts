import { expect, test } from "vitest";
import { costedPlays } from "../../src/evaluate/costed.ts";
import { playedWith } from "./played-with.ts";

test("a play costs its replicas by their share of the declared CPU, over its length on a clock that may run faster", () => {
  const resized = playedWith({ podSeconds: 3_600, sizedPodSeconds: 2_400, lengthS: 1_200 });
  expect(costedPlays([[resized]], 1)[0]![0]!.cost).toBe(2);
  expect(costedPlays([[resized]], 10)[0]![0]!.cost).toBe(20);
});
