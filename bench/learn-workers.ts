import { fileURLToPath } from "node:url";
import { readInputs } from "../src/app/inputs.ts";
import { startTraining, type Training } from "../src/app/start-training.ts";
import { trainingVolumePerS } from "../src/app/traffic.ts";
import { kubernetesTiming } from "../src/control/loop/timing.ts";
import { measureHeadroom } from "../src/team/env/headroom.ts";
import { defaultIppoOptions } from "../src/team/learn/ippo-options.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { type BenchRow, median } from "./row.ts";

const ROUNDS = 7;
const ENVIRONMENTS = 256;
const topology = fileURLToPath(new URL("../topologies/chained-wide.json", import.meta.url));

/** Whole iterations of `karma train`, playing and learning, with two threads against one, in turns. */
export async function benchWorkers(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const [one, two] = [await trainingOf(1), await trainingOf(2)];
  const perS: { one: number; two: number }[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const pair = { one: stepsPerS(one), two: stepsPerS(two) };
    // The first round warms up.
    if (round >= 0) perS.push(pair);
  }
  await Promise.all([one.close(), two.close()]);
  const ratios = perS.map((pair) => pair.two / pair.one);
  const name = "whole iterations of karma train, 2 workers against 1";
  progress(`${name}: ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")} times as fast`);
  const ratio = median(ratios);
  const { one: peer, two: value } = perS[ratios.indexOf(ratio)]!;
  return [{ name, value, unit: "steps/s", peer, ratio, target: ">= 1.5" }];
}

function trainingOf(workers: number): Promise<Training> {
  const inputs = readInputs({ cwd: "/", topology });
  const calibration = declaredCalibration(inputs.topology, kubernetesTiming);
  const request = { inputs, timeScale: kubernetesTiming.timeScale, kappa: 40 };
  const measures = {
    calibration,
    headroom: measureHeadroom(inputs.topology, calibration),
    meanRatePerS: trainingVolumePerS(inputs, request),
  };
  const game = { request, measures, environments: ENVIRONMENTS };
  return startTraining({ ...game, options: defaultIppoOptions, seed: 1, backEnd: "wasm", workers });
}

/** Of all environments together, in one iteration. */
function stepsPerS({ trainer }: Training): number {
  const startMs = performance.now();
  trainer.iterate();
  return (ENVIRONMENTS * defaultIppoOptions.rolloutSteps * 1_000) / (performance.now() - startMs);
}
