import type { Arrivals } from "../../system/workload/scenario.ts";
import type { ScenarioSetup } from "./scenario-setup.ts";

/** What opponents are tuned on before they play a scenario. */
export type Fold = {
  /** Index of the scenario in the setup. */
  readonly test: number;
  /** Indices of what they are tuned on. */
  readonly training: readonly number[];
  readonly trainedOn: string;
};

export type Folds = {
  /** Those that are played, then those that are only tuned on. */
  readonly scenarios: readonly ScenarioSetup[];
  readonly folds: readonly Fold[];
};

/**
 * Training data of every scenario. A trace: the traces named for training, else all the other ones (leave one out). Random
 * arrivals: the same scenario with other dice. One fixed curve: other dice would give the same curve, so random curves
 * around its volume, which teams learn from as well.
 */
export function foldsOf(tests: readonly ScenarioSetup[], trainTraces: readonly ScenarioSetup[]): Folds {
  const scenarios = [...tests, ...trainTraces];
  const named = trainTraces.map((_, index) => tests.length + index);
  const folds = tests.map((setup, test): Fold => {
    const { arrivals } = setup.inputs.scenario;
    const others =
      named.length > 0 ? named : tests.flatMap((other, index) => (isOtherTrace(other, index, test) ? [index] : []));
    if (arrivals.trace !== undefined && others.length > 0) {
      return { test, training: others, trainedOn: others.map((index) => scenarios[index]!.name).join(", ") };
    }
    if (isRandom(arrivals)) return { test, training: [test], trainedOn: "the same scenario with other seeds" };
    scenarios.push(syntheticOf(setup));
    return { test, training: [scenarios.length - 1], trainedOn: "random curves around the same volume" };
  });
  return { scenarios, folds };
}

function isOtherTrace({ inputs }: ScenarioSetup, index: number, test: number): boolean {
  return index !== test && inputs.scenario.arrivals.trace !== undefined;
}

function isRandom({ isSynthetic, randomCrowds, trace }: Arrivals): boolean {
  return trace === undefined && (isSynthetic || randomCrowds !== undefined);
}

function syntheticOf({ name, inputs, volumePerS, lengthS }: ScenarioSetup): ScenarioSetup {
  const { process, volumePerS: own } = inputs.scenario.arrivals;
  const arrivals: Arrivals = {
    process,
    flashCrowds: [],
    isSynthetic: true,
    ...(own === undefined ? {} : { volumePerS: own }),
  };
  return {
    name: `random curves for ${name}`,
    inputs: { ...inputs, traces: new Map(), scenario: { ...inputs.scenario, arrivals, faults: [] } },
    volumePerS,
    lengthS,
  };
}
