import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import { createWasmKernels } from "../../../src/nn/wasm.ts";
import { decodeLearned, encodeLearned, type LearnedAbout } from "../../../src/twin/learned/learned-file.ts";
import { type LearnedModel, type Source, createLearnedModel } from "../../../src/twin/learned/model.ts";
import { stayingState, type Transition } from "../../../src/twin/learned/transition.ts";
import { finish } from "../../../src/twin/learned/work.ts";
import { lawfulWalk, layout } from "./transitions.ts";

const few = lawfulWalk(createRng(1), 300, 2);
const unseen = lawfulWalk(createRng(2), 100, 2);
/** Four to eight replicas under rates that two never met. */
const beyond = lawfulWalk(createRng(3), 400, 8, 40);
const unseenBeyond = lawfulWalk(createRng(4), 100, 8, 40);

function learned(epochs: number, ...parts: readonly (readonly Transition[])[]): LearnedModel {
  const model = createLearnedModel({ layout, kernels: createWasmKernels(), seed: 7, epochs });
  for (const part of parts) finish(model.refresh(part));
  return model;
}

const CPU = 2;

function cpuError(transitions: readonly Transition[], next: (one: Transition) => Float64Array): number {
  return transitions.reduce((sum, one) => sum + Math.abs(next(one)[CPU]! - one.next[CPU]!), 0) / transitions.length;
}

function by(model: LearnedModel, source: Source): (one: Transition) => Float64Array {
  return (one) => model.ask(source, one)!;
}

describe("a model of a law of its own", () => {
  const model = learned(40, few);

  test("says unseen steps several times better than a state that stays as it is", () => {
    const staying = cpuError(unseen, (one) => stayingState(layout, one));
    expect(cpuError(unseen, by(model, "network"))).toBeLessThan(staying / 4);
  });

  test("takes a visited cell from the table, anything else from the network, and says which", () => {
    const visited = model.predict(few[5]!);
    expect(visited.from).toBe("table");
    expect(visited.visits).toBeGreaterThan(0);
    const [other] = unseenBeyond;
    expect(model.predict(other!)).toMatchObject({ from: "network", visits: 0 });
  });

  test("leaves what is given as it was given", () => {
    for (const source of ["table", "network"] as const)
      expect(model.ask(source, few[5]!)![0]).toBeCloseTo(few[5]!.next[0]!, 12);
  });

  test("knows that it does not know: other sizes and rates are far, and said worse", () => {
    const far = unseenBeyond.filter((one) => model.predict(one).isFar);
    expect(far.length).toBeGreaterThan(60);
    expect(unseen.filter((one) => model.predict(one).isFar).length).toBeLessThan(10);
    const near = cpuError(unseen, by(model, "network"));
    expect(cpuError(far, by(model, "network"))).toBeGreaterThan(3 * near);
  });
});

test("a refresh learns a new region and does not forget the old one", () => {
  const before = learned(40, few);
  const after = learned(40, few, beyond);
  const old = cpuError(unseenBeyond, by(before, "network"));
  expect(cpuError(unseenBeyond, by(after, "network"))).toBeLessThan(old / 3);
  const staying = cpuError(unseen, (one) => stayingState(layout, one));
  expect(cpuError(unseen, by(after, "network"))).toBeLessThan(staying / 4);
  expect(unseenBeyond.filter((one) => after.predict(one).isFar).length).toBeLessThan(20);
});

test("a refresh goes on from what is known: without a single pass the network is the same function", () => {
  const model = createLearnedModel({ layout, kernels: createPlainKernels(), seed: 7, epochs: 3 });
  finish(model.refresh(few));
  const before = by(model, "network")(few[9]!);
  const { fits, cells, memory, networks } = model.parts();
  const parts = { fits, cells, memory, networks };
  const still = createLearnedModel({ layout, kernels: createPlainKernels(), seed: 7, epochs: 0, parts });
  finish(still.refresh(beyond));
  for (const [k, value] of by(still, "network")(few[9]!).entries()) expect(value).toBeCloseTo(before[k]!, 3);
  expect(still.parts().memory.seen).toBe(few.length + beyond.length);
  expect(still.ask("table", beyond[5]!)).toBeDefined();
});

const about = { topology: "law" } as unknown as LearnedAbout;

function textOf(seed: number): string {
  const model = createLearnedModel({ layout, kernels: createWasmKernels(), seed, epochs: 3 });
  finish(model.refresh(few));
  return encodeLearned(model, "wasm", about);
}

test("the same transitions and seed give the same bytes, another seed gives others", () => {
  expect(textOf(1)).toBe(textOf(1));
  expect(textOf(1)).not.toBe(textOf(2));
});

describe("a model in a file", () => {
  const model = learned(3, few);
  const text = encodeLearned(model, "wasm", about);

  test("says the same as the one that was written, and is written the same", () => {
    const decoded = decodeLearned(text, ["a"], createWasmKernels());
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    expect(by(decoded.model, "network")(unseen[3]!)).toEqual(by(model, "network")(unseen[3]!));
    expect(decoded.model.predict(few[5]!).from).toBe("table");
    expect(encodeLearned(decoded.model, "wasm", decoded.about)).toBe(text);
  });

  test("goes on learning as the one that was written would", () => {
    const decoded = decodeLearned(text, ["a"], createWasmKernels());
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    expect(() => finish(decoded.model.refresh(beyond.slice(0, 70)))).not.toThrow();
    expect(decoded.model.parts().fits).toBe(2);
  });

  test.each([
    { what: "no JSON", broken: "{", path: "format" },
    { what: "another file", broken: "{}", path: "format" },
    { what: "another topology", broken: text.replace('"services":["a"]', '"services":["b"]'), path: "services" },
    { what: "another back end", broken: text.replace('"wasm"', '"plain"'), path: "backEnd" },
    { what: "a damaged network", broken: text.replace(/(networks.*base64":")./, "$1!"), path: "networks" },
    { what: "a damaged table", broken: text.replace(/(counts":\[)1,/, "$1"), path: "table" },
  ])("is refused when it is $what", ({ broken, path }) => {
    const decoded = decodeLearned(broken, ["a"], createWasmKernels());
    expect(decoded.ok ? [] : decoded.problems.map((one) => one.path)).toEqual([path]);
  });
});
