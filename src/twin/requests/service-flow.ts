import type { ColdStart } from "../../system/topology/topology.ts";
import { coldFactor } from "../fluid/cold.ts";
import type { MemoryPlan } from "../fluid/memory-plan.ts";
import { WORK_DRAW, callDraw, sampleOf, uniformOf } from "./draws.ts";
import { addJob } from "./job-heap.ts";
import { joinLine } from "./lines.ts";
import type { Node } from "./node.ts";
import type { ServicePlan } from "./plan.ts";
import { shareNode } from "./node-sharing.ts";
import { isThrottled, lookAtBudget, planLook, resumesMs, work } from "./processor.ts";
import { ANSWERED, NOBODY, NONE, type Request, UNDER_WAY, freeRequest } from "./request-pool.ts";
import { schedule } from "./source-queue.ts";
import { startTimer } from "./timers.ts";
import { POD_DRAINED, POD_OUT_OF_MEMORY, type World } from "./world.ts";

const DEGRADED_FACTOR = 2;

/** A request reaches a replica: it is let in, waits, or is refused. */
export function enter(world: World, pod: number, request: Request): void {
  const { pods } = world;
  const { service } = request.node;
  world.services.arrived[service]!++;
  request.pod = pod;
  request.state = UNDER_WAY;
  request.arrivedMs = world.queue.now[0]!;
  if (world.hidesWaitsAtRest) see(world, pod, request);
  const { concurrency } = world.plan.services[service]!;
  if (pods.inFlight[pod]! < concurrency && pods.queued[pod] === 0) begin(world, pod, request);
  else enqueue(world, pod, request);
}

/** A process that stands still for its CPU limit knows of no request until it may go on. */
function see({ processors, services }: World, pod: number, request: Request): void {
  work(processors, pod);
  if (!isThrottled(processors, pod)) return;
  request.arrivedMs = Math.max(request.arrivedMs, resumesMs(processors, pod));
  services.unseenMs[request.node.service]! += request.arrivedMs - processors.now[0]!;
}

function enqueue(world: World, pod: number, request: Request): void {
  const { pods } = world;
  const { service } = request.node;
  if (pods.queued[pod]! >= world.plan.services[service]!.queueLimit) {
    world.services.refused[service]!++;
    return answer(world, request, 503);
  }
  request.next = undefined;
  if (pods.queued[pod]!++ === 0) pods.firstQueued[pod] = request;
  else pods.lastQueued[pod]!.next = request;
  pods.lastQueued[pod] = request;
}

function begin(world: World, pod: number, request: Request): void {
  const { pods, processors } = world;
  const { service } = request.node;
  const own = world.plan.services[service]!;
  pods.inFlight[pod]!++;
  drawDemand(world, request);
  request.demandMs *= world.services.workFactor[service]!;
  if (own.isStrained) strain(world, pod, request, own);
  if (processors.now[0]! < pods.degradedUntilMs[pod]!) request.demandMs *= DEGRADED_FACTOR;
  work(processors, pod);
  addJob(processors.all[pod]!, request);
  if (pod !== world.eventPod) look(world, pod);
}

/** What a request that begins meets in a replica that is busy, cold, or out of memory. */
function strain(world: World, pod: number, request: Request, { workGrowth, memory, cold }: ServicePlan): void {
  if (workGrowth !== undefined) request.demandMs *= workGrowth[world.pods.inFlight[pod]! - 1]!;
  if (cold !== undefined) request.demandMs *= coldness(world, pod, cold);
  if (memory !== undefined && memoryMiB(world, pod, memory) > memory.limitMiB) runOut(world, pod);
}

/** Factor on the work of the request that begins, which fills caches for those to come. */
function coldness({ pods, queue, timeScale }: World, pod: number, cold: ColdStart): number {
  const readyForMs = (queue.now[0]! - pods.readyAtMs[pod]!) * timeScale;
  const filled = "requests" in cold ? pods.begun[pod]!++ / cold.requests : readyForMs / cold.ms;
  return coldFactor(cold.factor, filled);
}

