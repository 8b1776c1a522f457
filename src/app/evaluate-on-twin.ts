import { kubernetesTiming, scaleTiming, type Timing } from "../control/loop/timing.ts";
import { KarmaError } from "../core/errors.ts";
import type { EqualCostRow } from "../evaluate/equal-cost.ts";
import type { SummaryRow } from "../evaluate/summarize.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import { type Arena, atEqualCost, evaluate } from "./evaluate.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { type Contestant, opponentOf, teamOf } from "./opponents.ts";
import { calibrationOfRun } from "./run-calibration.ts";
import { findRun, readUntrained, requireRun } from "./runs.ts";
import { evaluationWorkloads } from "./traffic.ts";

export type EvaluateRequest = {
  readonly inputs: Inputs;
  readonly volumePerS: number | undefined;
  /** That of the run, or 1, when undefined. */
  readonly timeScale: number | undefined;
  readonly seeds: readonly number[];
  readonly against: readonly string[];
  readonly runName: string | undefined;
  readonly hasTeam: boolean;
  readonly isEqualCost: boolean;
};

export type EvaluateResult = {
  readonly topology: string;
  readonly run: string | undefined;
  readonly seeds: readonly number[];
  readonly timeScale: number;
  readonly calibration: Calibration["source"];
  readonly rows: readonly SummaryRow[];
  readonly equalCost: readonly EqualCostRow[];
};

const TEAM = "team";

/** The team of a run, when there is one, beside its opponents: the same twin, workloads, noise and guard for all. */
export async function evaluateOnTwin(request: EvaluateRequest, host: Host): Promise<EvaluateResult> {
  const { inputs, seeds } = request;
  const { topology, topologyHash } = inputs;
  if (seeds.length === 0) throw new KarmaError("USAGE", "expected at least one seed, found 0", "use --seeds 10");
  const run = request.hasTeam ? findRun(host.cwd, request.runName, topologyHash) : undefined;
  const timeScale = request.timeScale ?? run?.checkpoint.timing.timeScale ?? 1;
  const timing = scaleTiming(kubernetesTiming, timeScale);
  const calibration = calibrationOfRun(run, topology, timing);
  const workloads = evaluationWorkloads(inputs, seeds, { timeScale, volumePerS: request.volumePerS });
  const arena: Arena = { topology, calibration, workloads, seeds };
  const opponents = request.against.map((spec) => contestantOf(spec, request, timing, host.cwd));
  const team = run === undefined ? [] : [teamOf(TEAM, run.checkpoint, topology, timing)];
  if (team.length + opponents.length === 0) {
    throw new KarmaError("USAGE", "expected an autoscaler to play, found none", "use --against hpa,feed-forward,fixed");
  }
  const { rows, outcomes } = await evaluate(arena, [...team, ...opponents], host);
  const equalCost: EqualCostRow[] = [];
  const ours = outcomes.get(TEAM);
  if (request.isEqualCost && ours !== undefined) {
    for (const opponent of opponents) equalCost.push(await atEqualCost(arena, ours, opponent, host));
  }
  return {
    topology: topology.name,
    run: run?.path,
    seeds,
    timeScale,
    calibration: calibration.source,
    rows,
    equalCost,
  };
}

function contestantOf(spec: string, { inputs, runName }: EvaluateRequest, timing: Timing, cwd: string): Contestant {
  if (spec !== "untrained") return opponentOf(spec, inputs.topology, timing);
  return teamOf(spec, readUntrained(requireRun(cwd, runName, inputs.topologyHash)), inputs.topology, timing);
}
