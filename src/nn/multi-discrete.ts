import {
  categoricalGradient,
  choiceColumn,
  copyChoices,
  drawFrom,
  entropyOf,
  logSoftmax,
  maskLogits,
} from "./categorical.ts";
import type { Head } from "./head.ts";

/**
 * One categorical distribution for each part of an action, drawn apart from each other: probabilities multiply, and
 * entropies add up. Outputs are the logits of the first part, then of the second.
 *
 * @param choices  of each part
 * @source Huang et al., The 37 implementation details of PPO, MultiDiscrete: independent action components
 */
export function multiDiscreteHead(choices: readonly number[]): Head {
  const parts = choices.length;
  return {
    outputs: choices.reduce((sum, one) => sum + one, 0),
    actionSize: parts,
    drawnColumn: (actions) => choiceColumn(actions * parts, Math.max(...choices)),
    playedColumn: (actions) => new Int32Array(actions * parts),
    prepare(output, at, masks, maskAt) {
      for (let part = 0, first = 0; part < parts; first += choices[part++]!) {
        if (masks.length > 0) maskLogits(output, at + first, masks, maskAt + first, choices[part]!);
        logSoftmax(output, output, at + first, choices[part]!);
      }
    },
    draw(output, at, rng, drawn, actionAt) {
      for (let part = 0, first = at; part < parts; first += choices[part++]!)
        drawn[actionAt + part] = drawFrom(output, first, choices[part]!, rng.uniform());
    },
    play: copyChoices,
    logProbability(output, at, drawn, actionAt) {
      let sum = 0;
      for (let part = 0, first = at; part < parts; first += choices[part++]!)
        sum += output[first + drawn[actionAt + part]!]!;
      return sum;
    },
    entropy(output, at) {
      let sum = 0;
      for (let part = 0, first = at; part < parts; first += choices[part++]!)
        sum += entropyOf(output, first, choices[part]!);
      return sum;
    },
    gradient(output, at, drawn, actionAt, weights, gradient) {
      for (let part = 0, first = at; part < parts; first += choices[part++]!)
        categoricalGradient(output, first, choices[part]!, drawn[actionAt + part]!, weights, gradient);
    },
  };
}
