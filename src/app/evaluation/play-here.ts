import { guardRulesFor } from "../../control/guard/rules.ts";
import type { Autoscaler } from "../../control/loop/autoscaler.ts";
import { createRng } from "../../core/rng.ts";
import { recordPlay } from "../../evaluate/play.ts";
import { scaled } from "../../evaluate/scaled.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Workload } from "../../system/workload/workload.ts";
import { readCheckpoint } from "../../team/policy/checkpoint.ts";
import { type Contestant, opponentOf, teamOf } from "../opponents.ts";
import type { PlayAnswer, PlayJob, PlaySetup } from "./play-job.ts";
import { drawTruth } from "./truth.ts";
import { workloadFor } from "./scenario-setup.ts";

/** Workloads kept, of those asked for last: a seed is played by many autoscalers in a row. */
const KEPT = 64;

/** Plays jobs in this thread. */
export function createPlayer(setup: PlaySetup): (job: PlayJob) => Promise<PlayAnswer> {
  const { calibration, twin, prices, truth } = setup;
  const workloadOfJob = createWorkloads(setup);
  const contestants = new Map<string, Contestant>();

  function autoscalerOf({ spec, scenario, factor }: PlayJob, topology: Topology, workload: Workload): Autoscaler {
    const key = `${scenario} ${spec}`;
    const contestant = contestants.get(key) ?? contestantOf(spec, topology, setup);
    if (spec in setup.checkpoints) contestants.set(key, contestant);
    const autoscaler = contestant.create(workload);
    return factor === undefined ? autoscaler : scaled(autoscaler, factor);
  }

  return async (job) => {
    const { name, inputs } = setup.scenarios[job.scenario]!;
    const { topology } = inputs;
    const workload = workloadOfJob(job);
    const { played, timeline } = await recordPlay({
      topology,
      calibration,
      workload,
      rules: guardRulesFor(calibration.timing),
      autoscaler: autoscalerOf(job, topology, workload),
      rng: createRng(job.purpose === "evaluate" ? `twin ${job.seed}` : `twin tune ${job.seed}`),
      twin,
      prices,
      ...(truth && {
        truth: drawTruth(truth, topology.services.length, `${name} ${job.purpose} ${job.seed}`),
      }),
    });
    return job.isRecorded === true ? { played, timeline } : { played };
  };
}

/** The workload of a job: drawn once, and kept for the jobs that follow soon. */
function createWorkloads({ scenarios, calibration }: PlaySetup): (job: PlayJob) => Workload {
  const workloads = new Map<string, Workload>();
  return ({ scenario, purpose, seed }) => {
    const key = `${scenario} ${purpose} ${seed}`;
    const known = workloads.get(key);
    if (known !== undefined) return known;
    const workload = workloadFor(scenarios[scenario]!, purpose, seed, calibration.timing.timeScale);
    if (workloads.size >= KEPT) workloads.delete(workloads.keys().next().value!);
    workloads.set(key, workload);
    return workload;
  };
}

/** A wrong spec fails here. */
export function contestantOf(spec: string, topology: Topology, setup: PlaySetup): Contestant {
  const { timing } = setup.calibration;
  const text = Object.hasOwn(setup.checkpoints, spec) ? setup.checkpoints[spec] : undefined;
  if (text === undefined) return opponentOf(spec, topology, timing);
  return teamOf(spec, readCheckpoint(text, spec), topology, timing, setup.fallback);
}
