import type { Readings } from "../readings/readings.ts";
import type { NeedEstimator } from "./need.ts";
import { type ReadyHistory, createReadyHistory } from "./ready-history.ts";
import { type RunningRatio, createRunningRatio } from "./running-ratio.ts";

export type NeedSpec = {
  readonly services: number;
  readonly environments: number;
  readonly syncPeriodMs: number;
  readonly timeScale: number;
  /** Averaging window of the metrics pipeline, ms; 30 s / timeScale when left out. */
  readonly windowMs?: number;
  /** Time constant of the running means, ms; 10 min / timeScale when left out. */
  readonly memoryMs?: number;
  /**
   * What is believed before anything was seen: pods at 100 % CPU per (entry request per second), visits x work ms /
   * millicores of a replica: [services]. Counts as one sample afterwards.
   */
  readonly priorPodsPerEntryRequest?: Float64Array;
  /** The same per (own request per second), work ms / millicores: [services]. Given with the other or not at all. */
  readonly priorPodsPerRequest?: Float64Array;
};

/** Above this CPU a service may hold back the load of those it calls. */
const saturatedCpu = 0.9;

/**
 * Above this share of refused or failed requests a service holds back load. Not zero: endpoints may be declared to fail
 * now and then, and that must not stop the learning.
 */
const droppingShare = 0.05;

const memoryMinutes = 10;
const windowDefaultMs = 30_000;

/**
 * Pods per entry request = visits per entry request x pods per own request. Visits are learnt only while nothing in the
 * environment saturates, drops or is unknown. CPU per request is learnt under overload too, where only a larger value is
 * believed: else a topology that declares too little work would keep itself overloaded, and its estimate frozen, for
 * good.
 *
 * Both needs are NaN until a rate and a demand (a sample or the prior) are known; they keep their last value while the
 * rate is missing.
 */
export function createNeedEstimator(spec: NeedSpec): NeedEstimator {
  const { services, environments } = spec;
  const cells = services * environments;
  const seen = createSeen(spec, cells);
  const { podsPerRequest, visits, history } = seen;
  const feedForward = new Float64Array(cells).fill(Number.NaN);
  const local = new Float64Array(cells).fill(Number.NaN);
  const frozen = new Uint8Array(environments);

  function update(readings: Readings): void {
    history.push(readings.ready);
    markFrozen(readings, frozen);
    for (let cell = 0; cell < cells; cell++) {
      const environment = cell % environments;
      const entryPerS = readings.entryArrivalsPerS[environment]!;
      const ownPerS = readings.arrivalsPerS[cell]!;
      learnDemand(seen, readings, cell);
      if (frozen[environment] === 0) visits.learn(cell, ownPerS, entryPerS);
      const pods = podsPerRequest.values[cell]!;
      if (!Number.isNaN(entryPerS)) feedForward[cell] = entryPerS * visits.values[cell]! * pods;
      if (!Number.isNaN(ownPerS)) local[cell] = ownPerS * pods;
    }
  }

  function reset(environment: number): void {
    for (let cell = environment; cell < cells; cell += environments) {
      feedForward[cell] = Number.NaN;
      local[cell] = Number.NaN;
      history.forget(cell);
      podsPerRequest.forget(cell);
      visits.forget(cell);
    }
  }

  return { feedForward, local, update, reset };
}

/** What was learnt of every cell. */
type Seen = {
  readonly podsPerRequest: RunningRatio;
  /** Per entry request. */
  readonly visits: RunningRatio;
  readonly history: ReadyHistory;
};

function createSeen(spec: NeedSpec, cells: number): Seen {
  const { environments, priorPodsPerRequest, priorPodsPerEntryRequest } = spec;
  const leastWeight = 1 - Math.exp(-spec.syncPeriodMs / (spec.memoryMs ?? (memoryMinutes * 60_000) / spec.timeScale));
  const priorVisits = priorPodsPerEntryRequest?.map((pods, service) => pods / (priorPodsPerRequest?.[service] ?? 0));
  return {
    podsPerRequest: createRunningRatio(cells, environments, leastWeight, priorPodsPerRequest),
    visits: createRunningRatio(cells, environments, leastWeight, priorVisits),
    history: createReadyHistory(cells, spec.syncPeriodMs, spec.windowMs ?? windowDefaultMs / spec.timeScale),
  };
}

function learnDemand({ podsPerRequest, history }: Seen, readings: Readings, cell: number): void {
  const usedPods = readings.cpu[cell]! * history.readyWhenSampled(cell, readings.ageMs[cell]!);
  // Refused requests cost next to nothing: with them, this is the least that a request can cost.
  const handledPerS = readings.servedPerS[cell]! + readings.droppedPerS[cell]!;
  const isLowerBound = isDropping(readings, cell);
  if (isLowerBound && !(usedPods / handledPerS > podsPerRequest.values[cell]!)) return;
  podsPerRequest.learn(cell, usedPods, handledPerS);
}

function isDropping(readings: Readings, cell: number): boolean {
  return readings.droppedPerS[cell]! > droppingShare * readings.arrivalsPerS[cell]!;
}

/** Sets [environments] to 1 where any service saturates, drops or is unknown: it hides load from those it calls. */
function markFrozen(readings: Readings, frozen: Uint8Array): void {
  frozen.fill(0);
  const cells = readings.services * readings.environments;
  for (let cell = 0; cell < cells; cell++) {
    const isClear = readings.cpu[cell]! <= saturatedCpu && !isDropping(readings, cell);
    if (!isClear) frozen[cell % readings.environments] = 1;
  }
}
