import type { ClusterEvent } from "../../control/loop/cluster.ts";
import { FORGOTTEN_AFTER_MS, backoffMs } from "../fluid/restart-backoff.ts";
import { breakRequests } from "./call-flow.ts";
import { clearPool, growPools } from "./connections.ts";
import { countTime } from "./count-time.ts";
import { sampleOf, uniformOf } from "./draws.ts";
import { budgetOf } from "./limits.ts";
import { BACKING_OFF, GONE, READY, STARTING, TERMINATING, growPods, podPlaces } from "./pods.ts";
import { shareNode } from "./node-sharing.ts";
import { podKey, processKey } from "./process-key.ts";
import { growProcessors, startProcessor, work } from "./processor.ts";
import { PERIOD_MS } from "../quota/quota-period.ts";
import { fillRetryTokens, grownRetryTokens } from "./retries.ts";
import { growSources, schedule } from "./source-queue.ts";
import { startTimer } from "./timers.ts";
import { victimsFirst } from "./victims.ts";
import {
  POD_DRAINED,
  POD_KILLED,
  POD_MINUTE,
  POD_OUT_OF_MEMORY,
  POD_READY,
  POD_RESTARTS,
  POD_SIGTERM,
  type World,
} from "./world.ts";

/** From leaving the balancer to SIGTERM, ms. As the local cluster has it. */
const PRE_STOP_MS = 200;
/** A replica that drains stays at least and at most so long, ms; the latter of the scenario. @source mocks/src/drain.ts */
const GRACE_MS = 300;
const DRAIN_MS = 10_000;
const MINUTE_MS = 60_000;

/** Draws of a process, by number; those of its incidents follow. */
const STARTUP_DRAW = 0;
const PHASE_DRAW = 2;
const FIRST_INCIDENT_DRAW = 3;

/** So many ready replicas are there at the start; no events. */
export function startReady(world: World, service: number, count: number): void {
  world.services.desired[service] = count;
  for (let i = 0; i < count; i++) {
    const pod = newPod(world, service);
    startProcess(world, pod);
    becomeReady(world, pod);
    // They have been there for long.
    world.pods.begun[pod] = Infinity;
    world.pods.readyAtMs[pod] = -Infinity;
  }
  world.events.length = 0;
}

/** Creates and removes replicas until as many are there as are asked for. */
export function scaleTo(world: World, service: number, desired: number): void {
  world.services.desired[service] = desired;
  reconcile(world, service);
}

/** Replaces the oldest ready replica: the new one comes first, the old one goes when all others are ready. */
export function restartOldest(world: World, service: number): void {
  const { pods, services } = world;
  const oldest = services.pods[service]!.find((pod) => pods.phase[pod] === READY && pods.isRetiring[pod] === 0);
  if (oldest === undefined) return;
  pods.isRetiring[oldest] = 1;
  reconcile(world, service);
}

/** The first `count` ready replicas crash. */
export function killReady(world: World, service: number, count: number): void {
  const { pods, services } = world;
  const ready = services.pods[service]!.filter((pod) => pods.phase[pod] === READY);
  for (const pod of ready.slice(0, count)) crash(world, pod);
}

/** Creates and removes replicas until as many stay as are desired. */
export function reconcile(world: World, service: number): void {
  const { pods, services } = world;
  const desired = services.desired[service]!;
  const active = services.pods[service]!.filter((pod) => pods.phase[pod] !== TERMINATING);
  const staying = active.filter((pod) => pods.isRetiring[pod] === 0);
  for (let missing = desired - staying.length; missing > 0; missing--) createPod(world, service);
  const isReplaced = staying.filter((pod) => pods.phase[pod] === READY).length >= desired;
  const surplus = victimsFirst(world, staying).slice(0, Math.max(0, staying.length - desired));
  const replaced = isReplaced ? active.filter((pod) => pods.isRetiring[pod] === 1) : [];
  for (const pod of [...surplus, ...replaced]) terminate(world, pod);
}

function createPod(world: World, service: number): void {
  const pod = newPod(world, service);
  tell(world, pod, "created");
  launch(world, pod);
}

