import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import type { Played } from "../../../src/nn/head.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import { createKnownVectorGame, type KnownGame } from "../../../src/team/known-games/known-game.ts";
import { createTrainer, type Trainer } from "../../../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../../../src/team/learn/ippo-options.ts";

/** Two agents whose numbers or choices move a world that both see. */
const base = {
  agents: 2,
  observationSize: 2,
  stateSize: 2,
  mostSteps: 6,
  begin: (state: Float64Array, rng) => void state.fill(rng.uniform()),
  observe: (state: Float64Array, agent: number, seen: Float32Array) => seen.set([state[0]!, agent + state[1]!]),
} satisfies Partial<KnownGame> & { begin: KnownGame["begin"] };

function moved(state: Float64Array, actions: ArrayLike<number>, rewards: Float64Array): boolean {
  for (let k = 0; k < actions.length; k++) state[k % 2] = state[k % 2]! * 0.9 + 0.1 * actions[k]!;
  rewards.fill(-Math.abs(state[0]! - state[1]!));
  return false;
}

const games: Readonly<Record<string, KnownGame>> = {
  "choices of two parts": {
    ...base,
    actions: 5,
    actionSpace: { kind: "multi-discrete", choices: [3, 2] },
    advance: moved,
  },
  numbers: { ...base, actions: 0, actionSpace: { kind: "squashed-gaussian", size: 3 }, advance: moved },
};
const environments = 3;
const options = {
  ...defaultIppoOptions,
  totalSteps: 6 * 8 * environments,
  rolloutSteps: 8,
  hidden: [6],
  miniBatches: 2,
  rolloutsPerEra: 4,
  preference: 0,
  subtractsGroupMeans: false,
};

function trainerOf(name: string, resume?: Uint8Array): { readonly trainer: Trainer; readonly seen: Played[] } {
  const game = createKnownVectorGame(games[name]!, environments, createRng("game"));
  const seen: Played[] = [];
  const watched: VectorGame<Played> = {
    ...game,
    step(actions) {
      seen.push(actions.slice());
      game.step(actions);
    },
  };
  const spec = { options, game: watched, kernels: createPlainKernels(), seed: 7, ...(resume && { resume }) };
  return { trainer: createTrainer(spec), seen };
}

test.each(Object.keys(games))("actions of %s go on as if nothing had happened after any stop", (name) => {
  const whole = trainerOf(name).trainer;
  for (let iteration = 0; iteration < 6; iteration++) whole.iterate();
  for (let stop = 1; stop < 6; stop++) {
    const { trainer: first } = trainerOf(name);
    for (let iteration = 0; iteration < stop; iteration++) first.iterate();
    const { trainer: second } = trainerOf(name, first.snapshot());
    for (let iteration = stop; iteration < 6; iteration++) second.iterate();
    expect(Buffer.compare(second.snapshot(), whole.snapshot())).toBe(0);
  }
});

test("a game of parts is told as many choices as each part has, all of them sometime", () => {
  const { trainer, seen } = trainerOf("choices of two parts");
  trainer.iterate();
  expect(seen[0]).toBeInstanceOf(Int32Array);
  expect(seen[0]).toHaveLength(2 * environments * 2);
  const [first, second] = [0, 1].map(
    (part) => new Set(seen.flatMap((step) => [...step].filter((_, k) => k % 2 === part))),
  );
  expect(first).toEqual(new Set([0, 1, 2]));
  expect(second).toEqual(new Set([0, 1]));
});

test("a game of numbers is told numbers in (-1, 1) of either sign, and the first update knows how likely they were", () => {
  const { trainer, seen } = trainerOf("numbers");
  const { firstRatioError, entropy } = trainer.iterate();
  const all = seen.flatMap((step) => [...step]);
  expect(seen[0]).toHaveLength(2 * environments * 3);
  expect(Math.max(...all)).toBeGreaterThan(0.5);
  expect(Math.min(...all)).toBeLessThan(-0.5);
  expect(Math.max(...all.map(Math.abs))).toBeLessThan(1);
  expect(firstRatioError).toBeLessThan(1e-12);
  expect(Number.isFinite(entropy)).toBe(true);
});
