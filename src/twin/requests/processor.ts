import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import {
  type QuotaGroups,
  createQuotaGroups,
  fillGroups,
  foreseeGroups,
  goesOnMs,
  growQuotaGroups,
  phaseGroups,
  restGroups,
  usableMs,
  workGroups,
} from "./quota-groups.ts";
import { PERIOD_MS } from "./quota-period.ts";

/**
 * The CPUs of replicas: requests share them equally (the limit of the mock's 1 ms round robin), within a CPU limit
 * that works as the kernel's does. Columns are [replicas].
 *
 * Shares are equal, so one number per replica, the CPU time each request present all along has got (`got`), and a heap
 * of what `got` will be when each is finished, say who finishes when.
 */
export type Processors = {
  /** The time now, ms: one cell, that of the event queue. */
  readonly now: Float64Array;
  /** CPU time that each request present has got since the replica was last empty, ms. */
  got: Float64Array;
  /** Requests present. */
  jobs: Int32Array;
  /** Up to when all this is worked out, ms. */
  atMs: Float64Array;
  /** CPU used since the process started, ms. */
  usedMs: Float64Array;
  /** Time spent with work and without budget, ms. */
  throttledMs: Float64Array;
  threads: Float64Array;
  /** CPU per period, ms; Infinity = no limit that could bind. */
  budgetMs: Float64Array;
  /** What is left of it; below 0 = debt. */
  leftMs: Float64Array;
  /** When the next period begins, ms. */
  nextPeriodMs: Float64Array;
  /** When to look at the replica next, ms. */
  lookMs: Float64Array;
  /** 1 when the next event is that a request is finished, 0 when it is only a look at the clock. */
  isFinishing: Uint8Array;
  /** Heap by `got` at the end: [replicas][jobs]. */
  readonly ends: Float64Array[];
  readonly requests: Int32Array[];
  /** Where the kernel keeps replicas to their limits: in place of `leftMs` and `nextPeriodMs`. */
  readonly groups: QuotaGroups | undefined;
};

/** Budget that may outlive its period, ms. As the mock's quota has it. */
const CARRIED_OVER_MS = 3;
/** The mock looks at its budget after slices of 1 ms: in the mean it has then used half of one too much. */
const OVERRUN_MS = 0.5;
/** Periods to look ahead for the next end; beyond it the replica is looked at again. */
const MOST_PERIODS = 8;
const FIRST_JOBS = 32;

/** @param quota  undefined: as a mock keeps itself to its limit */
export function createProcessors(replicas: number, now: Float64Array, quota?: CpuQuota): Processors {
  const groups = quota && createQuotaGroups(replicas, quota);
  return { now, ...columnsOf(replicas), ends: [], requests: [], groups };
}

function columnsOf(replicas: number): Omit<Processors, "now" | "ends" | "requests" | "groups"> {
  const floats = (): Float64Array => new Float64Array(replicas);
  return {
    got: floats(),
    jobs: new Int32Array(replicas),
    atMs: floats(),
    usedMs: floats(),
    throttledMs: floats(),
    threads: floats(),
    budgetMs: floats(),
    leftMs: floats(),
    nextPeriodMs: floats(),
    lookMs: floats(),
    isFinishing: new Uint8Array(replicas),
  };
}

export function growProcessors(processors: Processors, replicas: number): void {
  const grown = columnsOf(replicas);
  for (const column of Object.keys(grown) as (keyof typeof grown)[]) grown[column].set(processors[column]);
  Object.assign(processors, grown);
  if (processors.groups !== undefined) growQuotaGroups(processors.groups, replicas);
}

export type ProcessorStart = {
  readonly threads: number;
  readonly budgetMs: number;
  /** From now to the next period of the budget, (0, 100]. */
  readonly phaseMs: number;
  /** As that, of the pod's own. */
  readonly podPhaseMs: number;
};

