import type { Rng } from "../../core/rng.ts";
import type { Drawn, Head, Played } from "../../nn/head.ts";
import type { Kernels, Vector } from "../../nn/kernels.ts";
import { createScratch, forward, type MlpScratch } from "../../nn/mlp.ts";
import type { VectorGame } from "../env/vector-game.ts";
import { createRecollection, type Recollection } from "../policy/recollection.ts";
import type { RolloutShape } from "./advantages.ts";
import type { CriticView } from "./critic-view.ts";
import type { IppoOptions } from "./ippo-options.ts";
import { type ActorCritic, type Batch, headOf, ownInputs, type Sequences } from "./ppo-gradient.ts";
import type { ReturnScale } from "./return-scale.ts";

/** Columns of a rollout that only this thread needs: [steps][agents][environments]. */
export type Rollout = {
  readonly rewards: Float64Array;
  readonly values: Float64Array;
  readonly nextValues: Float64Array;
  /** [steps][environments] */
  readonly ended: Uint8Array;
};

export function createRollout({ steps, agents, environments }: RolloutShape): Rollout {
  const column = (): Float64Array => new Float64Array(steps * agents * environments);
  return { rewards: column(), values: column(), nextValues: column(), ended: new Uint8Array(steps * environments) };
}

export type Player = {
  restart(era: number): void;
  play(returns: Readonly<ReturnScale>, rng: Rng): void;
  /** Bytes of the actions since the era began: [steps][agents][environments]. */
  log(): Uint8Array;
  /** What actor and critic remember now; none where they remember nothing. */
  readonly remembered: readonly Vector[];
  /** Brings the game back to where these actions had led it. */
  replay(era: number, log: Uint8Array): void;
};

const playedRows = 64;

export type PlayerSpec = {
  readonly game: VectorGame<Played>;
  readonly kernels: Kernels;
  readonly options: Pick<IppoOptions, "rolloutSteps" | "rolloutsPerEra">;
  readonly criticView: CriticView;
};

type State = PlayerSpec & {
  readonly networks: ActorCritic;
  readonly batch: Batch;
  readonly rollout: Rollout;
  /** Agents x environments. */
  readonly rows: number;
  readonly head: Head;
  /** What the game is told: [rows][numbers of an action]. */
  readonly actions: Played;
  readonly actorScratch: MlpScratch;
  readonly criticScratch: MlpScratch;
  readonly actorMemory: Recollection;
  readonly criticMemory: Recollection;
  /** 1 where an episode begins with the present observation: [rows]. */
  readonly starts: Uint8Array;
  readonly log: Drawn;
  /** Numbers in the log. */
  logged: number;
};

/** Plays the game with the present actor and writes the rollout. */
export function createPlayer(spec: PlayerSpec, networks: ActorCritic, batch: Batch, rollout: Rollout): Player {
  const { game, kernels, options } = spec;
  const rows = game.agents * game.environments;
  const head = headOf(networks);
  const state: State = {
    ...spec,
    networks,
    batch,
    rollout,
    rows,
    head,
    actions: head.playedColumn(rows),
    actorScratch: createScratch(kernels, networks.actor, playedRows),
    criticScratch: createScratch(kernels, networks.critic, playedRows),
    actorMemory: createRecollection(kernels, networks.actor, rows),
    criticMemory: createRecollection(kernels, networks.critic, rows),
    starts: new Uint8Array(rows),
    log: head.drawnColumn(options.rolloutsPerEra * options.rolloutSteps * rows),
    logged: 0,
  };
  return {
    restart: (era) => restart(state, era),
    play: (returns, rng) => play(state, returns, rng),
    log: () => bytesOf(state.log).slice(0, state.logged * state.log.BYTES_PER_ELEMENT),
    remembered: [state.actorMemory.before, state.criticMemory.before].filter(({ length }) => length > 0),
    replay: (era, log) => replay(state, era, log),
  };
}

function choose(state: State, step: number, rng: Rng): void {
  const { game, kernels, networks, batch, actorScratch, actorMemory, rows } = state;
  const seen = game.observationSize;
  for (let first = 0; first < rows; first += playedRows) {
    const count = Math.min(playedRows, rows - first);
    actorScratch.input.set(game.observations.subarray(first * seen, (first + count) * seen));
    actorMemory.recall(actorScratch, first, count);
    forward(kernels, networks.actor, batch.parameters, actorScratch, count);
    actorMemory.take(actorScratch, first, count);
    for (let row = 0; row < count; row++) draw(state, step, first, row, rng);
  }
  actorMemory.advance();
}

/** One action, from the actor's output for a row of those that stand from `first` on. */
function draw(
  { head, game, batch, actorScratch, actions, rows }: State,
  step: number,
  first: number,
  row: number,
  rng: Rng,
): void {
  const { output } = actorScratch;
  const { outputs, actionSize } = head;
  const at = row * outputs;
  const sample = step * rows + first + row;
  head.prepare(output, at, game.mask ?? nothingMasked, (first + row) * outputs);
  head.draw(output, at, rng, batch.actions, sample * actionSize);
  head.play(batch.actions, sample * actionSize, actionSize, actions, (first + row) * actionSize);
  batch.logProbabilities[sample] = head.logProbability(output, at, batch.actions, sample * actionSize);
}

