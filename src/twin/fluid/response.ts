import { type Calm, createCalm, updateCalm } from "./calm.ts";
import { thirdOf } from "./hump.ts";
import type { CallPlan, FluidPlan, NodePlan } from "./plan.ts";
import { addReading } from "./reading.ts";
import { type Responses, createResponses } from "./responses.ts";
import { type Step, createStep, finishStep, foldCall, startStep } from "./side-by-side.ts";
import type { Stations } from "./stations.ts";
import { type Stops, createStops } from "./stops.ts";
import { type Taken, createTaken, isPlain, mayTimeOut, takeCalls } from "./take-call.ts";

/**
 * How far the time for which callers hold their slots moves in a tick. A callee's backlog feeds back on what its callers
 * let through within milliseconds; taken over whole at each tick the two would swing from too much to too little.
 * Half is the largest step seen to settle on the shipped topologies.
 */
export const HOLD_STEP = 0.5;

export type ResponseKernel = { readonly responses: Responses; readonly update: () => void };

/** What the pass over the nodes works with. */
type Pass = {
  readonly stations: Stations;
  readonly responses: Responses;
  /** Calm requests of each service: [services][environments]. */
  readonly calm: Calm;
  readonly stops: Stops;
  readonly taken: Taken;
  readonly step: Step;
  readonly holdNow: Float64Array;
};

/**
 * Composes moments and failures over the call graph, callees before callers: of all requests, and of calm ones by
 * themselves. Calls one after another add up; the longest of calls side by side is approximated by {@link foldCall}.
 */
export function createResponseKernel(plan: FluidPlan, stations: Stations): ResponseKernel {
  const { environments } = stations;
  const responses = createResponses(plan.nodes.length * environments);
  const pass: Pass = {
    stations,
    responses,
    calm: createCalm(plan.services.length * environments),
    stops: createStops(plan.services.length * environments),
    taken: createTaken(environments),
    step: createStep(environments),
    holdNow: new Float64Array(stations.holdMs.length),
  };
  const order = plan.nodes.map((_, node) => node).toReversed();
  return {
    responses,
    update() {
      const { holdNow } = pass;
      holdNow.fill(0);
      updateCalm(pass.calm, pass.stops, plan, stations);
      for (const node of order) updateNode(plan, node, pass);
      const { holdMs } = stations;
      for (let k = 0; k < holdMs.length; k++) holdMs[k]! += HOLD_STEP * (holdNow[k]! - holdMs[k]!);
    },
  };
}

function updateNode({ nodes, services }: FluidPlan, node: number, pass: Pass): void {
  const plan = nodes[node]!;
  const { environments, sojournMs } = pass.stations;
  const { responses } = pass;
  const { meanMs } = responses;
  const to = node * environments;
  const from = plan.service * environments;
  startNode(plan, to, pass);
  for (const calls of plan.steps) {
    if (calls.length === 1) addCall(calls[0]!, to, pass);
    else addStep(calls, to, pass);
  }
  if (plan.steps.length === 0) return;
  if (services[plan.service]!.station.limitCores < 1) addReading(responses, to, pass.stops, from, pass.stations);
  const { holdNow } = pass;
  for (let e = 0; e < environments; e++) holdNow[from + e]! += plan.share * (meanMs[to + e]! - sojournMs[from + e]!);
}

/** The service's own part. */
function startNode(plan: NodePlan, to: number, { stations, responses, calm }: Pass): void {
  const { environments, sojournMs, sojournVariance, sojournThird, dropShare } = stations;
  const { meanMs, variance, third, ok, calm: own } = responses;
  const from = plan.service * environments;
  for (let e = 0; e < environments; e++) {
    meanMs[to + e] = sojournMs[from + e]!;
    variance[to + e] = sojournVariance[from + e]!;
    third[to + e] = sojournThird[from + e]!;
    ok[to + e] = (1 - dropShare[from + e]!) * (1 - plan.errorRate);
  }
  for (let e = 0; e < environments; e++) {
    own.share[to + e] = calm.share[from + e]!;
    own.meanMs[to + e] = calm.meanMs[from + e]!;
    own.variance[to + e] = calm.variance[from + e]!;
    own.third[to + e] = calm.third[from + e]!;
  }
}

