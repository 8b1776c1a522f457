import { expect, test } from "vitest";
import type { Decision } from "../../../src/control/loop/autoscaler.ts";
import {
  type DecisionLine,
  type EffectLine,
  createDecisionLog,
  decodeLogLine,
} from "../../../src/control/loop/decision-log.ts";
import { createReadings, type Readings } from "../../../src/control/readings/readings.ts";

const services = ["cart", "stock"];

function readingsAt(atMs: number, ready: number): Readings {
  const readings = createReadings(2, 1, atMs);
  readings.ready.fill(ready);
  readings.cpu.fill(0.123456789);
  return readings;
}

function decisionAt(atMs: number, service: string, extras: Partial<Decision> = {}): Decision {
  return { atMs, service, from: 2, proposed: 4, applied: 4, reasons: ["why"], guarded: [], ...extras };
}

function play(periodsAtMs: readonly number[], unseen: readonly number[] = []): (DecisionLine | EffectLine)[] {
  const lines: (DecisionLine | EffectLine)[] = [];
  const log = createDecisionLog(services, { syncPeriodMs: 1_000 }, (line) => lines.push(line));
  for (const [period, atMs] of periodsAtMs.entries()) {
    if (!unseen.includes(period)) log.onReadings(readingsAt(atMs, period + 1));
    for (const service of services) log.sink(decisionAt(atMs, service));
  }
  return lines;
}

test("each decision stands with what was seen, and its effect follows two periods later", () => {
  const lines = play([1_000, 2_000, 3_000]);
  expect(lines.map((line) => (line.kind === "effect" ? `effect of ${line.of}` : line.id))).toEqual([
    0,
    1,
    2,
    3,
    "effect of 0",
    "effect of 1",
    4,
    5,
  ]);
  expect(lines[0]).toMatchObject({ service: "cart", seen: { ready: 1, cpu: 0.123457, desired: null } });
  expect(lines[4]).toEqual({ kind: "effect", of: 0, afterMs: 2_000, seen: expect.objectContaining({ ready: 3 }) });
});

test("a loop that wakes a little early in its period is in that period already", () => {
  expect(play([1_000, 2_000, 2_990]).filter(({ kind }) => kind === "effect")).toHaveLength(2);
});

test("while the cluster cannot be observed a decision says that it saw nothing, and its effect waits", () => {
  const lines = play([1_000, 2_000, 3_000, 4_000], [1, 2]);
  expect(lines.filter((line) => line.kind === "decision" && line.seen === null)).toHaveLength(4);
  const effects = lines.filter((line) => line.kind === "effect");
  expect(effects.map(({ of, afterMs }) => [of, afterMs])).toEqual([
    [0, 3_000],
    [1, 3_000],
    [2, 2_000],
    [3, 2_000],
  ]);
});

test("the evidence of a policy is kept to six digits", () => {
  const lines: (DecisionLine | EffectLine)[] = [];
  const log = createDecisionLog(services, { syncPeriodMs: 1_000 }, (line) => lines.push(line));
  const evidence = { observation: [1 / 3], probabilities: [2 / 3, 1 / 3], action: 0 };
  log.sink(decisionAt(1_000, "cart", { evidence }));
  expect(lines[0]).toMatchObject({
    evidence: { observation: [0.333333], probabilities: [0.666667, 0.333333], action: 0 },
  });
});

test("a CPU limit stands in the line of its decision", () => {
  const lines: (DecisionLine | EffectLine)[] = [];
  const log = createDecisionLog(services, { syncPeriodMs: 1_000 }, (line) => lines.push(line));
  const cpuMilli = { from: 500, proposed: 900, applied: 650 };
  log.sink(decisionAt(1_000, "cart", { applied: 2, cpuMilli }));
  expect(decodeLogLine(JSON.stringify(lines[0]))).toMatchObject({ kind: "decision", from: 2, applied: 2, cpuMilli });
});
