import type { Arena } from "./arena.ts";
import type { Kernels } from "./back-end.ts";
import { type CallRows, addCalls, addCuts, createCallRows } from "./call-program.ts";
import { type Calm, createCalm, quotaNumbers } from "./calm.ts";
import type { EntryState } from "./entry.ts";
import type { FluidOutcome } from "./fluid-twin.ts";
import type { LatencyRecord } from "./latency-record.ts";
import type { Pipeline } from "./pipeline.ts";
import type { FluidPlan } from "./plan.ts";
import { type Program, createProgram } from "./program.ts";
import { RESPONSE_OPS as OPS } from "./response-ops.ts";
import { HOLD_STEP } from "./response.ts";
import { type Responses, createResponses } from "./responses.ts";
import type { Stations } from "./stations.ts";
import { createStops } from "./stops.ts";

/** What users meet in a tick, and who keeps it. */
export type UsersParts = {
  readonly plan: FluidPlan;
  readonly stations: Stations;
  readonly entry: EntryState;
  readonly entryPipeline: Pipeline;
  readonly outcome: FluidOutcome;
  readonly latency: LatencyRecord | undefined;
};

/** Directories of columns, and the length of a row in bytes. */
type Places = {
  readonly stations: number;
  readonly calm: number;
  readonly responses: number;
  readonly rowBytes: number;
};

/** The pass of `createUsersPass` as commands of kernels/fluid/response.ts. */
export function createResponseProgram(parts: UsersParts, arena: Arena, kernels: Kernels): () => void {
  const { plan, stations } = parts;
  const { environments } = stations;
  const program = createProgram(arena, kernels.response);
  const responses = createResponses(plan.nodes.length * environments, arena);
  const calm = createCalm(plan.services.length * environments, arena);
  const stops = createStops(plan.services.length * environments, arena);
  const columns = responseColumns(responses);
  const places: Places = {
    stations: arena.directory(stationColumns(stations, arena)),
    calm: arena.directory([...calmColumns(calm), stops.share, stops.restMs]),
    responses: arena.directory(columns),
    rowBytes: environments * Float64Array.BYTES_PER_ELEMENT,
  };
  addCalmOf(program, plan, places);
  const rows = createCallRows(arena, plan.nodes, columns, stations);
  const order = plan.nodes.map((_, node) => node).toReversed();
  for (const node of order) {
    addNode(program, plan, node, places, rows);
    addCuts(program, node, rows, kernels.tails);
  }
  program.add(OPS.moveHold, [places.stations, plan.services.length * places.rowBytes], [HOLD_STEP]);
  addUsers(program, parts, arena, places, kernels.tails);
  return program.done();
}

/** In the order of kernels/fluid/calm.ts and node.ts. */
function stationColumns(stations: Stations, arena: Arena): Float64Array[] {
  const { speed, busy, capacityFactor, cpuMs, cpuVariance, cpuThird, dropShare, holdMs } = stations;
  const { sojournMs, sojournVariance, sojournThird } = stations;
  const sojourn = [sojournMs, sojournVariance, sojournThird];
  const holdNow = arena.float64(holdMs.length);
  return [speed, busy, capacityFactor, cpuMs, cpuVariance, cpuThird, ...sojourn, dropShare, holdMs, holdNow];
}

function calmColumns({ share, meanMs, variance, third }: Calm): Float64Array[] {
  return [share, meanMs, variance, third];
}

function responseColumns({ meanMs, variance, third, ok, calm }: Responses): Float64Array[] {
  return [meanMs, variance, third, ok, ...calmColumns(calm)];
}

function addCalmOf(program: Program, { services }: FluidPlan, { stations, calm, rowBytes }: Places): void {
  for (const [service, plan] of services.entries()) {
    const ints = [stations, calm, service * rowBytes, rowBytes];
    if (plan.station.limitCores < 1) program.add(OPS.splitCalm, ints, quotaNumbers(plan));
    else program.add(OPS.allCalm, ints);
  }
}

function addNode(program: Program, plan: FluidPlan, node: number, places: Places, rows: CallRows): void {
  const { service, errorRate, share, steps } = plan.nodes[node]!;
  const { stations, calm, responses, rowBytes } = places;
  const to = node * rowBytes;
  const ints = [stations, calm, responses, to, service * rowBytes, rowBytes];
  program.add(OPS.startNode, ints, [1 - errorRate]);
  for (const calls of steps) addCalls(program, calls, node, rows);
  if (steps.length === 0) return;
  if (plan.services[service]!.station.limitCores < 1) program.add(OPS.read, ints);
  program.add(OPS.hold, ints, [share]);
}

/** What users meet at the entry, and what is kept of it. */
function addUsers(program: Program, parts: UsersParts, arena: Arena, places: Places, tails: number): void {
  const { plan, stations, entryPipeline, outcome } = parts;
  const { arrived, flooded, violatingShare, ok, meanMs, variance } = parts.entry;
  const { rowBytes, responses } = places;
  const entry = arena.directory([arrived, flooded, violatingShare, ok, meanMs, variance]);
  const sums = arena.directory([outcome.requests, outcome.violating, outcome.failed, outcome.blamed]);
  const visits = arena.float64(plan.services.length);
  for (const [service, own] of plan.services.entries()) visits[service] = own.visits;
  program.add(OPS.startEntry, [entry, rowBytes]);
  for (const { node, share } of plan.entries)
    program.add(OPS.addEntry, [entry, rowBytes, responses, node * rowBytes, tails], [share, plan.objectiveMs]);
  program.add(OPS.finishEntry, [entry, rowBytes]);
  const weights = arena.addressOf(stations.blameWeight);
  program.add(OPS.addOutcome, [entry, sums, weights, rowBytes, plan.services.length, arena.addressOf(visits)]);
  program.add(OPS.countEntry, [entry, rowBytes, arena.addressOf(entryPipeline.counters)]);
}