function newPod(world: World, service: number): number {
  const { pods, services } = world;
  if (pods.free.length === 0) growPlaces(world);
  countTime(world, service);
  const pod = pods.free.pop()!;
  pods.service[pod] = service;
  pods.number[pod] = services.created[service]!++;
  pods.restarts[pod] = 0;
  pods.crashes[pod] = 0;
  pods.isRetiring[pod] = 0;
  pods.isLooping[pod] = 0;
  pods.isDraining[pod] = 0;
  services.pods[service]!.push(pod);
  return pod;
}

function growPlaces(world: World): void {
  growPods(world.pods);
  const places = podPlaces(world.pods);
  growProcessors(world.processors, places);
  world.retryTokens = grownRetryTokens(world.retryTokens, places);
  growPools(world.connections, world.poolsPerOwner * (1 + places));
  growSources(world.queue, world.firstPod + places);
}

function launch(world: World, pod: number): void {
  startProcess(world, pod);
  world.pods.phase[pod] = STARTING;
  const service = world.pods.service[pod]!;
  const { startupMs } = world.plan.services[service]!;
  const ownMs = sampleOf(startupMs, processKey(world, pod), STARTUP_DRAW) * world.services.startupFactor[service]!;
  podTimer(world, pod, nowOf(world) + ownMs, POD_READY);
}

function startProcess(world: World, pod: number): void {
  const { pods, processors, plan } = world;
  const nowMs = nowOf(world);
  const { threads, incidents } = plan.services[pods.service[pod]!]!;
  pods.startedAtMs[pod] = nowMs;
  pods.inFlight[pod] = 0;
  pods.queued[pod] = 0;
  pods.errorsUntilMs[pod] = 0;
  pods.degradedUntilMs[pod] = 0;
  pods.minutes[pod] = 0;
  pods.retainedMiB[pod] = 0;
  pods.begun[pod] = 0;
  fillRetryTokens(world.retryTokens, pod);
  startProcessor(processors, pod, {
    threads,
    budgetMs: budgetOf(world.limits, pods.service[pod]!),
    phaseMs: PERIOD_MS * uniformOf(processKey(world, pod), PHASE_DRAW),
    // It outlives the processes: its periods go on.
    podPhaseMs: PERIOD_MS - ((nowMs + PERIOD_MS * uniformOf(podKey(world, pod), PHASE_DRAW)) % PERIOD_MS),
  });
  processors.all[pod]!.threads *= world.speed[0]!;
  if (incidents.error + incidents.degraded + incidents.failure > 0)
    podTimer(world, pod, nowMs + MINUTE_MS / world.timeScale, POD_MINUTE);
}

export function becomeReady(world: World, pod: number): void {
  const { pods, services, processors } = world;
  const service = pods.service[pod]!;
  countTime(world, service);
  pods.phase[pod] = READY;
  pods.readyAtMs[pod] = nowOf(world);
  pods.usedBeforeReadyMs[pod] = processors.usedMs[pod]!;
  services.ready[service]!.push(pod);
  tell(world, pod, "ready");
}

/** Out of the balancer; its CPU no longer counts. */
export function leaveReady(world: World, pod: number): void {
  const { pods, services, processors } = world;
  if (pods.phase[pod] !== READY) return;
  const service = pods.service[pod]!;
  countTime(world, service);
  work(processors, pod);
  services.retiredCpuMs[service]! += processors.usedMs[pod]! - pods.usedBeforeReadyMs[pod]!;
  services.ready[service]!.splice(services.ready[service]!.indexOf(pod), 1);
}

function terminate(world: World, pod: number): void {
  const { pods } = world;
  const hasProcess = pods.phase[pod] !== BACKING_OFF;
  leaveReady(world, pod);
  pods.phase[pod] = TERMINATING;
  tell(world, pod, "terminating");
  if (hasProcess) podTimer(world, pod, nowOf(world) + PRE_STOP_MS, POD_SIGTERM);
  else exit(world, pod);
}

function drain(world: World, pod: number): void {
  const { pods, timeScale } = world;
  const nowMs = nowOf(world);
  const limitMs = DRAIN_MS / timeScale;
  pods.isDraining[pod] = 1;
  pods.drainedFromMs[pod] = nowMs + Math.min(GRACE_MS, limitMs);
  podTimer(world, pod, pods.drainedFromMs[pod], POD_DRAINED);
  podTimer(world, pod, nowMs + limitMs, POD_KILLED);
}

