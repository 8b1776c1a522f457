import { basename } from "node:path";
import { KarmaError } from "../../core/errors.ts";
import { meanOf } from "../../core/statistics.ts";
import { growthOf, trafficClassOf } from "../../evaluate/burstiness.ts";
import { meanRatePerS } from "../../system/workload/workload.ts";
import { type InputPaths, type Inputs, readInputs } from "../inputs.ts";
import { refuseTrainingData, traceHashes, workloadHash } from "./refuse-training.ts";
import type { Fold } from "./folds.ts";
import type { ScenarioResult } from "../../evaluate/result.ts";
import { learntWindows, playedWindows } from "./trace-windows.ts";
import { lengthOf, type ScenarioSetup, workloadFor } from "./scenario-setup.ts";

export type ScenarioPaths = {
  readonly cwd: string;
  readonly topology: string | undefined;
  readonly scenarios: readonly string[];
  readonly traces: readonly string[];
};

/** Named inputs, for tables. */
export type NamedInputs = { readonly name: string; readonly inputs: Inputs };

/** Every scenario and every trace that is named; the one beside the topology when none is. */
export function readScenarios({ cwd, topology, scenarios, traces }: ScenarioPaths): NamedInputs[] {
  const named: InputPaths[] = [
    ...scenarios.map((scenario) => ({ cwd, topology, scenario })),
    ...traces.map((trace) => ({ cwd, topology, trace })),
  ];
  const all = (named.length > 0 ? named : [{ cwd, topology }]).map((paths): NamedInputs => {
    const inputs = readInputs(paths);
    return { name: nameOf(paths, inputs), inputs };
  });
  checkAlike(all);
  return all;
}

function nameOf({ scenario, trace }: InputPaths, { topology, scenario: read }: Inputs): string {
  const file = trace ?? scenario;
  if (file !== undefined) return basename(file).replace(/(\.scenario)?\.(json|ya?ml|csv)(?=#|$)/, "");
  return read.arrivals.isSynthetic ? `${topology.name} synthetic` : topology.name;
}

/** Figures of different topologies are not comparable, and two scenarios of one name could not be told apart. */
function checkAlike(all: readonly NamedInputs[]): void {
  const [first] = all;
  const other = all.find(({ inputs }) => inputs.topologyHash !== first!.inputs.topologyHash);
  if (other !== undefined) {
    const found = `${first!.inputs.topology.name} and ${other.inputs.topology.name}`;
    throw new KarmaError("INPUT_INVALID", `expected scenarios of one topology, found ${found}`, "evaluate them apart");
  }
  const names = all.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new KarmaError("INPUT_INVALID", `${twice} is named twice`, "name each scenario and each trace once");
}

/** What a scenario is like over its seeds. */
export function describeScenario(setup: ScenarioSetup, seeds: readonly number[], timeScale: number): ScenarioResult {
  const workloads = seeds.map((seed) => workloadFor(setup, "evaluate", seed, timeScale));
  const growth = growthOf(workloads, timeScale);
  return {
    name: setup.name,
    class: trafficClassOf(growth),
    growth,
    lengthS: lengthOf(setup),
    meanRatePerS: meanOf(workloads.map(meanRatePerS)),
  };
}

export type TrainingCheck = {
  readonly scenarios: readonly ScenarioSetup[];
  readonly folds: readonly Fold[];
  readonly seeds: readonly number[];
  readonly trainSeeds: readonly number[];
  readonly timeScale: number;
};

/** No fold is tuned on what it is tested on: neither the recording nor the realised curve. */
export function checkFolds({ scenarios, folds, seeds, trainSeeds, timeScale }: TrainingCheck): void {
  for (const { test, training } of folds) {
    const { name, inputs } = scenarios[test]!;
    const curves = seeds.map((seed) => workloadHash(workloadFor(scenarios[test]!, "evaluate", seed, timeScale)));
    const learnt = training.map((index) => ({
      by: `the opponents tuned on ${scenarios[index]!.name}`,
      hashes: [
        ...traceHashes(scenarios[index]!.inputs),
        ...learntWindows(scenarios[index]!.inputs),
        ...trainSeeds.map((seed) => workloadHash(workloadFor(scenarios[index]!, "tune", seed, timeScale))),
      ],
    }));
    refuseTrainingData(learnt, new Map([[name, [...traceHashes(inputs), ...playedWindows(inputs), ...curves]]]));
  }
}
