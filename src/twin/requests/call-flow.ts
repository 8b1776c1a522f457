import { type Call, freeCall, newCall } from "./call-pool.ts";
import { CALLER_POOL, type PoolSize } from "./connections.ts";
import { ERROR_DRAW, LATENCY_DRAW, callDraw, calleeDraw, mixKey, sampleOf, uniformOf } from "./draws.ts";
import { endEntry, entryTimedOut } from "./entry-counts.ts";
import { joinLine } from "./lines.ts";
import {
  ANSWERED,
  CALLER,
  FREE,
  NOBODY,
  type Request,
  WAITING_CONNECTION,
  freeRequest,
  newRequest,
} from "./request-pool.ts";
import { isThrottled, resumesMs, work } from "./processor.ts";
import { earnRetry, retryWaitMs, spendRetry } from "./retries.ts";
import { BROKEN, abandon, nextWaiting, release, sendFrom } from "./send.ts";
import { answer, finish } from "./service-flow.ts";
import { startTimer } from "./timers.ts";
import { ANSWER_READ, CALL_AGAIN, LATENCY_OVER, type World } from "./world.ts";

const TIMED_OUT = -1;
const INCIDENT_ERROR_SHARE = 0.05;

/** A request has had its CPU: it fails, or waits, then calls. */
export function worked(world: World, request: Request): void {
  const { services, queue, pods } = world;
  const { node } = request;
  const nowMs = queue.now[0]!;
  services.worked[node.service]!++;
  const waitedMs = nowMs - request.arrivedMs - request.demandMs;
  if (waitedMs > 0) services.waitMs[node.service]! += waitedMs;
  const isFine = node.errorRate === 0 && nowMs >= pods.errorsUntilMs[request.pod]!;
  if (isFine && node.addedMs.mean === 0) return startStep(world, request, 0);
  request.code = isFine || !isFailing(world, request) ? 200 : 500;
  delay(world, request);
}

function isFailing({ pods, queue }: World, { node, pod, key }: Request): boolean {
  const incident = queue.now[0]! < pods.errorsUntilMs[pod]! ? INCIDENT_ERROR_SHARE : 0;
  const share = 1 - (1 - node.errorRate) * (1 - incident);
  return share > 0 && uniformOf(key, ERROR_DRAW) < share;
}

/** A request waits without CPU, for as long as its endpoint says. */
function delay(world: World, request: Request): void {
  const { queue, timers } = world;
  const { addedMs, number } = request.node;
  const line = world.delays[number];
  if (line !== undefined) return joinLine(queue, line, request);
  if (addedMs.mean === 0) return delayOver(world, request);
  const atMs = queue.now[0]! + sampleOf(addedMs, request.key, LATENCY_DRAW);
  startTimer(queue, timers, atMs, LATENCY_OVER, request.place, request.stamp);
}

export function delayOver(world: World, request: Request): void {
  if (request.code === 200) startStep(world, request, 0);
  else finish(world, request, request.code);
}

/** Starts the first step from this one on in which a call is made; without one the request is done. */
function startStep(world: World, request: Request, first: number): void {
  const { steps } = request.node;
  for (let step = first; step < steps.length; step++) {
    const made = startCalls(world, request, steps[step]!);
    if (made === 0) continue;
    request.code = 200;
    request.step = step;
    request.pending = made;
    return;
  }
  finish(world, request, 200);
}

/** Makes those of some calls that this request makes; returns how many. */
function startCalls(world: World, request: Request, numbers: readonly number[]): number {
  let made = 0;
  for (let i = 0; i < numbers.length; i++) {
    const plan = world.plan.calls[numbers[i]!]!;
    if (plan.probability < 1 && uniformOf(request.key, callDraw(plan.place)) >= plan.probability) continue;
    made++;
    tryCall(world, newCall(world.calls, request, plan, mixKey(request.key, calleeDraw(plan.place))));
  }
  return made;
}

/** One try of a call. Its end always comes as an event, never from here. */
export function tryCall(world: World, call: Call): void {
  const { plan } = call;
  const { pod } = call.parent!;
  const key = mixKey(call.key, call.time * (plan.retries + 1) + call.attempt);
  const child = newRequest(world.requests, world.plan.nodes[plan.node]!, CALLER, call, key);
  call.child = child;
  call.stamp++;
  joinLine(world.queue, world.timeouts[plan.number]!, call);
  // Whoever calls has work under way, so its replica is there.
  if (pod < 0) throw new Error("a call without a caller");
  if (plan.retryBudget !== undefined && call.attempt === 0) earnRetry(world, plan.number, pod);
  const pool = world.connections.pools[(1 + pod) * world.poolsPerOwner + plan.upstream]!;
  sendFrom(world, child, pool, CALLER_POOL);
}

