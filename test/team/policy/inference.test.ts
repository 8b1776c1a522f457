import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { initialise } from "../../../src/nn/init.ts";
import { defineNetwork } from "../../../src/nn/network.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import { createGreedyPlayer, type GreedyPlayer } from "../../../src/team/policy/inference.ts";

const network = defineNetwork([3, 6, 5], { memory: "gru" });
const weights = new Float32Array(network.endsAt);
initialise(network, weights, 2, createRng(2));

/** Two agents in two environments. */
const seen = Array.from({ length: 3 }, (_, step) => {
  const rng = createRng(step);
  return Float32Array.from({ length: 12 }, () => rng.between(-2, 2));
});

function createPlayer(): GreedyPlayer {
  return createGreedyPlayer(createPlainKernels(), network, weights, 4);
}

function shown(player: GreedyPlayer, observations: Float32Array): number[] {
  player.choose(observations);
  return [...player.probabilities];
}

test("a team that remembers sees the same differently after something else, and forgets when asked to", () => {
  const player = createPlayer();
  const first = shown(player, seen[0]!);
  shown(player, seen[1]!);
  expect(shown(player, seen[0]!)).not.toEqual(first);
  player.forget();
  expect(shown(player, seen[0]!)).toEqual(first);
});

test("only agents of the environment whose episode ended begin anew", () => {
  const [player, other] = [createPlayer(), createPlayer()];
  for (const each of [player, other]) shown(each, seen[0]!);
  player.forget(Uint8Array.of(0, 1));
  const [found, gone] = [shown(player, seen[2]!), shown(other, seen[2]!)];
  const afresh = shown(createPlayer(), seen[2]!);
  for (const row of [0, 2]) expect(found.slice(row * 5, row * 5 + 5)).toEqual(gone.slice(row * 5, row * 5 + 5));
  for (const row of [1, 3]) expect(found.slice(row * 5, row * 5 + 5)).toEqual(afresh.slice(row * 5, row * 5 + 5));
  expect(found).not.toEqual(gone);
});
