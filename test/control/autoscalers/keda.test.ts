import { expect, test } from "vitest";
import { kedaConfigOf, kedaOptions } from "../../../src/control/autoscalers/keda-spec.ts";
import { createKeda } from "../../../src/control/autoscalers/keda.ts";
import { parseAutoscalerSpec } from "../../../src/control/autoscalers/spec.ts";
import type { Proposal } from "../../../src/control/loop/autoscaler.ts";
import { type Seen, chainContext, chainReadings } from "./chain.ts";

/** One decision per 15 s on a topology that allows no replicas at all; returns the first service's. */
function decisions(spec: string, seen: readonly Seen[], { timeScale = 1, minReplicas = 0 } = {}): Proposal[] {
  const context = chainContext(timeScale, minReplicas);
  const config = kedaConfigOf(parseAutoscalerSpec(spec, "target", kedaOptions), context.topology);
  const keda = createKeda(config, context);
  return seen.map((one, period) => keda.decide(chainReadings((period * 15_000) / timeScale, one))[0]!);
}

/** The desired size follows the proposals, as on a cluster that does as it is told. */
function followed(spec: string, rates: readonly number[], from: number, minReplicas = 0): number[] {
  const context = chainContext(1, minReplicas);
  const config = kedaConfigOf(parseAutoscalerSpec(spec, "target", kedaOptions), context.topology);
  const keda = createKeda(config, context);
  let desired = from;
  return rates.map((entryPerS, period) => {
    desired = keda.decide(chainReadings(period * 15_000, { entryPerS, desired }))[0]!.replicas;
    return desired;
  });
}

function repeated(seen: Seen, periods: number): Seen[] {
  return Array.from({ length: periods }, () => seen);
}

const idle = (periods: number): number[] => Array<number>(periods).fill(0);

test("a service without replicas wakes to one at the poll that finds it active", () => {
  // Polls at 0, 30, 60 s; the requests come at 15 s, so that the poll at 30 s sees them.
  expect(followed("keda:rps=50", [0, 40, 40], 0)).toEqual([0, 0, 1]);
});

test("it wakes to the minimum where the topology has one, and no further in the same period", () => {
  expect(followed("keda:rps=50", [400], 0, 3)).toEqual([3]);
});

test.each([
  ["keda:rps=50,activation=40", 40, 0],
  ["keda:rps=50,activation=40", 40.1, 1],
  ["keda:rps=50", 0, 0],
])("%s at %d requests/s wakes to %d: only more than the activation is active", (spec, rate, replicas) => {
  expect(followed(spec, [rate], 0)).toEqual([replicas]);
});

test("activation outranks the threshold: far above the threshold and below activation it goes to zero", () => {
  // 300 s after the only active poll; the first poll behind it is at 330 s.
  const sizes = followed("keda:rps=10,activation=100", [101, ...Array<number>(22).fill(99)], 5);
  expect(sizes.slice(1, 22).every((size) => size >= 5)).toBe(true);
  expect(sizes[22]).toBe(0);
});

test("only the way to zero waits for the cooldown, counted from the last active poll", () => {
  const sizes = followed("keda:rps=50,down=0", [200, ...idle(24)], 4);
  // The HPA rule takes it to 1 at once; KEDA takes it to 0 at the first poll more than 300 s later: period 22, 330 s.
  expect(sizes.slice(1, 22)).toEqual(Array(21).fill(1));
  expect(sizes.slice(22)).toEqual([0, 0, 0]);
});

test("a service never seen active goes to zero without a cooldown", () => {
  expect(followed("keda:rps=50", [0], 4)).toEqual([0]);
});

test("a minimum above zero is never left", () => {
  expect(followed("keda:rps=50,down=0,cooldown=0", [200, ...idle(40)], 4, 2).at(-1)).toBe(2);
});

test("from one on the HPA rule decides, with the rate per replica as its target", () => {
  expect(followed("keda:rps=50", [100, 400, 400, 800], 2)).toEqual([2, 6, 8, 16]);
});

test("a drain time counts the backlog as a rate", () => {
  const [plain] = decisions("keda:rps=50", [{ entryPerS: 100, desired: 2, queued: 3_000 }]);
  const [drained] = decisions("keda:rps=50,drain=30", [{ entryPerS: 100, desired: 2, queued: 3_000 }]);
  expect(plain!.replicas).toBe(2);
  // 100 + 3000 / 30 = 200 requests/s.
  expect(drained!.replicas).toBe(4);
});

const blind: Seen = { desired: 6 };

test("without a fallback it holds while its source fails, and never takes that for silence", () => {
  const sizes = decisions("keda:rps=50,cooldown=0", [{ entryPerS: 300, desired: 6 }, ...repeated(blind, 60)]);
  expect(new Set(sizes.map(({ replicas }) => replicas))).toEqual(new Set([6]));
});

test("it falls back after more failures in a row than the threshold, and a reading ends that", () => {
  const seen = [blind, blind, { entryPerS: 300, desired: 6 }, blind, blind, blind];
  const sizes = decisions("keda:rps=50,fallback=9,failures=2", seen).map(({ replicas }) => replicas);
  expect(sizes).toEqual([6, 6, 6, 6, 6, 9]);
});

test.each([
  ["static", 6, 9, 9],
  ["static", 12, 9, 12],
  ["current-replicas", 6, 9, 6],
  ["current-replicas-if-higher", 12, 9, 12],
  ["current-replicas-if-higher", 6, 9, 9],
  ["current-replicas-if-lower", 6, 9, 6],
])("the fallback %s from %d replicas to %d gives %d", (behavior, desired, fallback, replicas) => {
  // static from 12 to 9: the metric asks for 9, the down window of 300 s keeps 12 for now.
  const spec = `keda:rps=50,failures=0,fallback=${fallback},fallback-behavior=${behavior}`;
  expect(decisions(spec, [{ desired }])[0]!.replicas).toBe(replicas);
});

test("a service at zero falls back too", () => {
  const sizes = decisions("keda:rps=50,fallback=3,failures=1", [{ desired: 0 }, { desired: 0 }]);
  expect(sizes.map(({ replicas }) => replicas)).toEqual([0, 3]);
});

test("a time scale divides polls and cooldown", () => {
  const seen = [{ entryPerS: 10, desired: 1 }, ...repeated({ entryPerS: 0, desired: 1 }, 24)];
  const scaled = decisions("keda:rps=50", seen, { timeScale: 10 }).map(({ replicas }) => replicas);
  expect(scaled).toEqual(decisions("keda:rps=50", seen).map(({ replicas }) => replicas));
  expect(scaled.indexOf(0)).toBe(22);
});

test("a proposal says why", () => {
  expect(decisions("keda:rps=50", [{ entryPerS: 40, desired: 0 }])[0]!.reasons).toEqual([
    "active at 40.0 requests/s: woken to 1",
  ]);
  expect(decisions("keda:rps=50", [{ entryPerS: 300, desired: 4 }])[0]!.reasons).toEqual([
    "75.0 requests/s per replica against a target of 50",
    "1.50 times the target: 6 replicas",
  ]);
  expect(decisions("keda:rps=50,fallback=9,failures=0", [blind])[0]!.reasons).toContain(
    "no reading for 1 periods: fallback to 9 replicas",
  );
});
