import { freeCall, newCall } from "./call-pool.ts";
import { CALLER_POOL, type PoolSize, connect, dropConnection, idleConnection, takeConnection } from "./connections.ts";
import { ERROR_DRAW, LATENCY_DRAW, callDraw, calleeDraw, mixKey, sampleOf, uniformOf } from "./draws.ts";
import { endEntry, entryTimedOut } from "./entry-counts.ts";
import { joinLine } from "./lines.ts";
import {
  ANSWERED,
  CALLING,
  DELAYED,
  ENTRY,
  FLOOD,
  NOBODY,
  NONE,
  WAITING_CONNECTION,
  freeRequest,
  newRequest,
} from "./request-pool.ts";
import { isThrottled, resumesMs, work } from "./processor.ts";
import { earnRetry, retryWaitMs, spendRetry } from "./retries.ts";
import { answer, enter, finish } from "./service-flow.ts";
import { startTimer } from "./timers.ts";
import { ANSWER_READ, CALL_AGAIN, LATENCY_OVER, type World } from "./world.ts";

const BROKEN = 0;
const TIMED_OUT = -1;
const INCIDENT_ERROR_SHARE = 0.05;

/** A request has had its CPU: it fails, or waits, then calls. */
export function worked(world: World, request: number): void {
  const { requests, services, plan, delays, queue } = world;
  const nowMs = queue.now[0]!;
  const node = requests.node[request]!;
  const { service, addedMs } = plan.nodes[node]!;
  services.worked[service]!++;
  services.waitMs[service]! += Math.max(0, nowMs - requests.arrivedMs[request]! - requests.demandMs[request]!);
  requests.code[request] = isFailing(world, request) ? 500 : 200;
  requests.state[request] = DELAYED;
  const line = delays[node];
  const stamp = requests.stamp[request]!;
  if (line !== undefined) return joinLine(queue, line, request, stamp);
  if (addedMs.mean === 0) return delayOver(world, request);
  const atMs = nowMs + sampleOf(addedMs, requests.key[request]!, LATENCY_DRAW);
  startTimer(queue, world.timers, atMs, LATENCY_OVER, request, stamp);
}

function isFailing({ requests, plan, pods, queue }: World, request: number): boolean {
  const { errorRate } = plan.nodes[requests.node[request]!]!;
  const incident = queue.now[0]! < pods.errorsUntilMs[requests.pod[request]!]! ? INCIDENT_ERROR_SHARE : 0;
  const share = 1 - (1 - errorRate) * (1 - incident);
  return share > 0 && uniformOf(requests.key[request]!, ERROR_DRAW) < share;
}

export function delayOver(world: World, request: number): void {
  const { requests } = world;
  if (requests.code[request] !== 200) return finish(world, request, requests.code[request]!);
  requests.step[request] = 0;
  startStep(world, request);
}

/** Starts the next step in which a call is made; without one the request is done. */
function startStep(world: World, request: number): void {
  const { requests, calls, plan } = world;
  const { steps } = plan.nodes[requests.node[request]!]!;
  const key = requests.key[request]!;
  for (let step = requests.step[request]!; step < steps.length; step++) {
    let made = 0;
    const numbers = steps[step]!;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      const { place, probability } = plan.calls[number]!;
      if (probability < 1 && uniformOf(key, callDraw(place)) >= probability) continue;
      made++;
      tryCall(world, newCall(calls, request, number, mixKey(key, calleeDraw(place))));
    }
    if (made === 0) continue;
    requests.state[request] = CALLING;
    requests.step[request] = step;
    requests.pending[request] = made;
    return;
  }
  finish(world, request, 200);
}

