import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import { defaultIppoOptions, type IppoOptions } from "../../../src/team/learn/ippo-options.ts";
import type { Trainer } from "../../../src/team/learn/ippo.ts";
import { createMappoTrainer } from "../../../src/team/learn/mappo.ts";
import { createToyGame } from "../toy-game.ts";

const options: IppoOptions = {
  ...defaultIppoOptions,
  totalSteps: 16 * 20 * 6,
  rolloutSteps: 20,
  hidden: [16, 16],
  rolloutsPerEra: 4,
};

function trainer(game: VectorGame, resume?: Uint8Array): Trainer {
  const spec = { options, game, kernels: createPlainKernels(), seed: 7 };
  return createMappoTrainer(resume === undefined ? spec : { ...spec, resume });
}

function run(one: Trainer, iterations: number): Trainer {
  for (let k = 0; k < iterations; k++) one.iterate();
  return one;
}

test.each([2, 4, 5])("six rollouts straight and %i, a stop, and the rest give the same bytes", (before) => {
  const straight = run(trainer(createToyGame(1)), 6);
  const stopped = run(trainer(createToyGame(1)), before).snapshot();
  expect(Buffer.compare(run(trainer(createToyGame(1), stopped), 6 - before).snapshot(), straight.snapshot())).toBe(0);
});

test("rollout and update agree on every probability, and the critic learns to foresee", () => {
  const one = trainer(createToyGame(1));
  const first = one.iterate();
  expect(first.firstRatioError).toBe(0);
  let last = first;
  while (one.iteration() < one.iterations) last = one.iterate();
  expect(last.valueLoss).toBeLessThan(first.valueLoss);
});

test("a state of IPPO is no state of MAPPO", () => {
  const other = createMappoTrainer({
    options: { ...options, gamma: 0.8 },
    game: createToyGame(1),
    kernels: createPlainKernels(),
    seed: 7,
  });
  expect(() => trainer(createToyGame(1), other.snapshot())).toThrow(/its options was/);
});

/** The toy game, in which agent 1 is dead in every other environment, sees noise there and is given noise. */
function withDead(noise: number): VectorGame {
  const game = createToyGame(1);
  const { environments, observations, rewards } = game;
  const alive = Uint8Array.from({ length: 2 * environments }, (_, row) =>
    row < environments || row % 2 === 0 ? 1 : 0,
  );
  const rng = createRng(noise);
  function spoil(): void {
    for (const [row, isAlive] of alive.entries()) {
      if (isAlive === 1) continue;
      for (let k = 0; k < 3; k++) observations[3 * row + k] = rng.normal();
      rewards[row] = 100 * rng.normal();
    }
  }
  return {
    ...game,
    alive,
    restart: (era) => {
      game.restart(era);
      spoil();
    },
    step: (actions) => {
      game.step(actions);
      spoil();
    },
  };
}

test("nothing is learnt from the dead: what they see and are given changes no weight of the team", () => {
  const [one, other] = [trainer(withDead(1)), trainer(withDead(2))];
  const [seen, otherwise] = [run(one, 3).actor().weights, run(other, 3).actor().weights];
  expect(seen).toEqual(otherwise);
  expect(seen).not.toEqual(run(trainer(createToyGame(1)), 3).actor().weights);
});
