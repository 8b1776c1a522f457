import { expect, test } from "vitest";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import { createWasmKernels } from "../../../src/nn/wasm.ts";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import { createTrainer, type Trainer } from "../../../src/team/learn/ippo.ts";
import { defaultIppoOptions, type IppoOptions } from "../../../src/team/learn/ippo-options.ts";
import { createMappoTrainer } from "../../../src/team/learn/mappo.ts";
import { createToyGame } from "../toy-game.ts";

/** Episodes are 10 steps long, sequences 3, rollouts 15: episodes end inside sequences, and go on from one rollout to the next. */
const options: IppoOptions = {
  ...defaultIppoOptions,
  totalSteps: 16 * 15 * 6,
  rolloutSteps: 15,
  hidden: [8, 8],
  network: { memory: "gru" },
  memorySteps: 3,
  rolloutsPerEra: 4,
};

type Change = {
  readonly options?: Partial<IppoOptions>;
  readonly resume?: Uint8Array;
  readonly game?: VectorGame;
  readonly isWasm?: boolean;
};

function toyTrainer(change: Change = {}): Trainer {
  return createTrainer({
    options: { ...options, ...change.options },
    game: change.game ?? createToyGame(1),
    kernels: change.isWasm === true ? createWasmKernels({ memoryMiB: 16 }) : createPlainKernels(),
    seed: 7,
    ...(change.resume === undefined ? {} : { resume: change.resume }),
  });
}

function run(trainer: Trainer, iterations: number): Trainer {
  for (let k = 0; k < iterations; k++) trainer.iterate();
  return trainer;
}

test.each([1, 3, 4, 5])("six rollouts straight and %i, a stop, and the rest give the same bytes", (before) => {
  const straight = run(toyTrainer(), 6);
  const resume = run(toyTrainer(), before).snapshot();
  expect(Buffer.compare(run(toyTrainer({ resume }), 6 - before).snapshot(), straight.snapshot())).toBe(0);
});

test.each([true, false])(
  "rollout and update agree on every probability, over ends of episodes and rollouts, WebAssembly %s",
  (isWasm) => {
    const trainer = toyTrainer({ isWasm });
    for (let k = 0; k < 3; k++) expect(trainer.iterate().firstRatioError).toBe(0);
  },
);

test("MAPPO remembers too", () => {
  const spec = { options, game: createToyGame(1), kernels: createPlainKernels(), seed: 7 };
  const trainer = createMappoTrainer(spec);
  for (let k = 0; k < 3; k++) expect(trainer.iterate().firstRatioError).toBe(0);
});

test("how far back a memory learns changes what it learns", () => {
  const short = run(toyTrainer(), 2).actor().weights;
  expect(run(toyTrainer({ options: { memorySteps: 15 } }), 2).actor().weights).not.toEqual(short);
});

test("a state without a memory is none of a team that has one", () => {
  const { network, memorySteps, ...plain } = options;
  expect(memorySteps).toBe(3);
  expect(network).toEqual({ memory: "gru" });
  const other = createTrainer({ options: plain, game: createToyGame(1), kernels: createPlainKernels(), seed: 7 });
  expect(() => toyTrainer({ resume: other.snapshot() })).toThrow(/its options was/);
});

test("sequences that do not fill a rollout, and agents that die, are refused", () => {
  expect(() => toyTrainer({ options: { memorySteps: 4 } })).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ path: "memorySteps" })] }),
  );
  const game = { ...createToyGame(1), alive: new Uint8Array(32).fill(1) };
  expect(() => toyTrainer({ game })).toThrow("stay alive");
});
