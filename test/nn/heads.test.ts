import * as tf from "@tensorflow/tfjs-core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { createHead } from "../../src/nn/create-head.ts";
import type { ActionSpace, Drawn, Head } from "../../src/nn/head.ts";
import { logTanhSlope } from "../../src/nn/squashed-gaussian.ts";
import { autodiff, relativeDistance } from "./autodiff.ts";

const allAllowed = new Uint8Array(0);
const [categorical, parts, numbers] = [
  { kind: "categorical", choices: 5 },
  { kind: "multi-discrete", choices: [3, 2, 4] },
  { kind: "squashed-gaussian", size: 2 },
] as const satisfies readonly ActionSpace[];
const spaces: readonly ActionSpace[] = [categorical, parts, numbers];

/** The third of three rows of outputs, so that whoever reads from the start is found out. */
function rowOf(head: Head, draw: () => number): Float64Array {
  const output = new Float64Array(3 * head.outputs).fill(77);
  for (let k = 0; k < head.outputs; k++) output[2 * head.outputs + k] = Math.fround(draw());
  return output;
}

type Example = {
  readonly head: Head;
  /** Before `prepare`: [outputs]. */
  readonly raw: Float64Array;
  readonly output: Float64Array;
  readonly at: number;
  /** [2] rows, of which the second is drawn. */
  readonly drawn: Drawn;
  readonly mask: Uint8Array;
};

function example(space: ActionSpace, seed: number, mask: Uint8Array = allAllowed, spread = 2): Example {
  const rng = createRng(seed);
  const head = createHead(space);
  const output = rowOf(head, () => spread * rng.normal());
  const at = 2 * head.outputs;
  const raw = output.slice(at);
  head.prepare(output, at, mask, 0);
  const drawn = head.drawnColumn(2);
  head.draw(output, at, rng, drawn, head.actionSize);
  return { head, raw, output, at, drawn, mask };
}

/** Log-softmax and entropy of one distribution, as anybody would write them. */
function choiceInTensorFlow(logits: tf.Tensor1D, allowed: ArrayLike<number>, action: number) {
  const mask = tf.tensor1d(Float32Array.from(allowed));
  const log = tf.logSoftmax(tf.sub<tf.Tensor1D>(logits, tf.mul(1e9, tf.sub(1, mask))));
  const entropy = tf.neg(tf.sum(tf.mul(tf.exp(log), tf.mul(log, mask))));
  return { log: tf.sum(tf.mul(log, tf.oneHot(tf.scalar(action, "int32"), allowed.length))), entropy };
}

/** log-probability and entropy of any head by its outputs. */
function headInTensorFlow(space: ActionSpace, output: tf.Tensor1D, { head, drawn, mask }: Example) {
  const action = drawn.slice(head.actionSize);
  if (space.kind === "squashed-gaussian") return gaussianInTensorFlow(output, action, space.size);
  const choices = space.kind === "categorical" ? [space.choices] : space.choices;
  const allowed = mask.length > 0 ? mask : new Uint8Array(head.outputs).fill(1);
  let [log, entropy]: [tf.Tensor, tf.Tensor] = [tf.scalar(0), tf.scalar(0)];
  for (let part = 0, at = 0; part < choices.length; at += choices[part++]!) {
    const logits = tf.slice(output, at, choices[part]);
    const one = choiceInTensorFlow(logits, allowed.slice(at, at + choices[part]!), action[part]!);
    [log, entropy] = [tf.add(log, one.log), tf.add(entropy, one.entropy)];
  }
  return { log, entropy };
}

