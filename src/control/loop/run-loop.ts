import type { Clock } from "../../core/clock.ts";
import { KarmaError } from "../../core/errors.ts";
import type { GuardBounds, GuardRules } from "../guard/guard.ts";
import type { Readings } from "../readings/readings.ts";
import { act, orFailure } from "./act.ts";
import type { Autoscaler, DecisionSink, Proposal } from "./autoscaler.ts";
import type { Cluster } from "./cluster.ts";
import { createGuarded, createKnownSizes, rememberSizes } from "./guarded.ts";
import type { Timing } from "./timing.ts";

export type LoopSpec = {
  readonly cluster: Cluster;
  readonly autoscaler: Autoscaler;
  readonly rules: GuardRules;
  readonly bounds: GuardBounds;
  /** Names in the order of the readings' columns. */
  readonly services: readonly string[];
  readonly clock: Clock;
  readonly timing: Pick<Timing, "syncPeriodMs">;
  /** When to stop, on the clock; Infinity = when the signal says so. */
  readonly untilMs: number;
  readonly sink: DecisionSink;
  readonly signal?: AbortSignal;
  /** `shadow` observes, decides and guards like `live`, and leaves the cluster alone. */
  readonly mode: "live" | "shadow";
  readonly onReadings?: (readings: Readings) => void;
  /** So many observations that failed in a row end the loop with the last failure; it goes on for ever when left out. */
  readonly lostAfterPeriods?: number;
};

export type LoopResult = {
  /** Periods in which something was decided or held. */
  readonly periods: number;
  /** Periods that passed while an earlier one was still at work. */
  readonly skippedPeriods: number;
  readonly failedObservations: number;
  readonly failedScalings: number;
};

/**
 * The one control loop: each sync period observe, decide, guard, act. The first period ends one sync period after the
 * start; period k is at start + k x period whatever the periods before took. Every service gets a decision every
 * period, and returns at `untilMs`.
 *
 * A failure the cluster reports (a KarmaError) holds all sizes, stands in the decisions, and is tried again next
 * period, for as long as `lostAfterPeriods` says. Anything else is a bug and ends the loop. An aborted signal rejects with its reason.
 */
export async function runControlLoop(spec: LoopSpec): Promise<LoopResult> {
  const { clock, timing, untilMs, signal } = spec;
  const step = createStep(spec);
  const startMs = clock.nowMs();
  const result = { periods: 0, skippedPeriods: 0, failedObservations: 0, failedScalings: 0 };
  let period = 1;
  let failedInARow = 0;
  while (startMs + period * timing.syncPeriodMs < untilMs) {
    await clock.sleepUntil(startMs + period * timing.syncPeriodMs, signal);
    signal?.throwIfAborted();
    const { failure, failedScalings } = await step(clock.nowMs());
    result.periods++;
    if (failure !== undefined) result.failedObservations++;
    failedInARow = failure === undefined ? 0 : failedInARow + 1;
    if (failure !== undefined && failedInARow >= (spec.lostAfterPeriods ?? Number.POSITIVE_INFINITY)) throw failure;
    result.failedScalings += failedScalings;
    const next = Math.max(period + 1, Math.ceil((clock.nowMs() - startMs) / timing.syncPeriodMs));
    result.skippedPeriods += next - period - 1;
    period = next;
  }
  await clock.sleepUntil(untilMs, signal);
  return result;
}

/** @param failure  why the cluster could not be observed */
type StepResult = { readonly failure: KarmaError | undefined; readonly failedScalings: number };

function createStep(spec: LoopSpec): (atMs: number) => Promise<StepResult> {
  const { services, autoscaler, sink, mode, cluster } = spec;
  const guarded = createGuarded(spec);
  const known = createKnownSizes(spec.bounds);

  function hold(atMs: number, failure: KarmaError): StepResult {
    const because = `the cluster could not be observed: ${failure.message}`;
    for (const [index, service] of services.entries()) {
      const from = known.replicas[index]!;
      sink({ atMs, service, from, proposed: from, applied: from, reasons: [], guarded: [because] });
    }
    return { failure, failedScalings: 0 };
  }

  return async (atMs) => {
    const readings = await orFailure(cluster.observe());
    if (readings instanceof KarmaError) return hold(atMs, readings);
    checkShape(readings, services.length);
    spec.onReadings?.(readings);
    rememberSizes(readings, known);
    const proposals = autoscaler.decide(readings);
    checkProposals(proposals, spec);
    const decisions = guarded(atMs, readings, proposals, known);
    if (mode === "shadow") {
      for (const decision of decisions) sink(decision);
      return { failure: undefined, failedScalings: 0 };
    }
    const acted = await Promise.all(decisions.map((decision) => act(cluster, decision)));
    for (const [index, { decision }] of acted.entries()) {
      known.replicas[index] = decision.applied;
      if (decision.cpuMilli !== undefined) known.cpuMilli[index] = decision.cpuMilli.applied;
      sink(decision);
    }
    return { failure: undefined, failedScalings: acted.filter(({ hasFailed }) => hasFailed).length };
  };
}

function checkProposals(proposals: readonly Proposal[], { autoscaler, services }: LoopSpec): void {
  if (proposals.length === services.length) return;
  throw new Error(`${autoscaler.name} made ${proposals.length} proposals for ${services.length} services`);
}

function checkShape(readings: Readings, services: number): void {
  if (readings.services === services && readings.environments === 1) return;
  throw new Error(`readings of ${readings.services} services x ${readings.environments}, expected ${services} x 1`);
}
