import { parseArgs } from "node:util";
import { trainingKernels } from "../src/app/training-kernels.ts";
import type { ReturnScaling } from "../src/team/learn/return-scale.ts";
import {
  type KnownTraining,
  type KnownTrainingName,
  knownTrainings,
  learningCurve,
} from "../src/team/learn/known-trainings.ts";
import { jaxmarlTrainings } from "../src/team/learn/peer-trainings.ts";

/**
 * Trains on games whose results are published: mean return of the episodes in each twentieth of the training.
 *
 *   npm run known-games -- cart-pole|climbing|simple-spread [--algorithm ippo|mappo] [--seeds N] [--first-seed N]
 *     [--steps N] [--returns recent|all|none] [--like jaxmarl] [--back-end wasm|native] [--json]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    algorithm: { type: "string", default: "ippo" },
    seeds: { type: "string", default: "3" },
    /** Several processes may share the seeds. */
    "first-seed": { type: "string", default: "1" },
    steps: { type: "string" },
    /** Which returns the critic's unit follows in IPPO; the training's own when left out. */
    returns: { type: "string" },
    /** Every option, and the game, as a public implementation has them; bench/jaxmarl-spread.py runs that one. */
    like: { type: "string" },
    "back-end": { type: "string", default: "wasm" },
    json: { type: "boolean", default: false },
  },
});

const usage = `usage: npm run known-games -- ${Object.keys(knownTrainings).join("|")} [--algorithm ippo|mappo]
  [--seeds N] [--first-seed N] [--steps N] [--returns recent|all|none] [--like jaxmarl] [--back-end wasm|native] [--json]
  --like jaxmarl is for simple-spread`;

const [name = ""] = positionals;
const { algorithm, like, "back-end": backEnd } = values;
if (!isKnown(name) || !(algorithm === "ippo" || algorithm === "mappo")) refuse();
if (!(backEnd === "wasm" || backEnd === "native")) refuse();
const training = trainingOf(name, algorithm);
const seeds = countOf(values.seeds);
const firstSeed = countOf(values["first-seed"]);
const change: { totalSteps?: number; returnScaling?: ReturnScaling } = {};
if (values.steps !== undefined || like !== undefined) change.totalSteps = stepsOf(training);
if (values.returns !== undefined) change.returnScaling = scalingOf(values.returns);

const curves: number[][] = [];
for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  const kernels = trainingKernels(backEnd);
  // Options that are like another implementation's say all that is MAPPO's.
  const curve = learningCurve({ training, algorithm: like === undefined ? algorithm : "ippo", kernels, seed, change });
  curves.push(curve);
  console.error(`seed ${seed}: ${curve.map((one) => one.toFixed(1)).join(" ")}`);
}
const each = curves.map((curve) => (curve.at(-2)! + curve.at(-1)!) / 2);
const mean = each.reduce((sum, one) => sum + one, 0) / seeds;
const deviation = Math.sqrt(each.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, seeds - 1));
const steps = change.totalSteps ?? training.options.totalSteps;
const { user, system } = process.cpuUsage();
const cpuSeconds = (user + system) / 1e6;
const lastTenth = { mean, deviation, each };
const result = { game: name, algorithm, like, backEnd, change, steps, firstSeed, seeds, cpuSeconds, lastTenth, curves };
const as = like === undefined ? algorithm : `${algorithm} like ${like}`;
console.log(
  values.json
    ? JSON.stringify(result, null, 2)
    : `${name}, ${as}, ${steps} steps: last tenth ${mean.toFixed(2)} ± ${deviation.toFixed(2)} over ${seeds} seeds`,
);

function isKnown(text: string): text is KnownTrainingName {
  return Object.hasOwn(knownTrainings, text);
}

function trainingOf(game: KnownTrainingName, of: "ippo" | "mappo"): KnownTraining {
  if (like === undefined) return knownTrainings[game];
  return like === "jaxmarl" && game === "simple-spread" ? jaxmarlTrainings[of] : refuse();
}

/** As told; beside JaxMARL only whole rollouts, as there. */
function stepsOf({ environments, options }: KnownTraining): number {
  const told = values.steps === undefined ? options.totalSteps : countOf(values.steps);
  const ofRollout = environments * options.rolloutSteps;
  return like === undefined ? told : Math.max(1, Math.floor(told / ofRollout)) * ofRollout;
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