/** A process starts in this place, with a full budget. */
export function startProcessor(processors: Processors, pod: number, start: ProcessorStart): void {
  processors.got[pod] = 0;
  processors.jobs[pod] = 0;
  processors.atMs[pod] = processors.now[0]!;
  processors.usedMs[pod] = 0;
  processors.throttledMs[pod] = 0;
  processors.threads[pod] = start.threads;
  processors.budgetMs[pod] = start.budgetMs >= start.threads * PERIOD_MS ? Infinity : start.budgetMs;
  processors.leftMs[pod] = start.budgetMs;
  processors.nextPeriodMs[pod] = processors.now[0]! + start.phaseMs;
  processors.ends[pod] ??= new Float64Array(FIRST_JOBS);
  processors.requests[pod] ??= new Int32Array(FIRST_JOBS);
  if (processors.groups === undefined) return;
  fillGroups(processors.groups, pod, start.budgetMs);
  phaseGroups(processors.groups, pod, processors.now[0]!, [start.phaseMs, start.podPhaseMs]);
}

/** Gives a running process another budget; what is left of this period's stays. A full core more is no limit. */
export function setBudget(processors: Processors, pod: number, budgetMs: number, threads: number): void {
  work(processors, pod);
  const nowMs = processors.now[0]!;
  if (processors.budgetMs[pod] === Infinity) {
    // Nobody has counted periods so far.
    const periods = Math.floor((nowMs - processors.nextPeriodMs[pod]!) / PERIOD_MS) + 1;
    if (periods > 0) processors.nextPeriodMs[pod]! += periods * PERIOD_MS;
    processors.leftMs[pod] = budgetMs;
  }
  processors.budgetMs[pod] = budgetMs >= threads * PERIOD_MS ? Infinity : budgetMs;
  if (processors.groups === undefined) return;
  fillGroups(processors.groups, pod, budgetMs);
  restGroups(processors.groups, processors, pod);
}

/** Works a replica up to now. */
export function work(processors: Processors, pod: number): void {
  const { atMs, jobs, got, usedMs, threads, budgetMs } = processors;
  const nowMs = processors.now[0]!;
  const fromMs = atMs[pod]!;
  if (nowMs <= fromMs) return;
  const present = jobs[pod]!;
  if (budgetMs[pod] !== Infinity) {
    if (processors.groups !== undefined) workInGroups(processors, processors.groups, pod);
    else if (present === 0) refillIdle(processors, pod);
    else workLimited(processors, pod);
    return;
  }
  atMs[pod] = nowMs;
  if (present === 0) return;
  const cores = present < threads[pod]! ? present : threads[pod]!;
  const used = (nowMs - fromMs) * cores;
  got[pod]! += used / present;
  usedMs[pod]! += used;
}

function workInGroups(processors: Processors, groups: QuotaGroups, pod: number): void {
  const { now, atMs, jobs, got, usedMs, throttledMs } = processors;
  const nowMs = now[0]!;
  const present = jobs[pod]!;
  if (present === 0) {
    restGroups(groups, processors, pod);
  } else {
    const course = workGroups(groups, processors, pod, nowMs, Infinity);
    got[pod]! += course.usedMs / present;
    usedMs[pod]! += course.usedMs;
    throttledMs[pod]! += course.stillMs;
  }
  atMs[pod] = nowMs;
}

function workLimited(processors: Processors, pod: number): void {
  const { now, atMs, jobs, threads, budgetMs, leftMs, nextPeriodMs } = processors;
  const nowMs = now[0]!;
  const present = jobs[pod]!;
  const cores = present < threads[pod]! ? present : threads[pod]!;
  const budget = budgetMs[pod]!;
  let left = leftMs[pod]!;
  let boundary = nextPeriodMs[pod]!;
  let total = 0;
  let throttled = 0;
  for (let at = atMs[pod]!; at < nowMs;) {
    const end = boundary < nowMs ? boundary : nowMs;
    const wanted = (end - at) * cores;
    const usable = left + OVERRUN_MS > 0 ? left + OVERRUN_MS : 0;
    const used = wanted < usable ? wanted : usable;
    throttled += (wanted - used) / cores;
    total += used;
    left -= used;
    at = end;
    if (end === boundary) {
      left = (left < CARRIED_OVER_MS ? left : CARRIED_OVER_MS) + budget;
      boundary += PERIOD_MS;
    }
  }
  atMs[pod] = nowMs;
  leftMs[pod] = left;
  nextPeriodMs[pod] = boundary;
  processors.got[pod]! += total / present;
  processors.usedMs[pod]! += total;
  processors.throttledMs[pod]! += throttled;
}

