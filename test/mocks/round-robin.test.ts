import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SLICE_MS, createRoundRobin } from "../../mocks/src/round-robin.ts";

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** An event loop by hand, and a CPU that uses exactly what it is asked to. */
function createBench() {
  const turns: (() => void)[] = [];
  const slices: number[] = [];
  const cpu = createRoundRobin(
    (ms) => {
      slices.push(ms);
      return ms;
    },
    (callback) => void turns.push(callback),
  );
  const turn = (): void => turns.shift()!();
  return { cpu, turns, slices, turn };
}

test("one slice of at most 1 ms is burnt per turn of the event loop", () => {
  const { cpu, turns, slices, turn } = createBench();
  cpu.burn(2.5, () => {});
  cpu.burn(1, () => {});
  expect(slices).toEqual([]);
  while (turns.length > 0) {
    expect(turns).toHaveLength(1);
    turn();
  }
  expect(slices).toEqual([1, 1, 1, 0.5]);
});

test("requests take turns: a short one that came later is done first", () => {
  const { cpu, turns, turn } = createBench();
  const done: string[] = [];
  cpu.burn(3, () => done.push("long"));
  cpu.burn(1, () => done.push("short"));
  while (turns.length > 0) turn();
  expect(done).toEqual(["short", "long"]);
});

test("work that comes in while another is done goes on in later turns", () => {
  const { cpu, turns, slices, turn } = createBench();
  cpu.burn(1, () => cpu.burn(1, () => {}));
  while (turns.length > 0) turn();
  expect(slices).toEqual([1, 1]);
});

test("a further CPU takes what would have to wait for the main thread, and nothing else", () => {
  const asked: { ms: number; done: (usedMs: number) => void }[] = [];
  const turns: (() => void)[] = [];
  const slices: number[] = [];
  const runSlice = (ms: number): number => slices.push(ms) && ms;
  const cpu = createRoundRobin(runSlice, (callback) => void turns.push(callback), [
    { burn: (ms, done) => void asked.push({ ms, done }) },
  ]);
  const done: string[] = [];
  cpu.burn(1, () => done.push("alone"));
  turns.shift()!();
  expect([asked.length, done]).toEqual([0, ["alone"]]);
  cpu.burn(7, () => done.push("elsewhere"));
  cpu.burn(1, () => done.push("here"));
  turns.shift()!();
  expect([asked.map(({ ms }) => ms), slices, done]).toEqual([[5], [1, 1], ["alone", "here"]]);
  asked[0]!.done(5);
  // Nobody else is there any more: the main thread does the rest.
  while (turns.length > 0) turns.shift()!();
  expect([slices, done, cpu.burntMs()]).toEqual([[1, 1, 1, 1], ["alone", "here", "elsewhere"], 9]);
});

test("whatever the demands: each is burnt in full, none starves, slices stay short", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 20, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (demands) => {
        const { cpu, turns, slices, turn } = createBench();
        const used: number[] = [];
        for (const ms of demands) cpu.burn(ms, (usedMs) => used.push(usedMs));
        while (turns.length > 0) turn();
        expect(used).toHaveLength(demands.length);
        expect(sum(used)).toBeCloseTo(sum(demands), 6);
        expect(cpu.burntMs()).toBeCloseTo(sum(demands), 6);
        expect(Math.max(...slices)).toBeLessThanOrEqual(SLICE_MS);
      },
    ),
  );
});
