import { join } from "node:path";
import type { LocalClusterClient } from "../clusters/local/client.ts";
import { guardRulesFor } from "../control/guard/rules.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import type { Readings } from "../control/readings/readings.ts";
import type { LoadResult } from "../clusters/load/load-result.ts";
import { createRng } from "../core/rng.ts";
import { initialSizes } from "../control/need/initial-sizes.ts";
import { playOnTwin } from "../evaluate/play.ts";
import type { SummaryRow } from "../evaluate/summarize.ts";
import { createRealClock } from "../host/clock.ts";
import { machineLoad } from "../host/machine.ts";
import { packagePath } from "../host/package-files.ts";
import type { Workload } from "../system/workload/workload.ts";
import type { CalibrationReport } from "../twin/calibrate/calibrate.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import { compareTwin, type TwinGap } from "../twin/calibrate/compare.ts";
import { meanCpu } from "../twin/calibrate/recording.ts";
import { measure } from "./calibrate.ts";
import { clusterUp, fitTopology } from "./cluster-up.ts";
import { type Arena, evaluate } from "./evaluate.ts";
import type { Host } from "./host.ts";
import { hashOf, type Inputs, readInputs } from "./inputs.ts";
import { runLive } from "./live-run.ts";
import { type Contestant, opponentOf, teamOf } from "./opponents.ts";
import { train } from "./train.ts";
import { evaluationWorkloads, workloadOf } from "./traffic.ts";
import { tuneHpa } from "./tune-hpa.ts";

const TOPOLOGY = "topologies/chained-wide.json";
const SCENARIO = "topologies/demo.scenario.json";
/** CPU work and limits times this: the chain at full load fits two cores beside its load. */
const FIT = { scale: 0.25, maxReplicas: 4 };
/** A minute of the demo is ten minutes of Kubernetes' periods. */
const TIME_SCALE = 10;
const CALIBRATION_MS = 40_000;
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
  readonly twinGap: readonly Gap[];
  /** What makes these figures doubtful, as sentences; empty when nothing does. */
  readonly warnings: readonly string[];
};

/** The whole loop on this machine, measured, and everything cleaned up whatever happens. */
export async function demo(request: DemoRequest, host: Host): Promise<DemoResult> {
  const clock = createRealClock();
  const busy = busyWarning(machineLoad());
  const stage = prepare(request, host);
  const { calibration, report } = await onFreshCluster(stage, host, (cluster) =>
    measure({ cluster, volumePerS: stage.workload.ratePerS[0]!, lengthMs: CALIBRATION_MS, seed: request.seed }, host),
  );
  const contest = await learn(request, stage, calibration, host);
  const played: Played[] = [];
  for (const contestant of [contest.hpa, contest.team]) {
    played.push(
      await onFreshCluster(stage, host, (cluster) => playBoth(contestant, cluster, stage, calibration, host)),
    );
  }
  return {
    seconds: clock.nowMs() / 1_000,
    scale: FIT.scale,
    timeScale: TIME_SCALE,
    calibration: report,
    tunedHpa: contest.hpa.name,
    twin: contest.rows,
    live: played.map(({ live }) => live),
    twinGap: played.map(({ gap }) => gap),
    warnings: [...busy, ...played.flatMap(({ live }) => live.load.warnings.map((one) => `${live.autoscaler}: ${one}`))],
  };
}

function busyWarning({ cores, runnable }: ReturnType<typeof machineLoad>): string[] {
  if (runnable < 0.5 * cores) return [];
  return [
    `this machine was busy before the demo began (load ${runnable.toFixed(1)} on ${cores} cores): live figures suffer`,
  ];
}

/** What all parts of the demo share. */
type Stage = {
  readonly files: { readonly cwd: string; readonly topology: string; readonly scenario: string };
  /** The topology as it runs: scaled. */
  readonly inputs: Inputs;
  /** What is played live, and again on the twin. */
  readonly workload: Workload;
  readonly seed: number;
};

