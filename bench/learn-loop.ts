import { fileURLToPath } from "node:url";
import { readInputs } from "../src/app/inputs.ts";
import { trainingVolumePerS } from "../src/app/traffic.ts";
import { createTrainingGame, type GameMeasures, type GameRequest } from "../src/app/training-game.ts";
import { kubernetesTiming } from "../src/control/loop/timing.ts";
import { measureHeadroom } from "../src/team/env/headroom.ts";
import type { Kernels } from "../src/nn/kernels.ts";
import { createWasmKernels } from "../src/nn/wasm.ts";
import { createTrainer } from "../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../src/team/learn/ippo-options.ts";
import { type ActorCritic, runInProcess } from "../src/team/learn/ppo-gradient.ts";
import { declaredCalibration } from "../src/twin/calibrate/calibration.ts";
import { rowsPerS, trainNetworks } from "./learn-works.ts";
import { measureRounds, type Pair, rowOf } from "./pairs.ts";
import type { BenchRow } from "./row.ts";

const ENVIRONMENTS = 256;
const topology = fileURLToPath(new URL("../topologies/chained-wide.json", import.meta.url));

/** The game of `karma train`, of so many environments. */
export type BenchGame = { readonly request: GameRequest; readonly measures: GameMeasures };

export function benchGame(): BenchGame {
  const inputs = readInputs({ cwd: "/", topology });
  const calibration = declaredCalibration(inputs.topology, kubernetesTiming);
  const request = { inputs, timeScale: kubernetesTiming.timeScale, kappa: 40 };
  const measures = {
    calibration,
    headroom: measureHeadroom(inputs.topology, calibration),
    meanRatePerS: trainingVolumePerS(inputs, request),
  };
  return { request, measures };
}

/** When the update of one iteration began and ended, ms of CPU time. */
type Watch = { startedMs: number; endedMs: number };

/**
 * A sample is learnt from once in each epoch. The kernels alone could learn from as many a second as they train rows of the
 * same two networks, 1,024 at a time: forward, backward, Adam. What is left of that in the update (gather, losses, sums of
 * shards, shuffling), and in whole iterations, which also play?
 */
export async function benchLoop(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const watch: Watch = { startedMs: 0, endedMs: 0 };
  const { trainer, networks, learnt } = watchedTrainer(watch);
  const alone = trainNetworks(createWasmKernels(), [networks.actor.sizes, networks.critic.sizes]);
  const rounds = await measureRounds(() => {
    const peer = rowsPerS(alone);
    watch.startedMs = 0;
    const startMs = cpuMs();
    trainer.iterate();
    const endMs = cpuMs();
    const perS = (ms: number): Pair => ({ value: (learnt * 1_000) / ms, peer });
    return { update: perS(watch.endedMs - watch.startedMs), whole: perS(endMs - startMs) };
  });
  const unit = "samples/s";
  const of = "of karma train on wasm, 256 environments (peer: its kernels alone)";
  return [
    rowOf(
      { name: `samples learnt from in updates ${of}`, unit, target: ">= 0.75" },
      rounds.map(({ update }) => update),
      progress,
    ),
    rowOf(
      { name: `samples learnt from in whole iterations ${of}`, unit, target: "to be known" },
      rounds.map(({ whole }) => whole),
      progress,
    ),
  ];
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** A trainer of one thread, whose updates are timed: from the first mini-batch to the last step of Adam. */
function watchedTrainer(watch: Watch) {
  const { request, measures } = benchGame();
  const game = createTrainingGame(request, measures, ENVIRONMENTS, "train 1");
  const own = createWasmKernels();
  const kernels: Kernels = {
    ...own,
    adam(...step) {
      own.adam(...step);
      watch.endedMs = cpuMs();
    },
  };
  let networks: ActorCritic | undefined;
  const trainer = createTrainer({
    options: defaultIppoOptions,
    game,
    kernels,
    seed: 1,
    createRunner(setup) {
      networks = setup.networks;
      const runner = runInProcess(setup);
      return {
        run(miniBatch) {
          if (watch.startedMs === 0) watch.startedMs = cpuMs();
          runner.run(miniBatch);
        },
      };
    },
  });
  const learnt = game.agents * ENVIRONMENTS * defaultIppoOptions.rolloutSteps * defaultIppoOptions.epochs;
  return { trainer, networks: networks!, learnt };
}