const nothingMasked = new Uint8Array(0);

/** Values of the present states, in the unit of rewards, to `out[at ...]`. */
function judge(state: State, returns: Readonly<ReturnScale>, out: Float64Array, at: number): void {
  const { game, kernels, networks, batch, criticScratch, criticMemory, criticView, rows } = state;
  const { critic } = networks;
  const { observationSize, alive } = game;
  const own = ownInputs(networks);
  for (let first = 0; first < rows; first += playedRows) {
    const count = Math.min(playedRows, rows - first);
    for (let row = 0; row < count; row++) {
      const to = row * critic.inputs;
      const from = (first + row) * observationSize;
      criticScratch.input.set(game.observations.subarray(from, from + own), to);
      if (alive?.[first + row] === 0) criticScratch.input.fill(0, to, to + own);
      criticView.writeRow(first + row, criticScratch.input, to + own);
    }
    criticMemory.recall(criticScratch, first, count);
    forward(kernels, critic, batch.parameters, criticScratch, count);
    criticMemory.take(criticScratch, first, count);
    for (let row = 0; row < count; row++)
      out[at + first + row] = returns.mean + returns.deviation * criticScratch.output[row]!;
  }
}

function remember(state: State, step: number): void {
  const { game, networks, batch, criticView, rows } = state;
  batch.observations.set(game.observations, step * game.observations.length);
  if (game.mask !== undefined) batch.masks.set(game.mask, step * game.mask.length);
  if (game.alive !== undefined) rememberDead(game, game.alive, batch, step);
  criticView.writeAll(batch.privileged, step * rows * criticView.size);
  if (networks.sequences !== undefined) rememberMemories(state, networks.sequences, step);
}

/** What actor and critic remember, where a sequence begins. */
function rememberMemories(
  { batch, actorMemory, criticMemory, starts, rows }: State,
  { steps }: Sequences,
  step: number,
): void {
  batch.starts.set(starts, step * rows);
  if (step % steps !== 0) return;
  batch.actorMemory.set(actorMemory.before, (step / steps) * actorMemory.before.length);
  batch.criticMemory.set(criticMemory.before, (step / steps) * criticMemory.before.length);
}

/** What a dead agent saw is 0 to the critic; the actor never learns from it. */
function rememberDead({ observationSize }: VectorGame, alive: Uint8Array, batch: Batch, step: number): void {
  const first = step * alive.length;
  batch.alive.set(alive, first);
  for (const [row, isAlive] of alive.entries())
    if (isAlive === 0) batch.observations.fill(0, (first + row) * observationSize, (first + row + 1) * observationSize);
}

/** Nothing follows an end that is not the clock's. */
function forgetWhatFollows({ game, rollout, rows }: State, step: number): void {
  for (let row = 0; row < rows; row++)
    if (game.terminated?.[row % game.environments] === 1) rollout.nextValues[step * rows + row] = 0;
}

function play(state: State, returns: Readonly<ReturnScale>, rng: Rng): void {
  const { game, options, rollout, rows, actions } = state;
  judge(state, returns, rollout.values, 0);
  for (let step = 0; step < options.rolloutSteps; step++) {
    remember(state, step);
    choose(state, step, rng);
    logActions(state, step);
    game.step(actions);
    rollout.rewards.set(game.rewards, step * rows);
    rollout.ended.set(game.ended, step * game.environments);
    state.criticMemory.advance();
    judge(state, returns, rollout.nextValues, step * rows);
    if (game.terminated !== undefined) forgetWhatFollows(state, step);
    const isAnyEnded = game.ended.includes(1);
    forgetEpisodes(state);
    game.resetEnded();
    if (step + 1 === options.rolloutSteps) return;
    const next = (step + 1) * rows;
    if (isAnyEnded) judge(state, returns, rollout.values, next);
    else rollout.values.set(rollout.nextValues.subarray(step * rows, next), next);
  }
}

function logActions(state: State, step: number): void {
  const { log, batch, actions } = state;
  log.set(batch.actions.subarray(step * actions.length, (step + 1) * actions.length), state.logged);
  state.logged += actions.length;
}

function bytesOf({ buffer }: Drawn): Uint8Array {
  return new Uint8Array(buffer);
}

/** Nothing is remembered from one episode to the next. */
function forgetEpisodes({ game, actorMemory, criticMemory, starts, rows }: State): void {
  for (let row = 0; row < rows; row++) starts[row] = game.ended[row % game.environments]!;
  actorMemory.forget(game.ended);
  criticMemory.forget(game.ended);
}

function restart(state: State, era: number): void {
  state.game.restart(era);
  state.logged = 0;
  state.actorMemory.forget();
  state.criticMemory.forget();
}

function replay(state: State, era: number, replayed: Uint8Array): void {
  const { game, head, actions, log } = state;
  restart(state, era);
  bytesOf(log).set(replayed);
  state.logged = replayed.length / log.BYTES_PER_ELEMENT;
  for (let at = 0; at < state.logged; at += actions.length) {
    head.play(log, at, actions.length, actions, 0);
    game.step(actions);
    game.resetEnded();
  }
}