/** Periods without work pay debt back and add up to one budget. */
function refillIdle({ now, atMs, budgetMs, leftMs, nextPeriodMs }: Processors, pod: number): void {
  const nowMs = now[0]!;
  atMs[pod] = nowMs;
  const boundary = nextPeriodMs[pod]!;
  if (boundary > nowMs) return;
  const periods = Math.floor((nowMs - boundary) / PERIOD_MS) + 1;
  const budget = budgetMs[pod]!;
  const first = Math.min(leftMs[pod]!, CARRIED_OVER_MS) + budget;
  leftMs[pod] = periods > 1 ? Math.min(first + (periods - 1) * budget, budget + CARRIED_OVER_MS) : first;
  nextPeriodMs[pod] = boundary + periods * PERIOD_MS;
}

/** Works out when to look at the replica next: when its next request is finished, if nothing comes before. */
export function planLook(processors: Processors, pod: number): void {
  const { jobs, got, atMs, threads, budgetMs, leftMs, nextPeriodMs, ends, lookMs, isFinishing } = processors;
  const present = jobs[pod]!;
  isFinishing[pod] = 1;
  lookMs[pod] = Infinity;
  if (present === 0) return;
  const cores = present < threads[pod]! ? present : threads[pod]!;
  let missing = (ends[pod]![0]! - got[pod]!) * present;
  let at = atMs[pod]!;
  const budget = budgetMs[pod]!;
  if (budget === Infinity || missing <= 0) {
    lookMs[pod] = missing > 0 ? at + missing / cores : at;
    return;
  }
  if (processors.groups !== undefined) {
    const course = foreseeGroups(processors.groups, processors, pod, at + MOST_PERIODS * PERIOD_MS, missing);
    isFinishing[pod] = course.usedMs >= missing ? 1 : 0;
    lookMs[pod] = course.atMs;
    return;
  }
  let left = leftMs[pod]!;
  let boundary = nextPeriodMs[pod]!;
  for (let period = 0; period < MOST_PERIODS; period++) {
    const usable = left + OVERRUN_MS > 0 ? left + OVERRUN_MS : 0;
    const most = (boundary - at) * cores;
    const possible = most < usable ? most : usable;
    if (missing <= possible) {
      lookMs[pod] = at + missing / cores;
      return;
    }
    missing -= possible;
    left -= possible;
    left = (left < CARRIED_OVER_MS ? left : CARRIED_OVER_MS) + budget;
    at = boundary;
    boundary += PERIOD_MS;
  }
  isFinishing[pod] = 0;
  lookMs[pod] = at;
}

/** Of a budget, what counts as nothing left, ms: rounding must not make a replica spend a trace for ever. */
const TRACE_MS = 1e-6;

/** Whether a replica has requests and may not work on them until its next period; it is worked up to now. */
export function isThrottled(processors: Processors, pod: number): boolean {
  return processors.budgetMs[pod] !== Infinity && !(mayUseMs(processors, pod) > TRACE_MS);
}

/** CPU that a replica with a limit may use before it stands still, ms; it is worked up to now. */
function mayUseMs({ leftMs, groups }: Processors, pod: number): number {
  return groups === undefined ? leftMs[pod]! + OVERRUN_MS : usableMs(groups, pod);
}

/** When a replica that is throttled may work on, ms. */
export function resumesMs({ nextPeriodMs, groups }: Processors, pod: number): number {
  return groups === undefined ? nextPeriodMs[pod]! : goesOnMs(groups, pod);
}

/** Looks at a replica no later than when its budget is used up, or a new one comes: after {@link planLook}. */
export function lookAtBudget(processors: Processors, pod: number): void {
  const { jobs, atMs, threads, budgetMs, nextPeriodMs, groups, lookMs, isFinishing } = processors;
  const present = jobs[pod]!;
  if (present === 0 || budgetMs[pod] === Infinity) return;
  const cores = present < threads[pod]! ? present : threads[pod]!;
  const usedUpMs = atMs[pod]! + mayUseMs(processors, pod) / cores;
  const unlessMs = groups === undefined ? nextPeriodMs[pod]! : Infinity;
  const next = isThrottled(processors, pod) ? resumesMs(processors, pod) : Math.min(usedUpMs, unlessMs);
  if (next >= lookMs[pod]!) return;
  lookMs[pod] = next;
  isFinishing[pod] = 0;
}
