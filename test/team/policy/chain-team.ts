import { createRng } from "../../../src/core/rng.ts";
import { initialise } from "../../../src/nn/init.ts";
import type { Network } from "../../../src/nn/network.ts";
import type { Checkpoint } from "../../../src/team/policy/checkpoint.ts";
import { calibrationOf, chain } from "../chain.ts";

/** A team for the chain that nothing was taught; more as given. */
export function chainTeam(network: Network, extras: Partial<Checkpoint> = {}): Checkpoint {
  return {
    topology: { name: chain.name, hash: "abc", services: chain.services.map(({ name }) => name) },
    timing: calibrationOf(chain).timing,
    headroom: 1.5,
    training: { algorithm: "ippo", seed: 1, steps: 100, config: {} },
    backEnd: "plain",
    network,
    weights: drawWeights(network),
    ...extras,
  };
}

/** @param outputGain  of the last layer: near zero, and what it says is its biases */
export function drawWeights(network: Network, outputGain = 1): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(network.endsAt);
  initialise(network, weights, outputGain, createRng(1));
  return weights;
}
