import type { Readings } from "../readings/readings.ts";
import type { NeedEstimator } from "./need.ts";
import { createReadyHistory } from "./ready-history.ts";
import { learnFrom } from "./running-demand.ts";

export type NeedSpec = {
  readonly services: number;
  readonly environments: number;
  readonly syncPeriodMs: number;
  readonly timeScale: number;
  /** Averaging window of the metrics pipeline, ms; 30 s / timeScale when left out. */
  readonly windowMs?: number;
  /** Time constant of the running mean, ms; 10 min / timeScale when left out. */
  readonly memoryMs?: number;
  /**
   * What is believed before anything was seen: pods at 100 % CPU per (entry request per second), visits x work ms /
   * millicores of a replica: [services]. Counts as one sample afterwards.
   */
  readonly priorPodsPerEntryRequest?: Float64Array;
  /** The same per (own request per second), work ms / millicores: [services]. */
  readonly priorPodsPerRequest?: Float64Array;
};

/** Above this CPU, use no longer tells demand: the limit cuts it off. */
const saturatedCpu = 0.9;

/**
 * Above this share of refused or failed requests, use no longer tells demand. Not zero: endpoints may be declared to
 * fail now and then, and that must not stop the learning.
 */
const droppingShare = 0.05;

const memoryMinutes = 10;
const windowDefaultMs = 30_000;
/** Below this rate a ratio to it is mostly noise and idle CPU, requests per second. */
const lowestRatePerS = 0.2;

/**
 * Both needs are NaN until a rate and a demand (a sample or the prior) are known; they keep their last value while the
 * rate is missing.
 *
 * @source KARMA's feed-forward rule: need = entry arrivals x pods of CPU per entry request
 */
export function createNeedEstimator(spec: NeedSpec): NeedEstimator {
  const { services, environments } = spec;
  const cells = services * environments;
  const memoryMs = spec.memoryMs ?? (memoryMinutes * 60_000) / spec.timeScale;
  const leastWeight = 1 - Math.exp(-spec.syncPeriodMs / memoryMs);
  const history = createReadyHistory(cells, spec.syncPeriodMs, spec.windowMs ?? windowDefaultMs / spec.timeScale);

  const feedForward = new Float64Array(cells).fill(Number.NaN);
  const local = new Float64Array(cells).fill(Number.NaN);
  const perEntryRequest = demandFrom(spec.priorPodsPerEntryRequest);
  const perRequest = demandFrom(spec.priorPodsPerRequest);
  const frozen = new Uint8Array(environments);

  function demandFrom(prior: Float64Array | undefined): { podsPerRate: Float64Array; samples: Float64Array } {
    const demand = { podsPerRate: new Float64Array(cells), samples: new Float64Array(cells) };
    for (let cell = 0; cell < cells; cell++) {
      const believed = prior?.[Math.floor(cell / environments)] ?? Number.NaN;
      demand.podsPerRate[cell] = believed;
      demand.samples[cell] = Number.isNaN(believed) ? 0 : 1;
    }
    return demand;
  }

  function update(readings: Readings): void {
    history.push(readings.ready);
    markFrozen(readings, frozen);
    for (let cell = 0; cell < cells; cell++) {
      const environment = cell % environments;
      const usedPods = readings.cpu[cell]! * history.readyWhenSampled(cell, readings.ageMs[cell]!);
      const entryPerS = readings.entryArrivalsPerS[environment]!;
      const ownPerS = readings.arrivalsPerS[cell]!;
      if (frozen[environment] === 0) {
        learnFrom(perEntryRequest, cell, usedPods, entryPerS, leastWeight, lowestRatePerS);
      }
      if (!isDistorted(readings, cell)) learnFrom(perRequest, cell, usedPods, ownPerS, leastWeight, lowestRatePerS);
      if (!Number.isNaN(entryPerS)) feedForward[cell] = entryPerS * perEntryRequest.podsPerRate[cell]!;
      if (!Number.isNaN(ownPerS)) local[cell] = ownPerS * perRequest.podsPerRate[cell]!;
    }
  }

  function reset(environment: number): void {
    for (let service = 0; service < services; service++) {
      const cell = service * environments + environment;
      feedForward[cell] = Number.NaN;
      local[cell] = Number.NaN;
      history.forget(cell);
      forget(perEntryRequest, cell, spec.priorPodsPerEntryRequest?.[service]);
      forget(perRequest, cell, spec.priorPodsPerRequest?.[service]);
    }
  }

  return { feedForward, local, update, reset };
}

function forget(demand: { podsPerRate: Float64Array; samples: Float64Array }, cell: number, prior = Number.NaN): void {
  demand.podsPerRate[cell] = prior;
  demand.samples[cell] = Number.isNaN(prior) ? 0 : 1;
}

/** A service whose CPU use does not tell its demand: saturated, dropping, or unknown. */
function isDistorted(readings: Readings, cell: number): boolean {
  const cpu = readings.cpu[cell]!;
  if (!(cpu <= saturatedCpu)) return true;
  return readings.droppedPerS[cell]! > droppingShare * readings.arrivalsPerS[cell]!;
}

/** Sets [environments] to 1 where any service is distorted: a saturated caller hides load from those it calls. */
function markFrozen(readings: Readings, frozen: Uint8Array): void {
  frozen.fill(0);
  const cells = readings.services * readings.environments;
  for (let cell = 0; cell < cells; cell++) {
    if (isDistorted(readings, cell)) frozen[cell % readings.environments] = 1;
  }
}
