import { resolve } from "node:path";
import { createAutoscaler } from "../control/autoscalers/autoscalers.ts";
import { guardBounds } from "../control/guard/bounds.ts";
import { guardRulesFor } from "../control/guard/rules.ts";
import type { Autoscaler } from "../control/loop/autoscaler.ts";
import { outcomeOf } from "../control/loop/outcome.ts";
import { runControlLoop } from "../control/loop/run-loop.ts";
import { kubernetesTiming } from "../control/loop/timing.ts";
import type { Readings } from "../control/readings/readings.ts";
import { initialSizes } from "../control/need/initial-sizes.ts";
import { createRng } from "../core/rng.ts";
import { sumOf } from "../core/statistics.ts";
import { type TwinKind, twinOf } from "../evaluate/play.ts";
import { epochMs } from "../host/clock.ts";
import { type LineFile, createLineFile } from "../host/line-file.ts";
import type { Topology } from "../system/topology/topology.ts";
import { volumePerS } from "../system/workload/volume.ts";
import { type Workload, workloadLengthMs } from "../system/workload/workload.ts";
import { declaredCalibration } from "../twin/calibrate/calibration.ts";
import {
  RECORDING_FORMAT,
  type RecordingHeader,
  type RecordingLine,
  encodeRecordingLine,
} from "../twin/calibrate/recording-file.ts";
import type { TwinCluster } from "../twin/cluster/twin-cluster.ts";
import { breathing } from "./calibrate.ts";
import { workloadFor } from "./evaluation/scenario-setup.ts";
import { drawTruth, type Truth } from "./evaluation/truth.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { LOOKS_PER_SCRAPE, ratePerSAt, type RecordResult, stepsOf } from "./record.ts";

export type RecordTwinRequest = {
  readonly inputs: Inputs;
  readonly out: string;
  /** Length, s of the scenario. */
  readonly lengthS: number;
  readonly volumePerS: number | undefined;
  readonly twin: TwinKind;
  /** How the system that is recorded differs from what its topology declares. */
  readonly truth: Truth;
  /** Shares of what the sizes of that volume can serve, one after another, twice, while sizes go up and down; none = the scenario. */
  readonly loads: readonly number[];
  /** Spec of who scales it under the scenario. */
  readonly autoscaler: string;
  readonly seed: number;
};

/**
 * Writes down what a twin shows, as `karma record` does of a cluster: a system that is not what its topology declares, in
 * simulated time, under the scenario's traffic or under loads, and the usual guard.
 */
export async function recordTwin(request: RecordTwinRequest, host: Host): Promise<RecordResult> {
  const { topology } = request.inputs;
  const file = createLineFile(resolve(host.cwd, request.out));
  try {
    return await host.progress.step(`record the twin of ${topology.name}`, () => recordInto(file, request));
  } finally {
    file.close();
  }
}

async function recordInto(file: LineFile, request: RecordTwinRequest): Promise<RecordResult> {
  const append = (line: RecordingLine): void => file.append(encodeRecordingLine(line));
  append({ header: headerOf(request.inputs.topology) });
  const plan = planOf(request);
  const twin = trueTwin(request, plan);
  let readings = 0;
  const sizeChanges = await scale(twin, plan, request.inputs.topology, (one) => {
    append({ readings: one });
    readings++;
  });
  const events = await twin.cluster.events();
  for (const event of events) append({ event });
  const { podSeconds, serviceSizedPodSeconds, ...answered } = twin.outcome();
  const outcome = outcomeOf(answered, { podSeconds, sizedPodSeconds: sumOf(serviceSizedPodSeconds) }, sizeChanges);
  append({ load: outcome });
  return { path: file.path, readings, events: events.length, outcome };
}

function headerOf({ name: topology, services }: Topology): RecordingHeader {
  return {
    format: RECORDING_FORMAT,
    topology,
    services: services.map(({ name, cpuMilli }) => ({ name, cpuMilli })),
    timing: kubernetesTiming,
    on: "twin",
    startedAtEpochMs: epochMs(),
  };
}

/** What comes, and with which sizes it begins; who scales meanwhile. */
type Plan = { readonly workload: Workload; readonly initialReplicas: Float64Array; readonly autoscaler: Autoscaler };

/** Dice that neither training nor evaluation throws. */
function planOf({ inputs, lengthS, volumePerS: volume, loads, autoscaler, seed }: RecordTwinRequest): Plan {
  const { topology, scenario } = inputs;
  if (loads.length === 0) {
    const setup = { name: "recording", inputs, lengthS, volumePerS: volume };
    const workload = workloadFor(setup, "record", seed, kubernetesTiming.timeScale);
    const rule = createAutoscaler(autoscaler, { topology, timing: kubernetesTiming });
    return { workload, initialReplicas: initialSizes(topology, workload.ratePerS[0]!), autoscaler: oftenLooking(rule) };
  }
  const lengthMs = 1_000 * lengthS;
  const initialReplicas = initialSizes(topology, volume ?? volumePerS(scenario.arrivals, topology));
  const workload = stepsOf(loads, lengthMs, ratePerSAt(topology, initialReplicas));
  return { workload, initialReplicas, autoscaler: breathing(topology, 0, lengthMs) };
}

function trueTwin({ inputs, twin, truth, seed }: RecordTwinRequest, { workload, initialReplicas }: Plan): TwinCluster {
  const { topology } = inputs;
  return twinOf({
    topology,
    calibration: declaredCalibration(topology, kubernetesTiming),
    workload,
    initialReplicas,
    rng: createRng(`twin record ${seed}`),
    twin,
    truth: drawTruth(truth, topology.services.length, `record ${seed}`),
  });
}

/** Lets the autoscaler scale the twin to the end of its traffic; returns how many sizes were changed. */
async function scale(
  { cluster, clock }: TwinCluster,
  { workload, autoscaler }: Plan,
  topology: Topology,
  onReadings: (readings: Readings) => void,
): Promise<number> {
  let changes = 0;
  await runControlLoop({
    cluster,
    clock,
    autoscaler,
    rules: guardRulesFor(kubernetesTiming),
    bounds: guardBounds(topology),
    services: topology.services.map(({ name }) => name),
    timing: { syncPeriodMs: kubernetesTiming.scrapePeriodMs / LOOKS_PER_SCRAPE },
    untilMs: workloadLengthMs(workload),
    mode: "live",
    onReadings,
    sink: ({ from, applied }) => {
      if (from !== applied) changes++;
    },
  });
  return changes;
}

/** Asked at every look, it decides at the first of each period and keeps the sizes at the others. */
function oftenLooking(autoscaler: Autoscaler): Autoscaler {
  let looks = 0;
  return {
    name: autoscaler.name,
    decide(readings) {
      if (looks++ % LOOKS_PER_SCRAPE === 0) return autoscaler.decide(readings);
      return Array.from(readings.desired, (replicas) => ({ replicas, reasons: ["only looked at"] }));
    },
  };
}
