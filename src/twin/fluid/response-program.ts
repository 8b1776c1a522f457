import type { Arena } from "./arena.ts";
import type { Kernels } from "./back-end.ts";
import { type CallRows, addCalls, addCuts, createCallRows } from "./call-program.ts";
import { quotaNumbers } from "./calm.ts";
import type { EntryState } from "./entry.ts";
import type { FluidOutcome } from "./fluid-twin.ts";
import type { LatencyRecord } from "./latency-record.ts";
import { type NodeRows, createNodeRows } from "./node-rows.ts";
import type { Pipeline } from "./pipeline.ts";
import type { FluidPlan } from "./plan.ts";
import { type Program, createProgram } from "./program.ts";
import { RESPONSE_OPS as OPS } from "./response-ops.ts";
import { HOLD_STEP } from "./response.ts";
import type { Stations } from "./stations.ts";
import { tailDirectory } from "./tail-tables.ts";

/** What users meet in a tick, and who keeps it. */
export type UsersParts = {
  readonly plan: FluidPlan;
  readonly stations: Stations;
  readonly entry: EntryState;
  readonly entryPipeline: Pipeline;
  readonly outcome: FluidOutcome;
  readonly latency: LatencyRecord | undefined;
};

/** The pass of `createUsersPass` as commands of kernels/fluid/response.ts. */
export function createResponseProgram(parts: UsersParts, arena: Arena, kernels: Kernels): () => void {
  const { plan, stations } = parts;
  const program = createProgram(arena, kernels.response);
  const tails = tailDirectory(kernels.tails, stations.environments, arena);
  const nodes = createNodeRows(plan, stations, arena);
  addCalmOf(program, plan, nodes, stations, arena);
  const calls = createCallRows(arena, plan.nodes, nodes, stations);
  const pass: NodePass = {
    plan,
    program,
    nodes,
    calls,
    arena,
    stations,
    holdNow: arena.float64(stations.holdMs.length),
  };
  for (const node of plan.nodes.map((_, index) => index).toReversed()) {
    if (nodes.like[node] === node) addNode(pass, node, tails);
    if (plan.nodes[node]!.steps.length > 0) addHold(pass, node);
  }
  const { holdMs } = stations;
  const matrices = [holdMs, pass.holdNow].map((matrix) => arena.addressOf(matrix));
  program.add(OPS.moveHold, [...matrices, holdMs.byteLength], [HOLD_STEP]);
  addUsers(program, parts, calls, arena, tails);
  return program.done();
}

/** In the order of kernels/fluid/calm.ts. */
function addCalmOf(
  program: Program,
  { services }: FluidPlan,
  { calm, stops }: NodeRows,
  stations: Stations,
  arena: Arena,
): void {
  const { speed, busy, capacityFactor, cpuMs, cpuVariance, cpuThird, environments } = stations;
  const { sojournMs, sojournVariance, sojournThird } = stations;
  const sojourn = [sojournMs, sojournVariance, sojournThird];
  const from = arena.directory([speed, busy, capacityFactor, cpuMs, cpuVariance, cpuThird, ...sojourn]);
  const to = arena.directory([calm.share, calm.meanMs, calm.variance, calm.third, stops.share, stops.restMs]);
  const rowBytes = environments * Float64Array.BYTES_PER_ELEMENT;
  for (const [service, plan] of services.entries()) {
    const ints = [from, to, service * rowBytes, rowBytes];
    if (plan.station.limitCores < 1) program.add(OPS.splitCalm, ints, quotaNumbers(plan));
    else program.add(OPS.allCalm, ints);
  }
}

type NodePass = {
  readonly plan: FluidPlan;
  readonly program: Program;
  readonly nodes: NodeRows;
  readonly calls: CallRows;
  readonly arena: Arena;
  readonly stations: Stations;
  readonly holdNow: Float64Array;
};

function addNode({ plan, program, nodes, calls, arena, stations }: NodePass, node: number, tails: number): void {
  const { service, errorRate, steps } = plan.nodes[node]!;
  const rows = calls.rowsOf(node);
  program.add(OPS.startNode, [arena.directory(nodes.services[service]!), rows, calls.rowBytes], [1 - errorRate]);
  for (const step of steps) addCalls(program, step, node, calls, nodes.like);
  if (steps.length > 0 && plan.services[service]!.station.limitCores < 1) {
    const { sojournMs, environments } = stations;
    const columns = [sojournMs, nodes.stops.share, nodes.stops.restMs];
    const addresses = columns.map((column) => arena.addressOf(column, service * environments));
    program.add(OPS.read, [rows, ...addresses, calls.rowBytes]);
  }
  addCuts(program, node, calls, tails);
}

/** A slot of its service is held while an endpoint calls. */
function addHold({ plan, program, calls, arena, stations, holdNow }: NodePass, node: number): void {
  const { service, share } = plan.nodes[node]!;
  const first = service * stations.environments;
  const addresses = [arena.addressOf(stations.sojournMs, first), arena.addressOf(holdNow, first)];
  program.add(OPS.hold, [calls.rowsOf(node), ...addresses, calls.rowBytes], [share]);
}

/** What users meet at the entry, and what is kept of it. */
function addUsers(program: Program, parts: UsersParts, calls: CallRows, arena: Arena, tails: number): void {
  const { plan, stations, entryPipeline, outcome } = parts;
  const { arrived, flooded, violatingShare, ok, meanMs, variance } = parts.entry;
  const { rowBytes } = calls;
  const entry = arena.directory([arrived, flooded, violatingShare, ok, meanMs, variance]);
  const sums = arena.directory([outcome.requests, outcome.violating, outcome.failed, outcome.blamed]);
  const visits = arena.float64(plan.services.length);
  for (const [service, own] of plan.services.entries()) visits[service] = own.visits;
  program.add(OPS.startEntry, [entry, rowBytes]);
  for (const { node, share } of plan.entries)
    program.add(OPS.addEntry, [entry, rowBytes, calls.rowsOf(node), tails], [share, plan.objectiveMs]);
  program.add(OPS.finishEntry, [entry, rowBytes]);
  const weights = arena.addressOf(stations.blameWeight);
  program.add(OPS.addOutcome, [entry, sums, weights, rowBytes, plan.services.length, arena.addressOf(visits)]);
  program.add(OPS.countEntry, [entry, rowBytes, arena.addressOf(entryPipeline.counters)]);
}
