import { parseArgs } from "node:util";
import { createWasmKernels } from "../src/nn/wasm.ts";
import { type KnownTrainingName, knownTrainings, learningCurve } from "../src/team/learn/known-trainings.ts";

/**
 * Trains on games whose results are published: mean return of the episodes in each twentieth of the training.
 *
 *   npm run known-games -- cart-pole|climbing|simple-spread [--algorithm ippo|mappo] [--seeds N] [--steps N] [--json]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    algorithm: { type: "string", default: "ippo" },
    seeds: { type: "string", default: "3" },
    steps: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const [name = ""] = positionals;
const { algorithm } = values;
const seeds = Number(values.seeds);
const totalSteps = values.steps === undefined ? undefined : Number(values.steps);
if (
  !isKnown(name) ||
  !(algorithm === "ippo" || algorithm === "mappo") ||
  ![seeds, totalSteps ?? 1].every((one) => Number.isInteger(one) && one >= 1)
) {
  const names = Object.keys(knownTrainings).join("|");
  console.error(`usage: npm run known-games -- ${names} [--algorithm ippo|mappo] [--seeds N] [--steps N] [--json]`);
  process.exit(1);
}

const training = knownTrainings[name];
const steps = totalSteps ?? training.options.totalSteps;
const curves: number[][] = [];
for (let seed = 1; seed <= seeds; seed++) {
  const kernels = createWasmKernels({ memoryMiB: 64 });
  const run = { training, algorithm, kernels, seed } as const;
  const curve = learningCurve(totalSteps === undefined ? run : { ...run, totalSteps });
  curves.push(curve);
  console.error(`seed ${seed}: ${curve.map((one) => one.toFixed(1)).join(" ")}`);
}
const last = curves.map((curve) => (curve.at(-2)! + curve.at(-1)!) / 2);
const mean = last.reduce((sum, one) => sum + one, 0) / seeds;
const deviation = Math.sqrt(last.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, seeds - 1));
const result = { game: name, algorithm, steps, seeds, lastTenth: { mean, deviation, each: last }, curves };
console.log(
  values.json
    ? JSON.stringify(result, null, 2)
    : `${name}, ${algorithm}, ${steps} steps: last tenth ${mean.toFixed(2)} ± ${deviation.toFixed(2)} over ${seeds} seeds`,
);

function isKnown(text: string): text is KnownTrainingName {
  return Object.hasOwn(knownTrainings, text);
}
