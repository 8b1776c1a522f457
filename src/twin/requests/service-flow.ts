import type { ColdStart } from "../../system/topology/topology.ts";
import { coldFactor } from "../fluid/cold.ts";
import type { MemoryPlan } from "../fluid/memory-plan.ts";
import { WORK_DRAW, callDraw, sampleOf, uniformOf } from "./draws.ts";
import { addJob } from "./job-heap.ts";
import { joinLine } from "./lines.ts";
import type { ServicePlan } from "./plan.ts";
import { shareNode } from "./node-sharing.ts";
import { isThrottled, lookAtBudget, planLook, resumesMs, work } from "./processor.ts";
import { ANSWERED, NOBODY, NONE, QUEUED, WORKING, freeRequest } from "./request-pool.ts";
import { schedule } from "./source-queue.ts";
import { startTimer } from "./timers.ts";
import { POD_DRAINED, POD_OUT_OF_MEMORY, type World } from "./world.ts";

const DEGRADED_FACTOR = 2;

/** A request reaches a replica: it is let in, waits, or is refused. */
export function enter(world: World, pod: number, request: number): void {
  const { requests, pods, services } = world;
  const service = pods.service[pod]!;
  const { concurrency, queueLimit } = world.plan.services[service]!;
  services.arrived[service]!++;
  requests.pod[request] = pod;
  requests.arrivedMs[request] = seenAtMs(world, pod);
  services.unseenMs[service]! += requests.arrivedMs[request] - world.queue.now[0]!;
  if (pods.inFlight[pod]! < concurrency && pods.queued[pod] === 0) {
    begin(world, pod, request);
  } else if (pods.queued[pod]! < queueLimit) {
    requests.state[request] = QUEUED;
    requests.next[request] = NONE;
    if (pods.queued[pod]!++ === 0) pods.firstQueued[pod] = request;
    else requests.next[pods.lastQueued[pod]!] = request;
    pods.lastQueued[pod] = request;
  } else {
    services.refused[service]!++;
    answer(world, request, 503);
  }
}

/** When the process knows of a request: one that the kernel keeps from working sees nothing until it may go on. */
function seenAtMs({ processors }: World, pod: number): number {
  const nowMs = processors.now[0]!;
  if (processors.groups === undefined) return nowMs;
  work(processors, pod);
  return isThrottled(processors, pod) ? Math.max(nowMs, resumesMs(processors, pod)) : nowMs;
}

function begin(world: World, pod: number, request: number): void {
  const { requests, pods, processors, queue, services } = world;
  pods.inFlight[pod]!++;
  drawDemand(world, request);
  const service = pods.service[pod]!;
  const own = world.plan.services[service]!;
  requests.demandMs[request]! *= services.workFactor[service]!;
  if (own.isStrained) strain(world, pod, request, own);
  if (queue.now[0]! < pods.degradedUntilMs[pod]!) requests.demandMs[request]! *= DEGRADED_FACTOR;
  requests.state[request] = WORKING;
  if (processors.atMs[pod] !== queue.now[0]) work(processors, pod);
  addJob(processors, pod, request, requests.demandMs);
  if (pod !== world.eventPod) look(world, pod);
}

/** What a request that begins meets in a replica that is busy, cold, or out of memory. */
function strain(world: World, pod: number, request: number, { workGrowth, memory, cold }: ServicePlan): void {
  const { requests, pods } = world;
  if (workGrowth !== undefined) requests.demandMs[request]! *= workGrowth[pods.inFlight[pod]! - 1]!;
  if (cold !== undefined) requests.demandMs[request]! *= coldness(world, pod, cold);
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
function drawDemand(world: World, request: number): void {
  const { requests, plan, callCpuMs } = world;
  const key = requests.key[request]!;
  const { workMs, ownShare, certainCallsMs, chancyCalls } = plan.nodes[requests.node[request]!]!;
  const given = requests.demandMs[request]!;
  const ownMs = given >= 0 ? given : sampleOf(workMs, key, WORK_DRAW);
  let made = 0;
  for (let i = 0; i < chancyCalls.length; i++) {
    const { place, probability, times } = plan.calls[chancyCalls[i]!]!;
    if (uniformOf(key, callDraw(place)) < probability) made += times;
  }
  requests.demandMs[request] = ownMs * ownShare + certainCallsMs + made * callCpuMs;
}

/** Plans the next event of a replica. */
export function look(world: World, pod: number): void {
  const { processors, queue, firstPod, node } = world;
  if (node !== undefined) shareNode(world, node, pod);
  planLook(processors, pod);
  if (node !== undefined) lookAtBudget(processors, pod);
  schedule(queue, firstPod + pod, processors.lookMs[pod]!);
}

/** A request that had been let in is answered; the next is let in. */
export function finish(world: World, request: number, code: number): void {
  const { requests, pods, services } = world;
  const pod = requests.pod[request]!;
  const service = pods.service[pod]!;
  if (code === 200) services.served[service]!++;
  else services.failed[service]!++;
  answer(world, request, code);
  const { memory } = world.plan.services[service]!;
  if (memory !== undefined) pods.retainedMiB[pod]! += memory.retainedMiB;
  pods.inFlight[pod]!--;
  if (pods.queued[pod]! > 0) {
    const next = pods.firstQueued[pod]!;
    pods.firstQueued[pod] = requests.next[next]!;
    pods.queued[pod]!--;
    begin(world, pod, next);
  } else if (pods.isDraining[pod] === 1 && pods.inFlight[pod] === 0) {
    const atMs = Math.max(world.queue.now[0]!, pods.drainedFromMs[pod]!);
    startTimer(world.queue, world.timers, atMs, POD_DRAINED, pod, pods.generation[pod]!);
  }
}

/** Sends the answer back; code 0 = the connection broke. A replica that drains tells its callers to reconnect. */
export function answer(world: World, request: number, code: number): void {
  const { requests, pods, connections, queue, answers } = world;
  const pod = requests.pod[request]!;
  requests.pod[request] = NONE;
  if (requests.call[request] === NOBODY) return freeRequest(requests, request);
  if (pod !== NONE && pods.isDraining[pod] === 1) connections.pod[requests.connection[request]!] = NONE;
  requests.code[request] = code;
  requests.state[request] = ANSWERED;
  const line = answers[requests.node[request]!]!;
  joinLine(queue, line, request, requests.stamp[request]!);
}