/** One try of a call. Its end always comes as an event, never from here. */
export function tryCall(world: World, call: number): void {
  const { requests, calls, plan, pods, queue } = world;
  const number = calls.plan[call]!;
  const { node, upstream, retries, retryBudget } = plan.calls[number]!;
  const tries = calls.time[call]! * (retries + 1) + calls.attempt[call]!;
  const child = newRequest(requests, node, call, mixKey(calls.key[call]!, tries));
  requests.demandMs[child] = Number.NaN;
  calls.child[call] = child;
  joinLine(queue, world.timeouts[number]!, call, ++calls.stamp[call]!);
  const pod = requests.pod[calls.parent[call]!]!;
  // Whoever calls has work under way, so its pod is there.
  if (pod === NONE || pods.phase[pod] === 0) throw new Error("a call without a caller");
  if (retryBudget !== undefined && calls.attempt[call] === 0) earnRetry(world, number, pod);
  sendFrom(world, child, (1 + pod) * world.poolsPerOwner + upstream, CALLER_POOL);
}

/** Sends a request over a connection of the pool, as soon as one may be used. */
function sendFrom(world: World, request: number, pool: number, size: PoolSize): void {
  const { requests, connections } = world;
  const connection = takeConnection(connections, pool, size);
  if (connection !== NONE) return sendOn(world, request, connection);
  requests.state[request] = WAITING_CONNECTION;
  requests.next[request] = NONE;
  if (connections.firstWaiting[pool] === NONE) connections.firstWaiting[pool] = request;
  else requests.next[connections.lastWaiting[pool]!] = request;
  connections.lastWaiting[pool] = request;
}

/** A connection whose replica is gone, or told to leave, is opened again, to any ready replica. */
function sendOn(world: World, request: number, connection: number): void {
  const { requests, connections, pods, services, plan } = world;
  requests.connection[request] = connection;
  let pod = connections.pod[connection]!;
  if (pod === NONE || connections.generation[connection] !== pods.generation[pod]) {
    const ready = services.ready[plan.nodes[requests.node[request]!]!.service]!;
    if (ready.length === 0) return answer(world, request, BROKEN);
    pod = ready[connections.rng.integer(ready.length)]!;
    connections.pod[connection] = pod;
    connections.generation[connection] = pods.generation[pod]!;
  }
  enter(world, pod, request);
}

/** An answer is back at whoever waits for it. */
export function answered(world: World, request: number): void {
  const { requests } = world;
  const call = requests.call[request]!;
  const code = requests.code[request]!;
  if (call !== NOBODY) release(world, requests.connection[request]!, code === BROKEN);
  if (call === ENTRY || call === FLOOD) endEntry(world, request, code);
  freeRequest(requests, request);
  if (call >= 0) read(world, call, code);
}

/** A replica that has used up its CPU reads an answer when it gets some again: until then its process stands still. */
function read(world: World, call: number, code: number): void {
  const { calls, requests, processors, queue, timers } = world;
  const pod = requests.pod[calls.parent[call]!]!;
  work(processors, pod);
  if (!isThrottled(processors, pod)) return settle(world, call, code);
  calls.child[call] = NONE;
  calls.code[call] = code;
  startTimer(queue, timers, resumesMs(processors, pod), ANSWER_READ, call, ++calls.stamp[call]!);
}

export function answerRead(world: World, call: number): void {
  settle(world, call, world.calls.code[call]!);
}

/** A connection is free again: the next who waits gets it, or a new one in its place. */
function release(world: World, connection: number, isBroken: boolean): void {
  const { connections } = world;
  const pool = connections.pool[connection]!;
  const isOver = isBroken || connections.closesAtMs[connection]! <= connections.now[0]!;
  if (isOver) dropConnection(connections, connection);
  const waiting = nextWaiting(world, pool);
  if (waiting === NONE) {
    if (!isOver) idleConnection(connections, connection);
    return;
  }
  const used = isOver ? connect(connections, pool, CALLER_POOL) : connection;
  sendOn(world, waiting, used);
}

/** Those whose call timed out meanwhile are forgotten. */
function nextWaiting({ requests, connections }: World, pool: number): number {
  for (;;) {
    const waiting = connections.firstWaiting[pool]!;
    if (waiting === NONE) return NONE;
    connections.firstWaiting[pool] = requests.next[waiting]!;
    if (requests.call[waiting] !== NOBODY) return waiting;
    freeRequest(requests, waiting);
  }
}

