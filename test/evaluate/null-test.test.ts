import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { type ClassPlays, compareClass } from "../../src/app/evaluation/compare.ts";
import { createAutoscaler } from "../../src/control/autoscalers/autoscalers.ts";
import { guardRulesFor } from "../../src/control/guard/rules.ts";
import { kubernetesTiming as timing } from "../../src/control/loop/timing.ts";
import { createRng } from "../../src/core/rng.ts";
import { playOnTwin } from "../../src/evaluate/play.ts";
import type { Played } from "../../src/evaluate/played.ts";
import { parseTopology } from "../../src/system/topology/parse.ts";
import { syntheticRates } from "../../src/system/workload/synthetic.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";

const decoded = parseTopology(readFileSync("topologies/chained-wide.json", "utf8"), "chained-wide.json");
if (!decoded.ok) throw new Error("chained-wide.json is not valid");
const topology = decoded.value;

const lengthS = 300;
const repeats = 200;
/** Of each stratum and side. */
const seedsPerSide = 12;
const poolSize = 160;

/** Five minutes on the twin, with traffic and noise of the seed's own. */
function play(spec: string, stratum: "calm" | "bursty", seed: number): Promise<Played> {
  const rng = createRng(`null ${stratum} ${seed}`);
  const volume = rng.between(80, 120);
  const shape = { lengthS, stepMs: 1_000, volume, topology };
  const ratePerS =
    stratum === "calm" ? new Float64Array(lengthS).fill(volume) : syntheticRates(rng.split("rates"), shape);
  return playOnTwin({
    topology,
    calibration: declaredCalibration(topology, timing),
    workload: { ratePerS: ratePerS.slice(0, lengthS), stepMs: 1_000, faults: [] },
    rules: guardRulesFor(timing),
    autoscaler: createAutoscaler(spec, { topology, timing }),
    rng: rng.split("twin"),
  });
}

async function playPool(spec: string, seeds: number): Promise<Played[][]> {
  const strata: Played[][] = [[], []];
  for (let seed = 0; seed < seeds; seed++) {
    strata[0]!.push(await play(spec, "calm", seed));
    strata[1]!.push(await play(spec, "bursty", seed));
  }
  return strata;
}

function side(autoscaler: string, strata: readonly Played[][]): ClassPlays {
  return { autoscaler, class: "bursty", strata };
}

/** Whether violations or cost differ as `karma evaluate` tells it: Holm-corrected over both. */
function differs(ours: readonly Played[][], theirs: readonly Played[][]): boolean {
  const rows = compareClass(side("ours", ours), [side("theirs", theirs)], 1, { resamples: 1 });
  return rows.some(({ isSignificant }) => isSignificant);
}

let pool: Played[][] = [];
beforeAll(async () => {
  pool = await playPool("hpa:60", poolSize);
}, 120_000);

test("on the twin an autoscaler does not differ from itself under other seeds in 94 % of 200 repeats", () => {
  const rng = createRng("null test on the twin");
  let silent = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    // Both sides are drawn from the pool without a seed in common.
    const drawn = pool.map((outcomes) => shuffled(outcomes, rng));
    const ours = drawn.map((outcomes) => outcomes.slice(0, seedsPerSide));
    const theirs = drawn.map((outcomes) => outcomes.slice(seedsPerSide, 2 * seedsPerSide));
    if (!differs(ours, theirs)) silent++;
  }
  expect(silent).toBeGreaterThanOrEqual(0.94 * repeats);
}, 60_000);

test("on the twin another setting does differ, on as many seeds", async () => {
  const ours = pool.map((outcomes) => outcomes.slice(0, seedsPerSide));
  expect(differs(ours, await playPool("hpa:40", seedsPerSide))).toBe(true);
}, 60_000);

function shuffled(outcomes: readonly Played[], rng: { integer(bound: number): number }): Played[] {
  const order = [...outcomes];
  for (let last = order.length - 1; last > 0; last--) {
    const other = rng.integer(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