/** What a replica takes. */
export function memoryMiB({ pods }: World, pod: number, { baseMiB, perRequestMiB }: MemoryPlan): number {
  return baseMiB + pods.inFlight[pod]! * perRequestMiB + pods.retainedMiB[pod]!;
}

/** The process is killed in an event of its own, when what goes on now is done. */
function runOut({ queue, timers, pods }: World, pod: number): void {
  startTimer(queue, timers, queue.now[0]!, POD_OUT_OF_MEMORY, pod, pods.generation[pod]!);
}

/** Settles the CPU of a request, that of its calls with it. A demand that came with the request is taken as its work. */
function drawDemand(world: World, request: Request): void {
  const { node, demandMs } = request;
  const ownMs = demandMs >= 0 ? demandMs : sampleOf(node.workMs, request.key, WORK_DRAW);
  request.demandMs = ownMs * node.ownShare + node.certainCallsMs;
  if (node.chancyCalls.length > 0) request.demandMs += chancyCallsMade(world, request) * world.callCpuMs;
}

/** How many calls a request makes of those that not every request makes. */
function chancyCallsMade({ plan }: World, { key, node: { chancyCalls } }: Request): number {
  let made = 0;
  for (let i = 0; i < chancyCalls.length; i++) {
    const { place, probability, times } = plan.calls[chancyCalls[i]!]!;
    if (uniformOf(key, callDraw(place)) < probability) made += times;
  }
  return made;
}

/** Plans the next event of a replica. */
export function look(world: World, pod: number): void {
  const { processors } = world;
  if (world.node !== undefined) return lookAtShared(world, world.node, pod);
  planLook(processors, pod);
  schedule(world.queue, world.firstPod + pod, processors.all[pod]!.lookMs);
}

/** As {@link look}, where replicas share the cores of a machine. */
function lookAtShared(world: World, node: Node, pod: number): void {
  const { processors } = world;
  shareNode(world, node, pod);
  planLook(processors, pod);
  lookAtBudget(processors, pod);
  schedule(world.queue, world.firstPod + pod, processors.all[pod]!.lookMs);
}

/** A request that had been let in is answered; the next is let in. */
export function finish(world: World, request: Request, code: number): void {
  const { pods } = world;
  const { pod, node } = request;
  const { service } = node;
  if (code === 200) world.services.served[service]!++;
  else world.services.failed[service]!++;
  answer(world, request, code);
  const { memory } = world.plan.services[service]!;
  if (memory !== undefined) pods.retainedMiB[pod]! += memory.retainedMiB;
  pods.inFlight[pod]!--;
  if (pods.queued[pod]! > 0) beginNext(world, pod);
  else if (pods.isDraining[pod] === 1 && pods.inFlight[pod] === 0) drained(world, pod);
}

function beginNext(world: World, pod: number): void {
  const { pods } = world;
  const next = pods.firstQueued[pod]!;
  pods.firstQueued[pod] = next.next;
  pods.queued[pod]!--;
  begin(world, pod, next);
}

/** The last request of a replica that was told to leave has left. */
function drained({ queue, timers, pods }: World, pod: number): void {
  const atMs = Math.max(queue.now[0]!, pods.drainedFromMs[pod]!);
  startTimer(queue, timers, atMs, POD_DRAINED, pod, pods.generation[pod]!);
}

/** Sends the answer back; code 0 = the connection broke. A replica that drains tells its callers to reconnect. */
export function answer(world: World, request: Request, code: number): void {
  const { pod } = request;
  request.pod = NONE;
  if (request.waiter === NOBODY) return freeRequest(world.requests, request);
  if (pod >= 0 && world.pods.isDraining[pod] === 1) request.connection!.pod = NONE;
  request.code = code;
  request.state = ANSWERED;
  joinLine(world.queue, world.answers[request.node.number]!, request);
}
