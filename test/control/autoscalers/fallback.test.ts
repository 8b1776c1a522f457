import { expect, test } from "vitest";
import { type Doubts, allDoubts, withFallback } from "../../../src/control/autoscalers/fallback.ts";
import type { Autoscaler, Decision } from "../../../src/control/loop/autoscaler.ts";
import { defaultGuardRules } from "../../../src/control/guard/rules.ts";
import { runControlLoop } from "../../../src/control/loop/run-loop.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";
import { boundsOf, createMemoryClock, createMemoryCluster } from "../loop/memory-cluster.ts";

function always(name: string, replicas: number): Autoscaler {
  return { name, decide: () => [0, 1].map(() => ({ replicas, reasons: [`${name} wants ${replicas}`] })) };
}

const doubtSecond: Doubts = () => [[], ["it looks odd"]];

test("where there is doubt the other one decides, and it is said who, why and instead of what", () => {
  const [first, second] = withFallback(always("team", 5), always("hpa", 3), doubtSecond).decide(createReadings(2, 1));
  expect(first).toEqual({ replicas: 5, reasons: ["team wants 5"] });
  expect(second).toEqual({
    replicas: 3,
    reasons: ["hpa wants 3"],
    substitution: { by: "hpa", because: ["it looks odd"], instead: 5 },
  });
});

test("what the doubted one saw and weighed stays on record", () => {
  const evidence = { observation: [1, 2], probabilities: [0.4, 0.6], action: 1 };
  const team: Autoscaler = { name: "team", decide: () => [{ replicas: 5, reasons: [], evidence }] };
  const [proposal] = withFallback(team, always("hpa", 3), () => [["odd"]]).decide(createReadings(1, 1));
  expect(proposal).toMatchObject({ replicas: 3, evidence });
});

test("the other one sees every period, so that its windows are full when it is asked", () => {
  let seen = 0;
  const hpa: Autoscaler = { name: "hpa", decide: () => [{ replicas: ++seen, reasons: [] }] };
  const team: Autoscaler = { name: "team", decide: () => [{ replicas: 9, reasons: [] }] };
  let isDoubted = false;
  const both = withFallback(team, hpa, () => [isDoubted ? ["odd"] : []]);
  both.decide(createReadings(1, 1));
  both.decide(createReadings(1, 1));
  isDoubted = true;
  expect(both.decide(createReadings(1, 1))[0]!.replicas).toBe(3);
});

test("doubts of several kinds are listed one after another", () => {
  const doubts = allDoubts(doubtSecond, () => [["first"], ["second"]]);
  const proposals = always("team", 1).decide(createReadings(2, 1));
  expect(doubts(createReadings(2, 1), proposals)).toEqual([["first"], ["it looks odd", "second"]]);
});

test("in the control loop the substitution stands in the decision, and the guard has the last word over it", async () => {
  const clock = createMemoryClock();
  const services = ["cart", "stock"];
  const cluster = createMemoryCluster(services, [2, 2], clock);
  const decisions: Decision[] = [];
  await runControlLoop({
    cluster,
    clock,
    services,
    autoscaler: withFallback(always("team", 2), always("hpa", 50), doubtSecond),
    rules: defaultGuardRules,
    bounds: boundsOf(2, 10),
    timing: { syncPeriodMs: 1_000 },
    untilMs: 1_500,
    sink: (decision) => decisions.push(decision),
    mode: "live",
  });
  expect(decisions[0]).not.toHaveProperty("substitution");
  expect(decisions[1]).toMatchObject({ proposed: 50, applied: 6, substitution: { by: "hpa", instead: 2 } });
  expect(cluster.scaled).toEqual(["stock=6"]);
});
