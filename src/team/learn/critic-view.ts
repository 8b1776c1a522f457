import type { Vector } from "../../nn/kernels.ts";
import type { VectorGame } from "../env/vector-game.ts";

/** What the critic sees beside an agent's own observation: only training needs it. */
export type CriticView = {
  readonly size: number;
  /** Of one row of the game, `agent * environments + environment`, to `out[at ...]`. */
  writeRow(row: number, out: Vector, at: number): void;
  /** Of all rows, one after another. */
  writeAll(out: Vector, at: number): void;
};

/** What the game shows of its environment, the same to all agents. */
export function privilegedView({ agents, environments, privilegedSize: size, privileged }: VectorGame): CriticView {
  return {
    size,
    writeRow(row, out, at) {
      const from = (row % environments) * size;
      out.set(privileged.subarray(from, from + size), at);
    },
    writeAll(out, at) {
      for (let agent = 0; agent < agents; agent++) out.set(privileged, at + agent * privileged.length);
    },
  };
}

/**
 * The observations of the whole team, what the game shows of its environment, and which agent it is about (one of
 * [agents] is 1). Of a dead agent all is 0 but that last part.
 *
 * @source Yu et al., The Surprising Effectiveness of PPO (arXiv 2103.01955), 5.2 (feature-pruned agent-specific state:
 * here nothing is pruned), and death masking
 */
export function centralView(game: VectorGame): CriticView {
  const size = game.agents * game.observationSize + game.privilegedSize + game.agents;
  const writeRow = (row: number, out: Vector, at: number): void => writeCentral(game, row, out, at, at + size);
  return {
    size,
    writeRow,
    writeAll(out, at) {
      for (let row = 0; row < game.agents * game.environments; row++) writeRow(row, out, at + row * size);
    },
  };
}

/**
 * The observations of the whole team in the order of agents, the same to all of them. Of a dead agent all is 0.
 *
 * @source FLAIROx/JaxMARL, baselines/MAPPO/mappo_rnn_mpe.py
 */
export function teamView({ agents, environments, observationSize, observations, alive }: VectorGame): CriticView {
  const size = agents * observationSize;
  const writeRow = (row: number, out: Vector, at: number): void => {
    for (let agent = 0; agent < agents; agent++) {
      const other = agent * environments + (row % environments);
      const from = other * observationSize;
      const to = at + agent * observationSize;
      if (alive?.[other] === 0) out.fill(0, to, to + observationSize);
      else out.set(observations.subarray(from, from + observationSize), to);
    }
  };
  return {
    size,
    writeRow,
    writeAll(out, at) {
      for (let row = 0; row < agents * environments; row++) writeRow(row, out, at + row * size);
    },
  };
}

function writeCentral(game: VectorGame, row: number, out: Vector, at: number, end: number): void {
  const { agents, environments, observationSize, observations, privilegedSize, privileged, alive } = game;
  const environment = row % environments;
  out.fill(0, at, end);
  out[end - agents + Math.floor(row / environments)] = 1;
  if (alive?.[row] === 0) return;
  for (let agent = 0; agent < agents; agent++) {
    const other = agent * environments + environment;
    if (alive?.[other] === 0) continue;
    const from = other * observationSize;
    out.set(observations.subarray(from, from + observationSize), at + agent * observationSize);
  }
  const from = environment * privilegedSize;
  out.set(privileged.subarray(from, from + privilegedSize), at + agents * observationSize);
}
