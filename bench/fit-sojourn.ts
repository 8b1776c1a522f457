import { parseArgs } from "node:util";
import { createRng } from "../src/core/rng.ts";
import { describeSojourn, sojournTargets } from "../src/twin/fluid/sojourn-fit.ts";
import { sojournRuns } from "./sojourn-cache.ts";
import { momentsOf } from "./sojourn-runs.ts";

/**
 * Fits the network of src/twin/fluid/sojourn-coefficients.ts and prints that file. On one core about twenty minutes of
 * simulation, which go on where they were stopped, and a few of fitting:
 *
 *   node bin/run.js bench/fit-sojourn.ts > src/twin/fluid/sojourn-coefficients.ts
 *
 * The same runs and epochs give the same digits, on the same Node.
 */
const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "8720" },
    epochs: { type: "string", default: "900" },
    cache: { type: "string", default: "runs/sojourns.jsonl" },
  },
});
const [runCount, epochs] = [options.runs, options.epochs].map(Number) as [number, number];
const WIDTH = 24;
const BATCH = 64;
const STEP = 3e-3;
/** How much an error of the mean, the variance and the skewness counts. */
const WEIGHTS = [3, 2, 0.6];

type Sample = { readonly given: Float64Array; readonly wanted: Float64Array };
type Layer = { readonly first: number; readonly biases: number; readonly width: number; readonly below: number };

const rng = createRng("fit sojourn");
const samples = scaled(describeRuns());
const sizes = [samples.list[0]!.given.length, WIDTH, WIDTH, samples.list[0]!.wanted.length];
const layers = layersOf(sizes);
const weights = train();
console.log(source());

function describeRuns(): { readonly given: number[]; readonly wanted: number[] }[] {
  const runs = sojournRuns(runCount, options.cache, (line) => console.error(line));
  return runs.flatMap((run) => {
    const { station, dealing, utilisation } = run;
    const moments = momentsOf(run);
    if (!(moments.variance > 0 && moments.third > 0)) return [];
    return {
      given: Array.from(describeSojourn(station, utilisation, dealing)),
      wanted: sojournTargets(station, utilisation, moments),
    };
  });
}

type Scaling = { readonly mean: number[]; readonly sd: number[] };

function scalingOf(rows: readonly (readonly number[])[]): Scaling {
  const columns = rows[0]!.map((_, column) => rows.map((row) => row[column]!));
  const mean = columns.map((column) => column.reduce((sum, one) => sum + one, 0) / column.length);
  const sd = columns.map((column, i) =>
    Math.sqrt(column.reduce((sum, one) => sum + (one - mean[i]!) ** 2, 0) / column.length),
  );
  return { mean, sd: sd.map((one) => one || 1) };
}

function apply(row: readonly number[], { mean, sd }: Scaling): Float64Array {
  return Float64Array.from(row, (one, i) => (one - mean[i]!) / sd[i]!);
}

function scaled(runs: readonly { readonly given: number[]; readonly wanted: number[] }[]) {
  const given = scalingOf(runs.map((run) => run.given));
  const wanted = scalingOf(runs.map((run) => run.wanted));
  const list: Sample[] = runs.map((run) => ({ given: apply(run.given, given), wanted: apply(run.wanted, wanted) }));
  return { given, wanted, list };
}

function layersOf(widths: readonly number[]): Layer[] {
  let first = 0;
  return widths.slice(1).map((width, i) => {
    const below = widths[i]!;
    const layer = { first, biases: first + width * below, width, below };
    first = layer.biases + width;
    return layer;
  });
}

function forward(theta: Float64Array, given: Float64Array): Float64Array[] {
  const values = [given];
  for (const [depth, { first, biases, width, below }] of layers.entries()) {
    const from = values[depth]!;
    const isLast = depth === layers.length - 1;
    const out = new Float64Array(width);
    for (let j = 0; j < width; j++) {
      let sum = theta[biases + j]!;
      for (let i = 0; i < below; i++) sum += theta[first + j * below + i]! * from[i]!;
      out[j] = isLast ? sum : Math.tanh(sum);
    }
    values.push(out);
  }
  return values;
}

/** Adds the gradient of one sample's squared errors. */
function backward(theta: Float64Array, gradient: Float64Array, { given, wanted }: Sample): void {
  const values = forward(theta, given);
  const importance = samples.wanted.sd;
  let error = values[layers.length]!.map(
    (one, o) => ((one - wanted[o]!) * (WEIGHTS[o]! * importance[o]!) ** 2) / BATCH,
  );
  for (let depth = layers.length - 1; depth >= 0; depth--) {
    const { first, biases, width, below } = layers[depth]!;
    const from = values[depth]!;
    const next = new Float64Array(below);
    for (let j = 0; j < width; j++) {
      gradient[biases + j]! += error[j]!;
      for (let i = 0; i < below; i++) {
        gradient[first + j * below + i]! += error[j]! * from[i]!;
        next[i]! += error[j]! * theta[first + j * below + i]!;
      }
    }
    error = depth > 0 ? next.map((one, i) => one * (1 - from[i]! ** 2)) : next;
  }
}

/** Adam, with a step that falls as a cosine. */
function train(): Float64Array {
  const count = layers.at(-1)!.biases + layers.at(-1)!.width;
  const theta = new Float64Array(count);
  for (const { first, biases, below } of layers)
    for (let k = first; k < biases; k++) theta[k] = rng.normal() / Math.sqrt(below);
  const [gradient, drift, square] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const order = samples.list.slice();
  for (let epoch = 0, t = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = rng.integer(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    const step = STEP * 0.5 * (1 + Math.cos((Math.PI * epoch) / epochs)) + 2e-5;
    for (let at = 0; at + BATCH <= order.length; at += BATCH) {
      gradient.fill(0);
      for (const one of order.slice(at, at + BATCH)) backward(theta, gradient, one);
      t++;
      for (let k = 0; k < count; k++) {
        drift[k] = 0.9 * drift[k]! + 0.1 * gradient[k]!;
        square[k] = 0.999 * square[k]! + 0.001 * gradient[k]! ** 2;
        theta[k]! -= (step * drift[k]!) / (1 - 0.9 ** t) / (Math.sqrt(square[k]! / (1 - 0.999 ** t)) + 1e-10);
      }
    }
  }
  return theta;
}

function rowText(values: readonly number[]): string {
  return values.map((one) => Number(one.toPrecision(6))).join(", ");
}

function source(): string {
  const words = Array.from(weights, (one) => one.toPrecision(4)).join(" ");
  const lines = words.match(/.{1,108}(?= |$)/g)!.map((line) => `      ${line.trim()}`);
  return `import type { Fit } from "./sojourn-fit.ts";

/** Written by bench/fit-sojourn.ts: fitted to ${samples.list.length} runs of the request-level twin. */
export const FIT: Fit = {
  sizes: [${sizes.join(", ")}],
  inMean: [${rowText(samples.given.mean)}],
  inSd: [${rowText(samples.given.sd)}],
  outMean: [${rowText(samples.wanted.mean)}],
  outSd: [${rowText(samples.wanted.sd)}],
  weights: Float64Array.from(
    \`
${lines.join("\n")}
    \`
      .trim()
      .split(/\\s+/),
    Number,
  ),
};`;
}
