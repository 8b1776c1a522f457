import { expect, test } from "vitest";
import { KarmaError } from "../../../src/core/errors.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import { createTrainer, type Trainer } from "../../../src/team/learn/ippo.ts";
import { defaultIppoOptions, type IppoOptions } from "../../../src/team/learn/ippo-options.ts";
import { createShardComputer } from "../../../src/team/learn/ppo-gradient.ts";
import { createToyGame } from "../toy-game.ts";

const options: IppoOptions = {
  ...defaultIppoOptions,
  totalSteps: 16 * 20 * 6,
  rolloutSteps: 20,
  miniBatches: 4,
  hidden: [16, 16],
  rolloutsPerEra: 4,
};

function toyTrainer(change: Partial<IppoOptions> = {}, resume?: Uint8Array, seed = 7): Trainer {
  const spec = { options: { ...options, ...change }, game: createToyGame(1), kernels: createPlainKernels(), seed };
  return createTrainer(resume === undefined ? spec : { ...spec, resume });
}

function run(trainer: Trainer, iterations: number): Trainer {
  for (let k = 0; k < iterations; k++) trainer.iterate();
  return trainer;
}

test.each([1, 2, 3, 4, 5])("six rollouts straight and %i, a stop, and the rest give the same bytes", (before) => {
  const straight = run(toyTrainer(), 6);
  const resumed = run(toyTrainer({}, run(toyTrainer(), before).snapshot()), 6 - before);
  expect(resumed.iteration()).toBe(6);
  expect(Buffer.compare(resumed.snapshot(), straight.snapshot())).toBe(0);
});

test("the same seed gives the same bytes, another seed another network", () => {
  expect(Buffer.compare(run(toyTrainer(), 2).snapshot(), run(toyTrainer(), 2).snapshot())).toBe(0);
  expect(run(toyTrainer(), 2).actor().weights).not.toEqual(run(toyTrainer({}, undefined, 8), 2).actor().weights);
});

test("rollout and update agree on every probability, so the first ratio is exactly 1", () => {
  expect(toyTrainer().iterate().firstRatioError).toBe(0);
});

test("a state read from a file as a Buffer is as good", () => {
  const resumed = run(toyTrainer({}, Buffer.from(run(toyTrainer(), 3).snapshot())), 3);
  expect(Buffer.compare(resumed.snapshot(), run(toyTrainer(), 6).snapshot())).toBe(0);
});

test("a resumed trainer reports the metrics that an uninterrupted one does", () => {
  const straight = run(toyTrainer(), 5);
  const resumed = toyTrainer({}, run(toyTrainer(), 5).snapshot());
  expect(resumed.iterate()).toEqual(straight.iterate());
});

test.each([
  {
    what: "another seed",
    make: (bytes: Uint8Array) => toyTrainer({}, bytes, 8),
    message: /its seed was 7, now it is 8/,
  },
  { what: "other options", make: (bytes: Uint8Array) => toyTrainer({ gamma: 0.5 }, bytes), message: /its options was/ },
  { what: "nothing", make: () => toyTrainer({}, new Uint8Array(2)), message: /it is empty/ },
  { what: "half a file", make: (bytes: Uint8Array) => toyTrainer({}, bytes.slice(0, 900)), message: /cut off/ },
  { what: "a flipped bit", make: (bytes: Uint8Array) => toyTrainer({}, flipped(bytes)), message: /not those/ },
  { what: "another file", make: () => toyTrainer({}, new Uint8Array(900)), message: /not of the format/ },
])("a training state of $what is refused with a sentence", ({ make, message }) => {
  const bytes = run(toyTrainer(), 1).snapshot();
  expect(() => make(bytes)).toThrow(KarmaError);
  expect(() => make(bytes)).toThrow(message);
});

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length - 1] = copy.at(-1)! ^ 1;
  return copy;
}

test("a game that replays to something else is refused", () => {
  const bytes = run(toyTrainer(), 1).snapshot();
  const spec = { options, kernels: createPlainKernels(), seed: 7, resume: bytes };
  expect(() => createTrainer({ ...spec, game: createToyGame(2) })).toThrow(/environment, twin, topology or traffic/);
});

test("options that make no sense are all named", () => {
  expect(() => toyTrainer({ epochs: 0, gamma: 2 })).toThrow(
    expect.objectContaining({
      problems: [{ path: "epochs" }, { path: "gamma" }].map((one) => expect.objectContaining(one)),
    }),
  );
});

test.each([
  { what: "two kinds of critic", change: { hasTeamCritic: true, hasCentralCritic: true }, path: "hasTeamCritic" },
  {
    what: "a memory whose sequences are shuffled by agents",
    change: { shufflesAgents: true, network: { memory: "gru" } } as const,
    path: "shufflesAgents",
  },
])("$what do not go together", ({ change, path }) => {
  expect(() => toyTrainer(change)).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ path })] }));
});

const likeOthers: Partial<IppoOptions> = {
  clipsTogether: true,
  criticGain: 1,
  hasTeamCritic: true,
  shufflesAgents: true,
  standardisesMiniBatches: true,
  valueWeight: 0.5,
};

test("other implementations' details keep the first ratio at 1, the bytes over a stop, and a learner that learns", () => {
  const straight = toyTrainer(likeOthers);
  const first = straight.iterate();
  expect(first.firstRatioError).toBe(0);
  const before = run(toyTrainer(likeOthers), 3);
  const resumed = run(toyTrainer(likeOthers, before.snapshot()), 3);
  run(straight, 4);
  const last = straight.iterate();
  expect(last.reward).toBeGreaterThan(first.reward);
  expect(last.explainedVariance).toBeGreaterThan(first.explainedVariance);
  expect(Buffer.compare(resumed.snapshot(), straight.snapshot())).toBe(0);
});

test("gradients from any order of shards give the same bytes", () => {
  const spec = { options, game: createToyGame(1), kernels: createPlainKernels(), seed: 7 };
  const forwards = run(createTrainer(spec), 2);
  const backwards = createTrainer({
    ...spec,
    game: createToyGame(1),
    createRunner: (setup) => {
      const compute = createShardComputer(setup);
      return {
        run: (miniBatch) => {
          for (let shard = options.shards - 1; shard >= 0; shard--) compute(miniBatch, shard);
        },
      };
    },
  });
  expect(Buffer.compare(run(backwards, 2).snapshot(), forwards.snapshot())).toBe(0);
});
