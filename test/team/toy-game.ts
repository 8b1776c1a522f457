import { createRng, type Rng } from "../../src/core/rng.ts";
import type { VectorGame } from "../../src/team/env/vector-game.ts";

/**
 * A game whose best play is known: each agent sees a number x in [-1, 1] and gets 1 - (distance of its action from the
 * one that x asks for) / 4. The number of the next step follows from the rng alone. All of it is reset by `restart`.
 */
export function createToyGame(seed: number, environments = 16): VectorGame & { readonly best: () => Int32Array } {
  const agents = 2;
  const actions = 5;
  const rows = agents * environments;
  const groupSize = 4;
  const observations = new Float32Array(rows * 3);
  const privileged = new Float32Array(environments);
  const rewards = new Float64Array(rows);
  const ended = new Uint8Array(environments);
  const totals = { steps: 0 };
  let rng: Rng = createRng(seed);
  let step = 0;

  function show(environment: number): void {
    for (let agent = 0; agent < agents; agent++) {
      const row = agent * environments + environment;
      observations.set([rng.between(-1, 1), agent, privileged[environment]! / 10], row * 3);
    }
    privileged[environment] = rng.between(-1, 1);
  }

  const best = (): Int32Array =>
    Int32Array.from({ length: rows }, (_, row) => {
      const wish = Math.min(actions - 1, Math.floor(((observations[row * 3]! + 1) / 2) * actions));
      return row < environments ? wish : actions - 1 - wish;
    });

  return {
    agents,
    environments,
    observationSize: 3,
    actions,
    groupSize,
    observations,
    privilegedSize: 1,
    privileged,
    rewards,
    ended,
    totals,
    best,
    clearTotals: () => void (totals.steps = 0),
    restart(era) {
      rng = createRng(seed).split(era);
      step = 0;
      ended.fill(0);
      privileged.fill(0);
      for (let environment = 0; environment < environments; environment++) show(environment);
    },
    step(chosen) {
      const wanted = best();
      for (let row = 0; row < rows; row++) rewards[row] = 1 - Math.abs(chosen[row]! - wanted[row]!) / 4;
      // The world remembers what was done, so that a replay with other actions would be noticed.
      for (let environment = 0; environment < environments; environment++)
        privileged[environment] = chosen[environment]! / 10;
      for (let environment = 0; environment < environments; environment++) show(environment);
      step++;
      totals.steps += environments;
      if (step % 10 === 0) ended.fill(1);
    },
    resetEnded: () => void ended.fill(0),
  };
}
