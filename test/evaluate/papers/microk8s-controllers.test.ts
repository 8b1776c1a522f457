import { expect, test } from "vitest";
import { createThesisHpa, createThesisHybrid } from "../../../src/evaluate/papers/microk8s-controllers.ts";
import {
  type MinuteController,
  type MinuteView,
  playMicrok8sDay,
} from "../../../src/evaluate/papers/microk8s-simulator.ts";
import { createExactHpa, nameOfSetting, thesisHpaSetting } from "../../../src/evaluate/papers/microk8s-exact-hpa.ts";
import { microk8sGrid } from "../../../src/evaluate/papers/microk8s-grid.ts";
import { microk8sDay, thesisSeeds } from "../../../src/evaluate/papers/microk8s-traffic.ts";
import { createNumpyRandom } from "../../../src/evaluate/papers/numpy-random.ts";
import { meanOf } from "../../../src/core/statistics.ts";

function view(minute: number, seenCpu: number, pods: number, ratePerS = 1_000): MinuteView {
  return { minute, seenCpu, readyPods: pods, pods, ratePerS };
}

/** Changes of size for the CPU seen in each minute, at 10 pods. */
function changes(controller: MinuteController, seenCpu: readonly number[], ratePerS?: readonly number[]): number[] {
  return seenCpu.map((cpu, minute) => controller(view(minute, cpu, 10, ratePerS?.[minute])));
}

test("the thesis' HPA tolerates ten points of CPU, Kubernetes' ten per cent of the target", () => {
  expect(changes(createThesisHpa(), [0.79])).toEqual([0]);
  expect(changes(createExactHpa(thesisHpaSetting), [0.79])).toEqual([2]);
});

test("after a cut the thesis' HPA waits five minutes, unless it grew in between", () => {
  expect(changes(createThesisHpa(), [0.5, 0.5, 0.5, 0.5, 0.5, 0.5])).toEqual([-2, 0, 0, 0, 0, -2]);
  expect(changes(createThesisHpa(), [0.5, 0.9, 0.5])).toEqual([-2, 3, -2]);
});

test("Kubernetes' HPA cuts to the highest wish of the last five minutes", () => {
  expect(changes(createExactHpa(thesisHpaSetting), [0.5, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5])).toEqual([
    0, 0, 0, 0, 0, -1, -2,
  ]);
});

test("the thesis' hybrid does nothing for four minutes, grows from 75 %, and shrinks only where traffic falls", () => {
  const falling = [3_000, 2_900, 2_800, 2_700, 2_600, 2_500];
  expect(changes(createThesisHybrid(), [0.9, 0.9, 0.9, 0.9, 0.9])).toEqual([0, 0, 0, 0, 3]);
  expect(changes(createThesisHybrid(), [0.7, 0.7, 0.7, 0.7, 0.74])).toEqual([0, 0, 0, 0, 0]);
  expect(changes(createThesisHybrid(), [0.4, 0.4, 0.4, 0.4, 0.4])).toEqual([0, 0, 0, 0, 0]);
  expect(changes(createThesisHybrid(), [0.4, 0.4, 0.4, 0.4, 0.4, 0.4], falling)).toEqual([0, 0, 0, 0, -4, 0]);
});

test("the thesis' hybrid grows from 70 % on where traffic rises by more than 15 %", () => {
  const rising = [1_000, 1_050, 1_100, 1_150, 1_200];
  expect(changes(createThesisHybrid(), [0.7, 0.7, 0.7, 0.7, 0.72], rising)).toEqual([0, 0, 0, 0, 1]);
});

/** One stream of start-up times for both, as in the thesis' script. */
test("the thesis' script is reproduced: 37.2 and 25.3 violating minutes a day, at $21.56 and $23.20", () => {
  const startup = createNumpyRandom(42);
  const days = thesisSeeds.map(microk8sDay).map((rates) => ({
    hpa: playMicrok8sDay(rates, createThesisHpa(), startup),
    hybrid: playMicrok8sDay(rates, createThesisHybrid(), startup),
  }));
  expect(meanOf(days.map(({ hpa }) => hpa.violatingMinutes))).toBeCloseTo(37.2, 6);
  expect(meanOf(days.map(({ hybrid }) => hybrid.violatingMinutes))).toBeCloseTo(25.3, 6);
  expect(meanOf(days.map(({ hpa }) => hpa.dollars))).toBeCloseTo(21.56, 2);
  expect(meanOf(days.map(({ hybrid }) => hybrid.dollars))).toBeCloseTo(23.2, 2);
  expect(meanOf(days.map(({ hpa }) => hpa.meanMs))).toBeCloseTo(113.7, 1);
  expect(meanOf(days.map(({ hybrid }) => hybrid.sizeChanges))).toBeCloseTo(111.9, 1);
});

test.each([
  { targetPercent: 70, minutes: 20.3, dollars: 22.28 },
  { targetPercent: 65, minutes: 17, dollars: 23.79 },
  { targetPercent: 60, minutes: 15.9, dollars: 25.42 },
])("Kubernetes' HPA at $targetPercent % violates in $minutes minutes at $dollars", (expected) => {
  const { targetPercent, minutes, dollars } = expected;
  const days = thesisSeeds.map((seed) =>
    playMicrok8sDay(microk8sDay(seed), createExactHpa({ ...thesisHpaSetting, targetPercent }), createNumpyRandom(42)),
  );
  expect(Math.abs(meanOf(days.map(({ violatingMinutes }) => violatingMinutes)) - minutes)).toBeLessThan(0.05);
  expect(Math.abs(meanOf(days.map((day) => day.dollars)) - dollars)).toBeLessThan(0.01);
});

test("every setting of the grid is there once, the thesis' target and bounds among them", () => {
  const names = microk8sGrid().map(nameOfSetting);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain("hpa:70");
  expect(names).toContain("hpa:70,down=600,tolerance=0.05");
  expect(names).toContain("hpa:46 (4 to 50 pods)");
});