function exit(world: World, pod: number): void {
  const { pods, services } = world;
  const service = pods.service[pod]!;
  endProcess(world, pod);
  countTime(world, service);
  pods.phase[pod] = GONE;
  services.pods[service]!.splice(services.pods[service]!.indexOf(pod), 1);
  tell(world, pod, "gone");
  pods.free.push(pod);
}

/** The process is gone, with all requests in it and its connections. */
function endProcess(world: World, pod: number): void {
  const { pods, processors, connections, queue } = world;
  breakRequests(world, pod);
  pods.generation[pod]!++;
  pods.inFlight[pod] = 0;
  pods.queued[pod] = 0;
  pods.firstQueued[pod] = undefined;
  processors.all[pod]!.jobs = 0;
  if (world.node !== undefined) shareNode(world, world.node, pod);
  schedule(queue, world.firstPod + pod, Infinity);
  const firstPool = (1 + pod) * world.poolsPerOwner;
  for (let pool = 0; pool < world.poolsPerOwner; pool++) clearPool(connections, connections.pools[firstPool + pool]!);
}

export function crash(world: World, pod: number): void {
  const { pods, timeScale } = world;
  const nowMs = nowOf(world);
  leaveReady(world, pod);
  endProcess(world, pod);
  if ((nowMs - pods.startedAtMs[pod]!) * timeScale >= FORGOTTEN_AFTER_MS) pods.crashes[pod] = 0;
  const crashes = ++pods.crashes[pod]!;
  const waitMs = backoffMs(crashes) / timeScale;
  if (pods.phase[pod] === TERMINATING) return exit(world, pod);
  pods.phase[pod] = BACKING_OFF;
  tell(world, pod, "crashed");
  podTimer(world, pod, nowMs + waitMs, POD_RESTARTS);
}

function restart(world: World, pod: number): void {
  world.pods.restarts[pod]!++;
  launch(world, pod);
  tell(world, pod, "restarted");
}

/** A timer of a replica is over; stale ones do nothing. */
export function podTimerOver(world: World, kind: number, pod: number, generation: number): void {
  const { pods } = world;
  if (pods.generation[pod] !== generation) return;
  const phase = pods.phase[pod]!;
  if (kind === POD_READY && phase === STARTING) {
    becomeReady(world, pod);
    if (pods.isLooping[pod] === 1) crash(world, pod);
    reconcile(world, pods.service[pod]!);
  } else if (kind === POD_RESTARTS && phase === BACKING_OFF) {
    restart(world, pod);
  } else if (kind === POD_SIGTERM) {
    drain(world, pod);
  } else if (kind === POD_DRAINED) {
    if (pods.inFlight[pod] === 0 && pods.queued[pod] === 0) exit(world, pod);
  } else if (kind === POD_KILLED) {
    exit(world, pod);
  } else if (kind === POD_OUT_OF_MEMORY) {
    crash(world, pod);
  } else if (kind === POD_MINUTE) {
    minute(world, pod);
  }
}

/** Incidents of a process, drawn once a minute of the scenario. @source mocks/src/incidents.ts */
function minute(world: World, pod: number): void {
  const { pods, plan, timeScale } = world;
  const nowMs = nowOf(world);
  const { error, degraded, failure } = plan.services[pods.service[pod]!]!.incidents;
  const key = processKey(world, pod);
  const draw = FIRST_INCIDENT_DRAW + 3 * pods.minutes[pod]!++;
  const untilMs = nowMs + MINUTE_MS / 2 / timeScale;
  if (uniformOf(key, draw) < error) pods.errorsUntilMs[pod] = untilMs;
  if (uniformOf(key, draw + 1) < degraded) pods.degradedUntilMs[pod] = untilMs;
  if (uniformOf(key, draw + 2) < failure) return crash(world, pod);
  podTimer(world, pod, nowMs + MINUTE_MS / timeScale, POD_MINUTE);
}

function podTimer({ queue, timers, pods }: World, pod: number, atMs: number, kind: number): void {
  startTimer(queue, timers, atMs, kind, pod, pods.generation[pod]!);
}

export function tell({ pods, plan, events, queue }: World, pod: number, kind: ClusterEvent["kind"]): void {
  const { name } = plan.services[pods.service[pod]!]!;
  events.push({ atMs: queue.now[0]!, service: name, kind, pod: `${name}-${pods.number[pod]}` });
}

function nowOf({ queue }: World): number {
  return queue.now[0]!;
}