/** A try of a call is over with this status: the next try, the next time, or the end of the call. */
function settle(world: World, call: number, status: number): void {
  const { calls, plan } = world;
  const { times, retries } = plan.calls[calls.plan[call]!]!;
  if (status >= 200 && status < 400) {
    if (++calls.time[call]! >= times) return endCall(world, call, 200);
    calls.attempt[call] = 0;
    return tryCall(world, call);
  }
  if (++calls.attempt[call]! <= retries && mayTryAgain(world, call)) return tryAgain(world, call);
  endCall(world, call, status === TIMED_OUT ? 504 : 502);
}

function mayTryAgain(world: World, call: number): boolean {
  const { calls, requests } = world;
  return spendRetry(world, calls.plan[call]!, requests.pod[calls.parent[call]!]!);
}

/** At once, or after a wait in which the call has no request of its own. */
function tryAgain(world: World, call: number): void {
  const { calls, queue, timers } = world;
  const waitMs = retryWaitMs(world, call);
  if (waitMs === 0) return tryCall(world, call);
  calls.child[call] = NONE;
  startTimer(queue, timers, queue.now[0]! + waitMs, CALL_AGAIN, call, ++calls.stamp[call]!);
}

function endCall(world: World, call: number, code: number): void {
  const { requests, calls } = world;
  const parent = calls.parent[call]!;
  freeCall(calls, call);
  if (code !== 200 && requests.code[parent] === 200) requests.code[parent] = code;
  if (--requests.pending[parent]! > 0) return;
  if (requests.code[parent] !== 200) return finish(world, parent, requests.code[parent]!);
  requests.step[parent]!++;
  startStep(world, parent);
}

/** A call has waited long enough. What it asked for goes on, for nobody. */
export function callTimedOut(world: World, call: number): void {
  abandon(world, world.calls.child[call]!);
  settle(world, call, TIMED_OUT);
}

export function userTimedOut(world: World, request: number): void {
  entryTimedOut(world, request);
  abandon(world, request);
}

/** Nobody waits for the request any more; its connection is closed. */
function abandon(world: World, request: number): void {
  const { requests } = world;
  requests.call[request] = NOBODY;
  if (requests.state[request] === WAITING_CONNECTION) return;
  release(world, requests.connection[request]!, true);
  requests.connection[request] = NONE;
}

/** Everything in a replica whose process has ended is lost, and its own calls are for nobody. */
export function breakRequests(world: World, pod: number): void {
  const { requests, calls, services, pods } = world;
  const service = pods.service[pod]!;
  const isHere = (request: number): boolean => requests.pod[request] === pod && requests.state[request] !== ANSWERED;
  const orphans: number[] = [];
  for (let call = 0; call < calls.parent.length; call++) {
    if (calls.parent[call] === NONE || !isHere(calls.parent[call]!)) continue;
    const child = calls.child[call]!;
    // Those who wait for a connection first: none of them may get one now.
    if (child !== NONE && requests.state[child] === WAITING_CONNECTION) requests.call[child] = NOBODY;
    else if (child !== NONE) orphans.push(child);
    freeCall(calls, call);
  }
  for (const orphan of orphans) abandon(world, orphan);
  for (let request = 0; request < requests.state.length; request++) {
    if (requests.state[request] === 0 || !isHere(request)) continue;
    services.failed[service]!++;
    requests.stamp[request]!++;
    answer(world, request, BROKEN);
  }
  const firstPool = (1 + pod) * world.poolsPerOwner;
  for (let pool = firstPool; pool < firstPool + world.poolsPerOwner; pool++) nextWaiting(world, pool);
}

/** A user sends a request. */
export function sendEntry(world: World, request: number, entry: number, size: PoolSize): void {
  joinLine(world.queue, world.entryTimeouts, request, world.requests.stamp[request]!);
  sendFrom(world, request, entry, size);
}