function prepare({ seed }: DemoRequest, { cwd }: Host): Stage {
  const files = { cwd, topology: packagePath(TOPOLOGY), scenario: packagePath(SCENARIO) };
  const read = readInputs(files);
  const { topology } = fitTopology(read.topology, FIT);
  // Another topology than the one in the file: what is trained on it is no run of that one.
  const inputs: Inputs = { ...read, topology, topologyHash: hashOf(topology) };
  return { files, inputs, seed, workload: workloadOf(inputs, createRng(seed), { timeScale: TIME_SCALE }) };
}

/** A cluster of its own for each part, so that no part meets what another left: back-off, warm code, old metrics. */
async function onFreshCluster<T>(
  { files, inputs, seed, workload }: Stage,
  host: Host,
  work: (cluster: LocalClusterClient) => Promise<T>,
): Promise<T> {
  const sizes = initialSizes(inputs.topology, workload.ratePerS[0]!);
  const { cluster } = await clusterUp(
    { ...files, ...FIT, timeScale: TIME_SCALE, seed, isBound: true, initialSizes: sizes },
    host,
  );
  try {
    return await work(cluster);
  } finally {
    await cluster.down();
  }
}

type Contest = { readonly team: Contestant; readonly hpa: Contestant; readonly rows: readonly SummaryRow[] };

/** Trains the team, tunes the HPA on the same kind of traffic, and lets all play on seeds nothing was trained on. */
async function learn(request: DemoRequest, stage: Stage, calibration: Calibration, host: Host): Promise<Contest> {
  const { inputs, seed } = stage;
  const { topology } = inputs;
  const { timing } = calibration;
  const { checkpoint } = await train(
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
  const team = teamOf(TEAM, checkpoint, topology, timing);
  const hpa = opponentOf(tuned.spec, topology, timing);
  const others = ["feed-forward:1.6", "fixed"].map((spec) => opponentOf(spec, topology, timing));
  const { rows } = await evaluate(arenaOf(inputs, calibration, seedsFrom(1)), [team, hpa, ...others], host);
  return { team, hpa, rows };
}

/** Bursty traffic around the scenario's mean, an hour per seed. */
function arenaOf(inputs: Inputs, calibration: Calibration, seeds: readonly number[]): Arena {
  const { process, volumePerS } = inputs.scenario.arrivals;
  const arrivals = { process, flashCrowds: [], isSynthetic: true, ...(volumePerS === undefined ? {} : { volumePerS }) };
  const bursty = { ...inputs, scenario: { ...inputs.scenario, arrivals, faults: [], lengthS: 3_600 } };
  const workloads = evaluationWorkloads(bursty, seeds, { timeScale: TIME_SCALE });
  return { topology: inputs.topology, calibration, workloads, seeds };
}

type Gap = TwinGap & { readonly autoscaler: string };
type Played = { readonly live: LiveRow; readonly gap: Gap };

/** The same contestant under the same workload, live and on the twin. */
async function playBoth(
  contestant: Contestant,
  cluster: LocalClusterClient,
  stage: Stage,
  calibration: Calibration,
  host: Host,
): Promise<Played> {
  const { topology, timing } = cluster;
  const { workload, seed } = stage;
  const seen: { readonly live: Readings[]; readonly twin: Readings[] } = { live: [], twin: [] };
  const measured = await playLive(contestant, cluster, stage, (one) => seen.live.push(structuredClone(one)), host);
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
  const gap = compareTwin({ outcome, cpu: cpuOf(seen.twin) }, { outcome: measured.outcome, cpu: cpuOf(seen.live) });
  const { name } = contestant;
  return {
    live: { autoscaler: name, outcome: measured.outcome, load: measured.load },
    gap: { autoscaler: name, ...gap },
  };
}

async function playLive(
  contestant: Contestant,
  cluster: LocalClusterClient,
  { inputs, workload, seed }: Stage,
  onReadings: (readings: Readings) => void,
  host: Host,
): ReturnType<typeof runLive> {
  const { topology, timing } = cluster;
  const { process } = inputs.scenario.arrivals;
  const autoscaler = contestant.create(workload);
  const warmUpMs = 2 * timing.windowMs;
  return host.progress.step(`${contestant.name} scales the running services`, (update) =>
    runLive(
      { cluster, topology, timing, workload, process, autoscaler, mode: "live", seed, warmUpMs, onReadings },
      update,
      host.signal,
    ),
  );
}