/** The density as SAC's appendix C has it; the entropy as a mean over many evenly likely normal numbers. */
function gaussianInTensorFlow(output: tf.Tensor1D, action: ArrayLike<number>, size: number) {
  const mean = tf.slice(output, 0, size);
  const logDeviation = tf.clipByValue(tf.slice(output, size, size), -5, 2);
  const number = tf.tensor1d(Float32Array.from(action));
  const off = tf.div(tf.sub(number, mean), tf.exp(logDeviation));
  const normal = tf.add(tf.mul(0.5, tf.square(off)), tf.add(logDeviation, 0.5 * Math.log(2 * Math.PI)));
  const log = tf.neg(tf.sum(tf.add(normal, slopeInTensorFlow(number))));
  const at = Array.from({ length: 481 }, (_, k) => k / 40 - 6);
  const share = tf.tensor2d(
    at.map((z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / 40),
    [481, 1],
  );
  const drawn = tf.add(mean, tf.mul(tf.tensor2d(at, [481, 1]), tf.exp(logDeviation)));
  const squash = tf.sum(tf.mul(share, slopeInTensorFlow(drawn)));
  return { log, entropy: tf.add(tf.sum(tf.add(logDeviation, 0.5 * Math.log(2 * Math.PI * Math.E))), squash) };
}

const slopeInTensorFlow = (x: tf.Tensor): tf.Tensor =>
  tf.mul(2, tf.sub(tf.sub(Math.LN2, x), tf.softplus(tf.mul(-2, x))));

const masks: Readonly<Record<string, Uint8Array>> = {
  categorical: Uint8Array.of(1, 0, 1, 1, 0),
  "multi-discrete": Uint8Array.of(1, 0, 1, 1, 1, 0, 0, 1, 1),
};
const cases = spaces.flatMap((space) =>
  [1, 2, 3, 4].flatMap((seed) =>
    [allAllowed, ...(masks[space.kind] ? [masks[space.kind]!] : [])].map((mask) => ({
      kind: space.kind,
      isMasked: mask.length > 0,
      space,
      seed,
      mask,
    })),
  ),
);

test.each(cases)(
  "$kind, masked $isMasked: log-probability, entropy and gradients are TensorFlow's, seed $seed",
  ({ space, seed, mask }) => {
    const one = example(space, seed, mask, space.kind === "squashed-gaussian" ? 0.3 : 2);
    const { head, raw, output, at, drawn } = one;
    for (const [logProbability, entropy] of [
      [1, 0],
      [0, 1],
      [-0.7, 0.3],
    ] as const) {
      const theirs = autodiff((vector) => {
        const of = headInTensorFlow(space, vector, one);
        return tf.mul<tf.Scalar>(1 / 3, tf.add(tf.mul(logProbability, of.log), tf.mul(entropy, of.entropy)));
      }, raw);
      const value =
        logProbability * head.logProbability(output, at, drawn, head.actionSize) + entropy * head.entropy(output, at);
      expect(value / 3).toBeCloseTo(theirs.value, 4);
      const gradient = new Float64Array(output.length).fill(5);
      head.gradient(output, at, drawn, head.actionSize, { logProbability, entropy, over: 3 }, gradient);
      // Differences, not shares of the largest: with the entropy alone all may be small.
      expect(relativeDistance(gradient.subarray(at), theirs.gradient)).toBeLessThan(2e-4);
      expect([...gradient.subarray(0, at)]).toEqual([...new Float64Array(at).fill(5)]);
    }
  },
);

test.each([categorical, parts])(
  "probabilities of all actions of $kind add up to 1, and none is forbidden's",
  (space) => {
    for (const mask of [allAllowed, masks[space.kind]!]) {
      const { head, output, at } = example(space, 7, mask);
      const choices = space.kind === "categorical" ? [space.choices] : space.choices;
      let sum = 0;
      for (let joint = 0; joint < choices.reduce((a, b) => a * b, 1); joint++) {
        const action = head.drawnColumn(1);
        for (let part = 0, left = joint; part < choices.length; part++) {
          action[part] = left % choices[part]!;
          left = Math.floor(left / choices[part]!);
        }
        const probability = Math.exp(head.logProbability(output, at, action, 0));
        let [first, isForbidden] = [0, false];
        for (const [part, choice] of [...action].entries()) {
          isForbidden ||= mask[first + choice] === 0;
          first += choices[part]!;
        }
        if (isForbidden) expect(probability).toBe(0);
        sum += probability;
      }
      expect(sum).toBeCloseTo(1, 12);
    }
  },
);

test.each([categorical, parts])("$kind draws each choice as often as its probability says", (space) => {
  const { head, output, at } = example(space, 3, masks[space.kind]);
  const rng = createRng(1);
  const draws = 20_000;
  const counts = new Float64Array(head.outputs);
  const action = head.drawnColumn(1);
  const choices = space.kind === "categorical" ? [space.choices] : space.choices;
  for (let k = 0; k < draws; k++) {
    head.draw(output, at, rng, action, 0);
    for (let part = 0, first = 0; part < choices.length; first += choices[part++]!) counts[first + action[part]!]!++;
  }
  for (let k = 0; k < head.outputs; k++)
    expect(Math.abs(counts[k]! / draws - Math.exp(output[at + k]!))).toBeLessThan(0.015);
});

test("a squashed Gaussian draws what its density says, and plays tanh of it", () => {
  const head = createHead({ kind: "squashed-gaussian", size: 1 });
  const output = Float64Array.of(0.4, Math.log(0.8));
  const rng = createRng(5);
  const drawn = head.drawnColumn(20_000);
  const played = head.playedColumn(20_000);
  for (let k = 0; k < drawn.length; k++) head.draw(output, 0, rng, drawn, k);
  head.play(drawn, 0, drawn.length, played, 0);
  for (const threshold of [-0.8, -0.2, 0.3, 0.7, 0.95]) {
    const below = [...played].filter((one) => one < threshold).length / played.length;
    expect(below).toBeCloseTo(integral(head, output, Math.atanh(threshold)), 1.7);
  }
  expect(played[0]).toBeCloseTo(Math.tanh(drawn[0]!), 6);
});

/** Of the density of played actions from -1 to tanh(`to`): parts are narrow where tanh is flat, and so are dense. */
function integral(head: Head, output: Float64Array, to: number): number {
  const width = 0.001;
  const drawn = new Float64Array(1);
  let sum = 0;
  for (let from = -12; from < to; from += width) {
    drawn[0] = from + width / 2;
    sum += Math.exp(head.logProbability(output, 0, drawn, 0)) * (Math.tanh(from + width) - Math.tanh(from));
  }
  return sum;
}

test.each([
  { mean: 0, logDeviation: 0 },
  { mean: 0.7, logDeviation: -1 },
  { mean: -1.5, logDeviation: 0.3 },
  { mean: 0, logDeviation: 1 },
])("the density over (-1, 1) of mean $mean, log deviation $logDeviation integrates to 1", ({ mean, logDeviation }) => {
  const head = createHead({ kind: "squashed-gaussian", size: 1 });
  expect(integral(head, Float64Array.of(mean, logDeviation), 12)).toBeCloseTo(1, 4);
});

test.each([
  { deviation: 0.05, digits: 5 },
  { deviation: 1, digits: 5 },
  { deviation: 2.7, digits: 3 },
  { deviation: 7.3, digits: 1.7 },
])("the entropy at deviation $deviation is the mean of - log density", ({ deviation, digits }) => {
  const head = createHead({ kind: "squashed-gaussian", size: 1 });
  const output = Float64Array.of(0.3, Math.log(deviation));
  const drawn = new Float64Array(1);
  let sum = 0;
  for (let z = -7; z <= 7; z += 0.001) {
    drawn[0] = 0.3 + deviation * z;
    sum -= (head.logProbability(output, 0, drawn, 0) * Math.exp(-0.5 * z * z) * 0.001) / Math.sqrt(2 * Math.PI);
  }
  expect(head.entropy(output, 0)).toBeCloseTo(sum, digits);
});

test("log(1 - tanh²) is exact near 0 and goes on where tanh is 1 already", () => {
  for (const x of [-3, -0.5, 0, 0.2, 4]) expect(logTanhSlope(x)).toBeCloseTo(Math.log(1 - Math.tanh(x) ** 2), 9);
  for (const x of [-50, 50]) expect(logTanhSlope(x)).toBeCloseTo(2 * Math.LN2 - 100, 9);
});

test.each(spaces)("everything of $kind stays finite at outputs of ± 50", (space) => {
  const head = createHead(space);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(-50, 0, 50), { minLength: 9, maxLength: 9 }), fc.nat(), (values, seed) => {
      const output = new Float64Array(head.outputs).map((_, k) => values[k]!);
      head.prepare(output, 0, allAllowed, 0);
      const drawn = head.drawnColumn(1);
      head.draw(output, 0, createRng(seed), drawn, 0);
      const played = head.playedColumn(1);
      head.play(drawn, 0, head.actionSize, played, 0);
      const gradient = new Float64Array(head.outputs);
      head.gradient(output, 0, drawn, 0, { logProbability: 1, entropy: 1, over: 1 }, gradient);
      const all = [...drawn, ...played, ...gradient, head.logProbability(output, 0, drawn, 0), head.entropy(output, 0)];
      expect(all.every(Number.isFinite)).toBe(true);
      if (space.kind === "squashed-gaussian") expect(Math.max(...played.map(Math.abs))).toBeLessThanOrEqual(1);
    }),
  );
});

test("a deviation beyond its bounds is taught nothing, so that nothing pulls it further", () => {
  const head = createHead({ kind: "squashed-gaussian", size: 1 });
  const gradient = new Float64Array(2);
  for (const logDeviation of [-6, 3]) {
    head.gradient(
      Float64Array.of(0, logDeviation),
      0,
      Float64Array.of(0.1),
      0,
      { logProbability: 1, entropy: 1, over: 1 },
      gradient,
    );
    expect(gradient[1]).toBe(0);
    expect(gradient[0]).not.toBe(0);
  }
});

test("choices are remembered whatever their number, in bytes where those are enough", () => {
  expect(createHead({ kind: "categorical", choices: 256 }).drawnColumn(3)).toBeInstanceOf(Uint8Array);
  const head = createHead({ kind: "multi-discrete", choices: [2, 300] });
  const output = new Float64Array(302);
  output[301] = 1e6;
  head.prepare(output, 0, allAllowed, 0);
  const drawn = head.drawnColumn(1);
  head.draw(output, 0, createRng(1), drawn, 0);
  expect(drawn[1]).toBe(299);
  expect(() => createHead({ kind: "categorical", choices: 70_000 }).drawnColumn(1)).toThrow(/65536 choices at most/);
});
