import { WORK_DRAW, callDraw, sampleOf, uniformOf } from "./draws.ts";
import { joinLine } from "./lines.ts";
import { addJob, nextLookMs, work } from "./processor.ts";
import { ANSWERED, NOBODY, NONE, QUEUED, WORKING, freeRequest } from "./request-pool.ts";
import { schedule } from "./source-queue.ts";
import { startTimer } from "./timers.ts";
import { POD_DRAINED, type World } from "./world.ts";

const DEGRADED_FACTOR = 2;

/** A request reaches a replica: it is let in, waits, or is refused. */
export function enter(world: World, pod: number, request: number): void {
  const { requests, pods, services } = world;
  const service = pods.service[pod]!;
  const { concurrency, queueLimit } = world.plan.services[service]!;
  services.arrived[service]!++;
  requests.pod[request] = pod;
  requests.arrivedMs[request] = world.nowMs;
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

function begin(world: World, pod: number, request: number): void {
  const { requests, pods, processors, nowMs } = world;
  pods.inFlight[pod]!++;
  let demandMs = demandOf(world, request);
  if (nowMs < pods.degradedUntilMs[pod]!) demandMs *= DEGRADED_FACTOR;
  requests.demandMs[request] = demandMs;
  requests.state[request] = WORKING;
  work(processors, pod, nowMs);
  addJob(processors, pod, request, demandMs);
  look(world, pod);
}

/**
 * CPU of a request, ms. What its calls cost is part of it: who makes more of them than the mean costs more, and the
 * mean over all is what the plan says. A demand that was given with the request is taken as its work.
 */
function demandOf(world: World, request: number): number {
  const { requests, plan, callCpuMs } = world;
  const key = requests.key[request]!;
  const { workMs, callsCpuMs, steps } = plan.nodes[requests.node[request]!]!;
  const given = requests.demandMs[request]!;
  const ownMs = given >= 0 ? given : sampleOf(workMs, key, WORK_DRAW);
  if (callsCpuMs === 0 || workMs.mean === 0) return ownMs;
  let made = 0;
  for (const step of steps) {
    for (const number of step) {
      const { place, probability, times } = plan.calls[number]!;
      if (probability >= 1 || uniformOf(key, callDraw(place)) < probability) made += times;
    }
  }
  return ownMs * Math.max(0, 1 - callsCpuMs / workMs.mean) + made * callCpuMs;
}

/** Plans the next event of a replica. */
export function look(world: World, pod: number): void {
  schedule(world.queue, world.firstPod + pod, nextLookMs(world.processors, pod));
}

/** A request that had been let in is answered; the next is let in. */
export function finish(world: World, request: number, code: number): void {
  const { requests, pods, services } = world;
  const pod = requests.pod[request]!;
  const service = pods.service[pod]!;
  if (code === 200) services.served[service]!++;
  else services.failed[service]!++;
  answer(world, request, code);
  pods.inFlight[pod]!--;
  if (pods.queued[pod]! > 0) {
    const next = pods.firstQueued[pod]!;
    pods.firstQueued[pod] = requests.next[next]!;
    pods.queued[pod]!--;
    begin(world, pod, next);
  } else if (pods.isDraining[pod] === 1 && pods.inFlight[pod] === 0) {
    const atMs = Math.max(world.nowMs, pods.drainedFromMs[pod]!);
    startTimer(world.queue, world.timers, atMs, POD_DRAINED, pod, pods.generation[pod]!);
  }
}

/** Sends the answer back; code 0 = the connection broke. A replica that drains tells its callers to reconnect. */
export function answer(world: World, request: number, code: number): void {
  const { requests, pods, connections, queue, answers, plan } = world;
  const pod = requests.pod[request]!;
  requests.pod[request] = NONE;
  if (requests.call[request] === NOBODY) return freeRequest(requests, request);
  if (pod !== NONE && pods.isDraining[pod] === 1) connections.pod[requests.connection[request]!] = NONE;
  requests.code[request] = code;
  requests.state[request] = ANSWERED;
  const line = answers[plan.nodes[requests.node[request]!]!.service]!;
  joinLine(queue, line, world.nowMs, request, requests.stamp[request]!);
}