function addCall(call: CallPlan, to: number, { stations, responses, taken }: Pass): void {
  const from = call.node * stations.environments;
  // The usual call in place: this is the twin's hottest loop.
  if (call.probability === 1 && isPlain(call) && !mayAnyTimeOut(call.timeoutMs, from, responses, stations.environments))
    return addSure(from, to, responses, stations.environments);
  takeCalls(call, responses, taken);
  keepTries(call, stations, taken);
  addTaken(responses, to, call.probability, taken);
}

function mayAnyTimeOut(timeoutMs: number, from: number, { meanMs, variance }: Responses, count: number): boolean {
  for (let k = from; k < from + count; k++) if (mayTimeOut(timeoutMs - meanMs[k]!, variance[k]!)) return true;
  return false;
}

/** Adds a call that is always made, once. */
function addSure(from: number, to: number, { meanMs, variance, third, ok, calm }: Responses, count: number): void {
  for (let e = 0; e < count; e++) {
    meanMs[to + e]! += meanMs[from + e]!;
    variance[to + e]! += variance[from + e]!;
    third[to + e]! += third[from + e]!;
    ok[to + e]! *= ok[from + e]!;
  }
  const { share, meanMs: calmMs, variance: spread, third: lean } = calm;
  for (let e = 0; e < count; e++) {
    share[to + e]! *= share[from + e]!;
    calmMs[to + e]! += calmMs[from + e]!;
    spread[to + e]! += spread[from + e]!;
    lean[to + e]! += lean[from + e]!;
  }
}

function keepTries({ retry }: CallPlan, { moreTries, environments }: Stations, taken: Taken): void {
  if (retry < 0) return;
  for (let e = 0; e < environments; e++) moreTries[retry * environments + e] = taken.moreTries[e]!;
}

/** Adds what was taken, with its probability. */
function addTaken(
  { meanMs, variance, third, ok, calm }: Responses,
  to: number,
  probability: number,
  taken: Taken,
): void {
  const { all, calm: own, calmShare, ok: good } = taken;
  for (let e = 0, k = to; e < good.length; e++, k++) {
    const mean = all.meanMs[e]!;
    const spread = all.variance[e]!;
    meanMs[k]! += probability * mean;
    variance[k]! += probability * (spread + (1 - probability) * mean * mean);
    third[k]! += thirdOf(probability, mean, spread, all.third[e]!);
    ok[k]! *= 1 - probability * (1 - good[e]!);
  }
  for (let e = 0, k = to; e < good.length; e++, k++) {
    // Calm requests do not call, or call and are not delayed; of those that are left so many do call.
    const calling = probability * calmShare[e]!;
    const way = 1 - probability + calling;
    const made = way > 0 ? calling / way : 0;
    const mean = own.meanMs[e]!;
    const spread = own.variance[e]!;
    calm.share[k]! *= way;
    calm.meanMs[k]! += made * mean;
    calm.variance[k]! += made * (spread + (1 - made) * mean * mean);
    calm.third[k]! += thirdOf(made, mean, spread, own.third[e]!);
  }
}

function addStep(calls: readonly CallPlan[], to: number, { responses, step, stations, taken }: Pass): void {
  const { ok } = responses;
  for (const [place, call] of calls.entries()) {
    takeCalls(call, responses, taken);
    keepTries(call, stations, taken);
    for (let e = 0; e < stations.environments; e++) ok[to + e]! *= 1 - call.probability * (1 - taken.ok[e]!);
    if (place > 0) foldCall(step, call.probability, taken);
    else startStep(step, call.probability, taken);
  }
  finishStep(step);
  addLongest(responses, to, step);
}

/** Adds a step that has been folded. */
function addLongest(
  { meanMs, variance, third, calm }: Responses,
  to: number,
  { all, calm: own, way, made }: Step,
): void {
  for (let e = 0, k = to; e < way.length; e++, k++) {
    meanMs[k]! += all.meanMs[e]!;
    variance[k]! += all.variance[e]!;
    third[k]! += all.third[e]!;
  }
  for (let e = 0, k = to; e < way.length; e++, k++) {
    const chance = made[e]!;
    const mean = own.meanMs[e]!;
    const spread = own.variance[e]!;
    calm.share[k]! *= way[e]!;
    calm.meanMs[k]! += chance * mean;
    calm.variance[k]! += chance * (spread + (1 - chance) * mean * mean);
    calm.third[k]! += thirdOf(chance, mean, spread, own.third[e]!);
  }
}
