import { expect, test } from "vitest";
import { completedContest, completedResult } from "../../src/evaluate/earlier-results.ts";
import type { LiveContest } from "../../src/evaluate/live-contest.ts";
import type { EvaluateResult } from "../../src/evaluate/result.ts";
import { result } from "../report/result.ts";
import { playedWith } from "./played-with.ts";

/** As it was written before: without what came later. */
function earlier<Value>(value: Value, ...later: readonly string[]): Value {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is left out is what the test is about
  return JSON.parse(JSON.stringify(value, (key, one: unknown) => (later.includes(key) ? undefined : one))) as Value;
}

test("an evaluation from before resizes costs its replicas, of cores that nobody counted", () => {
  const old: EvaluateResult = earlier(result, "cost", "coreHours");
  const { cost, coreHours, podHours } = completedResult(old).rows[0]!.measures;
  expect(cost).toEqual(podHours);
  expect(coreHours.mean).toBeNaN();
});

test("what an evaluation says of costs stays as it is", () => {
  expect(completedResult(result)).toEqual(result);
});

test("plays of an old contest were of the declared size", () => {
  const play = playedWith({ podSeconds: 400 });
  const plays = [{ autoscaler: "hpa", seed: 1, live: play, twin: play, warnings: [] }];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only its plays are looked at
  const old = earlier({ plays } as unknown as LiveContest, "sizedPodSeconds", "coreSeconds");
  expect(completedContest(old).plays[0]!.live).toMatchObject({ podSeconds: 400, sizedPodSeconds: 400 });
  expect(completedContest({ ...old, plays }).plays[0]!.twin.coreSeconds).toBe(180);
});