/** An answer is back at whoever waits for it. */
export function answered(world: World, request: Request): void {
  const { waiter, call, code } = request;
  if (waiter !== NOBODY) release(world, request.connection!, code === BROKEN);
  if (waiter !== NOBODY && waiter !== CALLER) endEntry(world, request, code);
  freeRequest(world.requests, request);
  if (waiter === CALLER) read(world, call!, code);
}

/** A replica that has used up its CPU reads an answer when it gets some again: until then its process stands still. */
function read(world: World, call: Call, code: number): void {
  const { processors } = world;
  const { pod } = call.parent!;
  work(processors, pod);
  if (isThrottled(processors, pod)) readLater(world, call, code, resumesMs(processors, pod));
  else settle(world, call, code);
}

function readLater({ queue, timers }: World, call: Call, code: number, atMs: number): void {
  call.child = undefined;
  call.code = code;
  startTimer(queue, timers, atMs, ANSWER_READ, call.place, ++call.stamp);
}

export function answerRead(world: World, call: Call): void {
  settle(world, call, call.code);
}

/** A try of a call is over with this status: the next try, the next time, or the end of the call. */
function settle(world: World, call: Call, status: number): void {
  if (status !== 200) return fail(world, call, status);
  if (++call.time >= call.plan.times) return endCall(world, call, 200);
  call.attempt = 0;
  tryCall(world, call);
}

function fail(world: World, call: Call, status: number): void {
  const { plan, parent } = call;
  if (++call.attempt <= plan.retries && spendRetry(world, plan.number, parent!.pod)) return tryAgain(world, call);
  endCall(world, call, status === TIMED_OUT ? 504 : 502);
}

/** At once, or after a wait in which the call has no request of its own. */
function tryAgain(world: World, call: Call): void {
  const { queue, timers } = world;
  const waitMs = retryWaitMs(call);
  if (waitMs === 0) return tryCall(world, call);
  call.child = undefined;
  startTimer(queue, timers, queue.now[0]! + waitMs, CALL_AGAIN, call.place, ++call.stamp);
}

function endCall(world: World, call: Call, code: number): void {
  const parent = call.parent!;
  freeCall(world.calls, call);
  if (code !== 200 && parent.code === 200) parent.code = code;
  if (--parent.pending > 0) return;
  if (parent.code === 200) startStep(world, parent, parent.step + 1);
  else finish(world, parent, parent.code);
}

/** A call has waited long enough. What it asked for goes on, for nobody. */
export function callTimedOut(world: World, call: Call): void {
  abandon(world, call.child!);
  fail(world, call, TIMED_OUT);
}

export function userTimedOut(world: World, request: Request): void {
  entryTimedOut(world, request);
  abandon(world, request);
}

/** Everything in a replica whose process has ended is lost, and its own calls are for nobody. */
export function breakRequests(world: World, pod: number): void {
  const { requests, connections, services, pods } = world;
  for (const orphan of orphansOf(world, pod)) abandon(world, orphan);
  for (const request of requests.all) {
    if (request.state === FREE || !isIn(pod, request)) continue;
    services.failed[pods.service[pod]!]!++;
    request.stamp++;
    answer(world, request, BROKEN);
  }
  const firstPool = (1 + pod) * world.poolsPerOwner;
  for (let pool = 0; pool < world.poolsPerOwner; pool++) nextWaiting(requests, connections.pools[firstPool + pool]!);
}

/** What the calls of a replica's requests waited for; those calls are over. */
function orphansOf({ calls }: World, pod: number): readonly Request[] {
  const orphans: Request[] = [];
  for (const call of calls.all) {
    if (call.parent === undefined || !isIn(pod, call.parent)) continue;
    const { child } = call;
    // Those who wait for a connection first: none of them may get one now.
    if (child?.state === WAITING_CONNECTION) child.waiter = NOBODY;
    else if (child !== undefined) orphans.push(child);
    freeCall(calls, call);
  }
  return orphans;
}

function isIn(pod: number, request: Request): boolean {
  return request.pod === pod && request.state !== ANSWERED;
}

/** A user sends a request. */
export function sendEntry(world: World, request: Request, entry: number, size: PoolSize): void {
  joinLine(world.queue, world.entryTimeouts, request);
  sendFrom(world, request, world.connections.pools[entry]!, size);
}
