import { parseArgs } from "node:util";
import { bucketMs } from "../src/core/histogram.ts";
import { updateCalm } from "../src/twin/fluid/calm.ts";
import { humpsUpperTail } from "../src/twin/fluid/humps.ts";
import { type Moments, latencyUpperTail } from "../src/twin/fluid/latency-tail.ts";
import { type Responses, createResponses } from "../src/twin/fluid/responses.ts";
import { fittedSojourn } from "../src/twin/fluid/sojourn-fit.ts";
import { createStations } from "../src/twin/fluid/stations.ts";
import { createStops } from "../src/twin/fluid/stops.ts";
import { sojournRuns } from "./sojourn-cache.ts";
import { type SojournRun, momentsOf } from "./sojourn-runs.ts";

/**
 * How near one lognormal and two humps come to the latencies of single services under a quota on the request-level twin,
 * with the moments of these very runs and with those of the fit:
 *
 *   node bin/run.js bench/sojourn-shapes.ts --runs 500
 */
const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "500" },
    cache: { type: "string", default: "runs/sojourns.jsonl" },
  },
});
const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99];

type Tail = (limitMs: number) => number;

const runs = sojournRuns(Number(options.runs), options.cache, (line) => console.error(line)).filter(
  ({ station, utilisation }) => station.limitCores < 1 && utilisation > 0.2 && utilisation < 0.9,
);
console.log(`${runs.length} services under a quota; |error| in %: median, 90 %`);
show("one lognormal, exact moments", (run) => oneHump(momentsOf(run)));
show("two humps, exact moments", (run) => twoHumps(run, momentsOf(run)));
show("one lognormal, fitted moments", (run) => oneHump(fitted(run)));
show("two humps, fitted moments", (run) => twoHumps(run, fitted(run)));

function fitted({ station, utilisation, dealing }: SojournRun): Moments {
  return fittedSojourn(station, utilisation, dealing);
}

function oneHump({ meanMs, variance, third }: Moments): Tail {
  return (limitMs) => latencyUpperTail(meanMs, variance, third, limitMs);
}

/** One service with these moments, split as the fluid twin does. */
function twoHumps({ station, utilisation }: SojournRun, { meanMs, variance, third }: Moments): Tail {
  const stations = createStations(1, 1, 1_000);
  stations.busy[0] = utilisation;
  for (const [row, value] of [
    [stations.cpuMs, meanMs],
    [stations.sojournMs, meanMs],
    [stations.cpuVariance, variance],
    [stations.sojournVariance, variance],
    [stations.cpuThird, third],
    [stations.sojournThird, third],
  ] as const)
    row[0] = value;
  const responses: Responses = createResponses(1);
  updateCalm(responses.calm, createStops(1), { services: [{ station, idleCpuShare: 0, limitShare: 1 }] }, stations);
  responses.meanMs[0] = meanMs;
  responses.variance[0] = variance;
  responses.third[0] = third;
  return (limitMs) => humpsUpperTail(responses, 0, limitMs);
}

function show(title: string, tailOf: (run: SojournRun) => Tail): void {
  const errors = runs.map((run) => errorsOf(run, tailOf(run)));
  const cells = QUANTILES.map((q, place) => {
    const sorted = errors.map((own) => 100 * Math.abs(own[place]!)).sort((a, b) => a - b);
    const at = (share: number): string => sorted[Math.floor(share * sorted.length)]!.toFixed(0);
    return `p${100 * q}: ${at(0.5)}, ${at(0.9)}`;
  });
  console.log(`${title.padEnd(32)}${cells.map((cell) => cell.padEnd(14)).join("")}`);
}

function errorsOf({ latency }: SojournRun, tail: Tail): number[] {
  const total = latency.reduce((sum, [, count]) => sum + count, 0);
  return QUANTILES.map((q) => quantileOf(tail, q) / quantileIn(latency, q * total) - 1);
}

function quantileIn(latency: SojournRun["latency"], rank: number): number {
  let below = 0;
  for (const [bucket, count] of latency) {
    below += count;
    if (below >= rank) return bucketMs(bucket);
  }
  return Number.NaN;
}

function quantileOf(tail: Tail, q: number): number {
  let [low, high] = [0.01, 1e6];
  for (let halving = 0; halving < 50; halving++) {
    const middle = Math.sqrt(low * high);
    if (tail(middle) > 1 - q) low = middle;
    else high = middle;
  }
  return low;
}
