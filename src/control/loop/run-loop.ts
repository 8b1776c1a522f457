import type { Clock } from "../../core/clock.ts";
import { KarmaError } from "../../core/errors.ts";
import { createGuard } from "../guard/apply.ts";
import { explainVerdict } from "../guard/explain.ts";
import type { GuardBounds, GuardRules } from "../guard/guard.ts";
import type { Readings } from "../readings/readings.ts";
import type { Autoscaler, Decision, DecisionSink, Proposal } from "./autoscaler.ts";
import type { Cluster } from "./cluster.ts";
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
  const { services, autoscaler, sink } = spec;
  const guard = createGuard(spec.rules, spec.bounds, services.length, 1);
  const wanted = new Float64Array(services.length);
  const applied = new Float64Array(services.length);
  const verdicts = new Uint8Array(services.length);
  /** Sizes last known; before the first readings the smallest allowed ones. */
  const known = Float64Array.from(spec.bounds.minReplicas);

  function hold(atMs: number, failure: KarmaError): StepResult {
    const because = `the cluster could not be observed: ${failure.message}`;
    for (const [index, service] of services.entries()) {
      const from = known[index]!;
      sink({ atMs, service, from, proposed: from, applied: from, reasons: [], guarded: [because] });
    }
    return { failure, failedScalings: 0 };
  }

  function decide(atMs: number, readings: Readings): Decision[] {
    const proposals = autoscaler.decide(readings);
    for (const index of services.keys()) wanted[index] = proposalFor(proposals, index, spec).replicas;
    guard(readings, wanted, applied, verdicts);
    return services.map((service, index) => ({
      atMs,
      service,
      from: known[index]!,
      proposed: wanted[index]!,
      applied: applied[index]!,
      reasons: proposals[index]!.reasons,
      guarded: explainVerdict(verdicts[index]!),
      ...backgroundOf(proposals[index]!),
    }));
  }

  return async (atMs) => {
    const readings = await orFailure(spec.cluster.observe());
    if (readings instanceof KarmaError) return hold(atMs, readings);
    checkShape(readings, services.length);
    spec.onReadings?.(readings);
    rememberSizes(readings, known);
    const decisions = decide(atMs, readings);
    const done = spec.mode === "shadow" ? decisions : await Promise.all(decisions.map((one) => act(spec.cluster, one)));
    for (const [index, decision] of done.entries()) {
      if (spec.mode === "live") known[index] = decision.applied;
      sink(decision);
    }
    return { failure: undefined, failedScalings: done.filter((one, index) => one !== decisions[index]).length };
  };
}

function backgroundOf({ evidence, substitution }: Proposal): Pick<Decision, "evidence" | "substitution"> {
  return { ...(evidence === undefined ? {} : { evidence }), ...(substitution === undefined ? {} : { substitution }) };
}

/** A size that the readings leave out is the one last known, so that the guard does not start from the minimum. */
function rememberSizes(readings: Readings, known: Float64Array): void {
  for (const [index, desired] of readings.desired.entries()) {
    if (Number.isNaN(desired)) readings.desired[index] = known[index]!;
    else known[index] = desired;
  }
}

/** Scales what changed. Returns the decision itself, or what became of it when the cluster refused. */
async function act(cluster: Cluster, decision: Decision): Promise<Decision> {
  if (decision.applied === decision.from) return decision;
  const failure = await orFailure(cluster.scale(decision.service, decision.applied));
  if (!(failure instanceof KarmaError)) return decision;
  const refused = `the cluster did not scale to ${decision.applied}: ${failure.message}`;
  return { ...decision, applied: decision.from, guarded: [...decision.guarded, refused] };
}

async function orFailure<Value>(work: Promise<Value>): Promise<Value | KarmaError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KarmaError && error.code !== "INTERRUPTED") return error;
    throw error;
  }
}

function proposalFor(proposals: readonly Proposal[], index: number, spec: LoopSpec): Proposal {
  const proposal = proposals[index];
  if (proposal === undefined || proposals.length !== spec.services.length) {
    throw new Error(`${spec.autoscaler.name} made ${proposals.length} proposals for ${spec.services.length} services`);
  }
  return proposal;
}

function checkShape(readings: Readings, services: number): void {
  if (readings.services === services && readings.environments === 1) return;
  throw new Error(`readings of ${readings.services} services x ${readings.environments}, expected ${services} x 1`);
}
