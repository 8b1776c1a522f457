import { parseArgs } from "node:util";
import { createWasmKernels } from "../src/nn/wasm.ts";
import type { ReturnScaling } from "../src/team/learn/return-scale.ts";
import { type KnownTrainingName, knownTrainings, learningCurve } from "../src/team/learn/known-trainings.ts";

/**
 * Trains on games whose results are published: mean return of the episodes in each twentieth of the training.
 *
 *   npm run known-games -- cart-pole|climbing|simple-spread [--algorithm ippo|mappo] [--seeds N] [--steps N]
 *     [--returns recent|all|none] [--json]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    algorithm: { type: "string", default: "ippo" },
    seeds: { type: "string", default: "3" },
    steps: { type: "string" },
    /** Which returns the critic's unit follows in IPPO; the training's own when left out. */
    returns: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const usage = `usage: npm run known-games -- ${Object.keys(knownTrainings).join("|")} [--algorithm ippo|mappo]
  [--seeds N] [--steps N] [--returns recent|all|none] [--json]`;

const [name = ""] = positionals;
const { algorithm } = values;
if (!isKnown(name) || !(algorithm === "ippo" || algorithm === "mappo")) refuse();
const training = knownTrainings[name];
const seeds = countOf(values.seeds);
const change: { totalSteps?: number; returnScaling?: ReturnScaling } = {};
if (values.steps !== undefined) change.totalSteps = countOf(values.steps);
if (values.returns !== undefined) change.returnScaling = scalingOf(values.returns);

const curves: number[][] = [];
for (let seed = 1; seed <= seeds; seed++) {
  const kernels = createWasmKernels({ memoryMiB: 64 });
  const curve = learningCurve({ training, algorithm, kernels, seed, change });
  curves.push(curve);
  console.error(`seed ${seed}: ${curve.map((one) => one.toFixed(1)).join(" ")}`);
}
const each = curves.map((curve) => (curve.at(-2)! + curve.at(-1)!) / 2);
const mean = each.reduce((sum, one) => sum + one, 0) / seeds;
const deviation = Math.sqrt(each.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, seeds - 1));
const steps = change.totalSteps ?? training.options.totalSteps;
const result = { game: name, algorithm, change, steps, seeds, lastTenth: { mean, deviation, each }, curves };
console.log(
  values.json
    ? JSON.stringify(result, null, 2)
    : `${name}, ${algorithm}, ${steps} steps: last tenth ${mean.toFixed(2)} ± ${deviation.toFixed(2)} over ${seeds} seeds`,
);

function isKnown(text: string): text is KnownTrainingName {
  return Object.hasOwn(knownTrainings, text);
}

function countOf(text: string): number {
  const count = Number(text);
  return Number.isInteger(count) && count >= 1 ? count : refuse();
}

function scalingOf(text: string): ReturnScaling {
  return (["recent", "all", "none"] as const).find((one) => one === text) ?? refuse();
}

function refuse(): never {
  console.error(usage);
  process.exit(1);
}
