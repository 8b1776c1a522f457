import { join } from "node:path";
import type { LocalClusterClient } from "../clusters/local/client.ts";
import type { Autoscaler } from "../control/loop/autoscaler.ts";
import { guardRulesFor } from "../control/guard/rules.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import type { Readings } from "../control/readings/readings.ts";
import type { LoadResult } from "../clusters/load/load-result.ts";
import { createRng } from "../core/rng.ts";
import { initialSizes } from "../evaluate/initial-sizes.ts";
import { playOnTwin } from "../evaluate/play.ts";
import type { SummaryRow } from "../evaluate/summarize.ts";
import { createRealClock } from "../host/clock.ts";
import { packagePath } from "../host/package-files.ts";
import type { Workload } from "../system/workload/workload.ts";
import type { CalibrationReport } from "../twin/calibrate/calibrate.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import { compareTwin, type TwinGap } from "../twin/calibrate/compare.ts";
import { meanCpu } from "../twin/calibrate/recording.ts";
import { measure } from "./calibrate.ts";
import { clusterUp } from "./cluster-up.ts";
import { type Arena, evaluate } from "./evaluate.ts";
import type { Host } from "./host.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import { runLive } from "./live-run.ts";
import { type Contestant, opponentOf, teamOf } from "./opponents.ts";
import { settle } from "./settle.ts";
import { train } from "./train.ts";
import { evaluationWorkloads, workloadOf } from "./traffic.ts";
import { tuneHpa } from "./tune-hpa.ts";

const TOPOLOGY = "topologies/chained-wide.json";
const SCENARIO = "topologies/demo.scenario.json";
/** CPU work and limits times this: the chain at full load fits two cores beside its load. */
const SCALE = 0.25;
/** A minute of the demo is ten minutes of Kubernetes' periods. */
const TIME_SCALE = 10;
const CALIBRATION_MS = 24_000;
const KAPPA = 40;
const TEAM = "team";

export type DemoRequest = {
  readonly seed: number;
  /** Control steps of the training. */
  readonly steps: number;
  /** Seeds of the evaluation on the twin. */
  readonly seeds: number;
};

export type LiveRow = { readonly autoscaler: string; readonly outcome: Outcome; readonly load: LoadResult };

export type DemoResult = {
  readonly seconds: number;
  readonly scale: number;
  readonly timeScale: number;
  readonly calibration: CalibrationReport;
  readonly tunedHpa: string;
  readonly twin: readonly SummaryRow[];
  readonly live: readonly LiveRow[];
  /** How far the twin was off on the very runs that were played live. */
  readonly twinGap: readonly (TwinGap & { readonly autoscaler: string })[];
};

/** The whole loop on this machine, measured, and everything cleaned up whatever happens. */
export async function demo(request: DemoRequest, host: Host): Promise<DemoResult> {
  const clock = createRealClock();
  const { seed } = request;
  const files = { cwd: host.cwd, topology: packagePath(TOPOLOGY), scenario: packagePath(SCENARIO) };
  const { cluster } = await clusterUp({ ...files, scale: SCALE, timeScale: TIME_SCALE, seed, isBound: true }, host);
  try {
    const inputs: Inputs = { ...readInputs(files), topology: cluster.topology };
    const workload = workloadOf(inputs, createRng(seed), { timeScale: TIME_SCALE });
    const volumePerS = workload.ratePerS[0]!;
    const { topology } = cluster;
    await settle(cluster, initialSizes(topology, volumePerS), host);
    const { calibration, report } = await measure(
      { cluster, topology, volumePerS, lengthMs: CALIBRATION_MS, seed },
      host,
    );
    const trained = await train(
      {
        inputs,
        calibration,
        timeScale: TIME_SCALE,
        seed,
        steps: request.steps,
        kappa: KAPPA,
        backEnd: "wasm",
        runPath: join(host.cwd, "runs", "demo"),
        isResumed: false,
      },
      host,
    );
    const seedsFrom = (first: number): number[] => Array.from({ length: request.seeds }, (_, index) => first + index);
    const tuned = await tuneHpa(arenaOf(inputs, calibration, seedsFrom(1_001)), KAPPA, host);
    const hpa = opponentOf(tuned.spec, topology, calibration.timing);
    const team = teamOf(TEAM, trained.checkpoint, topology, calibration.timing);
    const others = ["feed-forward", "fixed"].map((spec) => opponentOf(spec, topology, calibration.timing));
    const { rows } = await evaluate(arenaOf(inputs, calibration, seedsFrom(1)), [team, hpa, ...others], host);
    const live: LiveRow[] = [];
    const gaps: (TwinGap & { readonly autoscaler: string })[] = [];
    for (const contestant of [hpa, team]) {
      const result = await playBoth(contestant, { cluster, workload, calibration, seed }, host);
      live.push(result.live);
      gaps.push({ autoscaler: contestant.name, ...result.gap });
    }
    return {
      seconds: clock.nowMs() / 1_000,
      scale: SCALE,
      timeScale: TIME_SCALE,
      calibration: report,
      tunedHpa: tuned.spec,
      twin: rows,
      live,
      twinGap: gaps,
    };
  } finally {
    await cluster.down();
  }
}

/** Bursty traffic around the scenario's mean, an hour per seed. */
function arenaOf(inputs: Inputs, calibration: Calibration, seeds: readonly number[]): Arena {
  const { process, volumePerS } = inputs.scenario.arrivals;
  const arrivals = { process, flashCrowds: [], isSynthetic: true, ...(volumePerS === undefined ? {} : { volumePerS }) };
  const bursty = { ...inputs, scenario: { ...inputs.scenario, arrivals, faults: [], lengthS: 3_600 } };
  const workloads = evaluationWorkloads(bursty, seeds, { timeScale: TIME_SCALE });
  return { topology: inputs.topology, calibration, workloads, seeds };
}

type BothSpec = {
  readonly cluster: LocalClusterClient;
  readonly workload: Workload;
  readonly calibration: Calibration;
  readonly seed: number;
};

/** The same contestant under the same workload, live and on the twin. */
async function playBoth(
  contestant: Contestant,
  { cluster, workload, calibration, seed }: BothSpec,
  host: Host,
): Promise<{ readonly live: LiveRow; readonly gap: TwinGap }> {
  const { topology, timing } = cluster;
  await settle(cluster, initialSizes(topology, workload.ratePerS[0]!), host);
  const seen: { readonly live: Readings[]; readonly twin: Readings[] } = { live: [], twin: [] };
  const autoscaler: Autoscaler = contestant.create(workload);
  const measured = await host.progress.step(`${contestant.name} scales the running services`, (update) =>
    runLive(
      {
        cluster,
        topology,
        timing,
        workload,
        autoscaler,
        mode: "live",
        seed,
        onReadings: (one) => seen.live.push(structuredClone(one)),
      },
      update,
      host.signal,
    ),
  );
  const outcome = await playOnTwin({
    topology,
    calibration,
    workload,
    rules: guardRulesFor(timing),
    autoscaler: contestant.create(workload),
    rng: createRng(`twin of live ${seed}`),
    onReadings: (one) => seen.twin.push(structuredClone(one)),
  });
  const services = topology.services.map(({ name }) => name);
  const cpuOf = (readings: readonly Readings[]): readonly number[] => meanCpu({ services, readings, events: [] });
  return {
    live: { autoscaler: contestant.name, outcome: measured.outcome, load: measured.load },
    gap: compareTwin({ outcome, cpu: cpuOf(seen.twin) }, { outcome: measured.outcome, cpu: cpuOf(seen.live) }),
  };
}
