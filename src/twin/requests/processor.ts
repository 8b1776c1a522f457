import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import { MOST_PERIODS, OVERRUN_MS, coresOf, planLimited, refillIdle, workLimited } from "../quota/mock-quota.ts";
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
} from "../quota/quota-groups.ts";
import { PERIOD_MS } from "../quota/quota-period.ts";
import type { Request } from "./request-pool.ts";

/**
 * The CPU of a replica: requests share it equally (the limit of the mock's 1 ms round robin), within a CPU limit that
 * works as the kernel's does.
 *
 * Shares are equal, so one number, the CPU time each request present all along has got (`got`), and a heap of what
 * `got` will be when each is finished, say who finishes when.
 */
export type Processor = {
  /** CPU time that each request present has got since the replica was last empty, ms. */
  got: number;
  /** Requests present. */
  jobs: number;
  /** Up to when all this is worked out, ms. */
  atMs: number;
  threads: number;
  /** CPU per period, ms; Infinity = no limit that could bind. */
  budgetMs: number;
  /** What is left of it; below 0 = debt. */
  leftMs: number;
  /** When the next period begins, ms. */
  nextPeriodMs: number;
  /** When to look at the replica next, ms. */
  lookMs: number;
  /** The next event is that a request is finished; otherwise it is only a look at the clock. */
  isFinishing: boolean;
  /** Heap by `got` at the end: [jobs]. */
  ends: Float64Array;
  readonly requests: Request[];
};

export type Processors = {
  /** The time now, ms: one cell, that of the event queue. */
  readonly now: Float64Array;
  /** CPU used since the process started, ms: [replicas]. */
  usedMs: Float64Array;
  /** [replicas] */
  readonly all: Processor[];
  /** Where the kernel keeps replicas to their limits: in place of `leftMs` and `nextPeriodMs`. */
  readonly groups: QuotaGroups | undefined;
};

const FIRST_JOBS = 32;
const NO_ENDS = new Float64Array(0);

/** @param quota  undefined: as a mock keeps itself to its limit */
export function createProcessors(replicas: number, now: Float64Array, quota?: CpuQuota): Processors {
  const groups = quota && createQuotaGroups(replicas, quota);
  const processors = { now, usedMs: new Float64Array(0), all: [], groups };
  growProcessors(processors, replicas);
  return processors;
}

export function growProcessors(processors: Processors, replicas: number): void {
  const { all, usedMs } = processors;
  processors.usedMs = new Float64Array(replicas);
  processors.usedMs.set(usedMs);
  while (all.length < replicas) all.push(createProcessor());
  if (processors.groups !== undefined) growQuotaGroups(processors.groups, replicas);
}

function createProcessor(): Processor {
  return {
    got: Number.NaN,
    jobs: 0,
    atMs: Number.NaN,
    threads: Number.NaN,
    budgetMs: Number.NaN,
    leftMs: Number.NaN,
    nextPeriodMs: Number.NaN,
    lookMs: Number.NaN,
    isFinishing: false,
    ends: NO_ENDS,
    requests: [],
  };
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
export function startProcessor({ now, usedMs, all, groups }: Processors, pod: number, start: ProcessorStart): void {
  const own = all[pod]!;
  own.got = 0;
  own.jobs = 0;
  own.atMs = now[0]!;
  usedMs[pod] = 0;
  own.threads = start.threads;
  own.budgetMs = start.budgetMs >= start.threads * PERIOD_MS ? Infinity : start.budgetMs;
  own.leftMs = start.budgetMs;
  own.nextPeriodMs = now[0]! + start.phaseMs;
  if (own.ends.length === 0) own.ends = new Float64Array(FIRST_JOBS);
  if (groups === undefined) return;
  fillGroups(groups, pod, start.budgetMs);
  phaseGroups(groups, pod, now[0]!, [start.phaseMs, start.podPhaseMs]);
}

/** Gives a running process another budget; what is left of this period's stays. A full core more is no limit. */
export function setBudget(processors: Processors, pod: number, budgetMs: number, threads: number): void {
  work(processors, pod);
  const own = processors.all[pod]!;
  if (own.budgetMs === Infinity) {
    // Nobody has counted periods so far.
    const periods = Math.floor((processors.now[0]! - own.nextPeriodMs) / PERIOD_MS) + 1;
    if (periods > 0) own.nextPeriodMs += periods * PERIOD_MS;
    own.leftMs = budgetMs;
  }
  own.budgetMs = budgetMs >= threads * PERIOD_MS ? Infinity : budgetMs;
  if (processors.groups === undefined) return;
  fillGroups(processors.groups, pod, budgetMs);
  restGroups(processors.groups, own, pod, processors.now[0]!);
}

/** Works a replica up to now. */
export function work(processors: Processors, pod: number): void {
  const own = processors.all[pod]!;
  const nowMs = processors.now[0]!;
  const passedMs = nowMs - own.atMs;
  if (!(passedMs > 0)) return;
  if (own.budgetMs !== Infinity) return workWithin(processors, own, pod);
  own.atMs = nowMs;
  if (own.jobs === 0) return;
  const used = passedMs * coresOf(own);
  own.got += used / own.jobs;
  processors.usedMs[pod]! += used;
}

/** As {@link work}, within a limit. */
function workWithin({ now, usedMs, groups }: Processors, own: Processor, pod: number): void {
  const nowMs = now[0]!;
  if (own.jobs === 0) {
    if (groups === undefined) refillIdle(own, nowMs);
    else restGroups(groups, own, pod, nowMs);
  } else {
    const used = groups === undefined ? workLimited(own, nowMs) : workGroups(groups, own, pod, nowMs, Infinity).usedMs;
    own.got += used / own.jobs;
    usedMs[pod]! += used;
  }
  own.atMs = nowMs;
}

/** Works out when to look at the replica next: when its next request is finished, if nothing comes before. */
export function planLook({ all, groups }: Processors, pod: number): void {
  const own = all[pod]!;
  own.isFinishing = true;
  if (own.jobs === 0) {
    own.lookMs = Infinity;
    return;
  }
  const missing = (own.ends[0]! - own.got) * own.jobs;
  if (!(missing > 0)) own.lookMs = own.atMs;
  else if (own.budgetMs === Infinity) own.lookMs = own.atMs + missing / coresOf(own);
  else if (groups === undefined) planLimited(own, missing);
  else planInGroups(own, groups, pod);
}

function planInGroups(own: Processor, groups: QuotaGroups, pod: number): void {
  const missing = (own.ends[0]! - own.got) * own.jobs;
  const course = foreseeGroups(groups, own, pod, own.atMs + MOST_PERIODS * PERIOD_MS, missing);
  own.isFinishing = course.usedMs >= missing;
  own.lookMs = course.atMs;
}

/** Of a budget, what counts as nothing left, ms: rounding must not make a replica spend a trace for ever. */
const TRACE_MS = 1e-6;

/** Whether a replica has requests and may not work on them until its next period; it is worked up to now. */
export function isThrottled(processors: Processors, pod: number): boolean {
  return processors.all[pod]!.budgetMs !== Infinity && !(mayUseMs(processors, pod) > TRACE_MS);
}

/** CPU that a replica with a limit may use before it stands still, ms; it is worked up to now. */
function mayUseMs({ all, groups }: Processors, pod: number): number {
  return groups === undefined ? all[pod]!.leftMs + OVERRUN_MS : usableMs(groups, pod);
}

/** When a replica that is throttled may work on, ms. */
export function resumesMs({ all, groups }: Processors, pod: number): number {
  return groups === undefined ? all[pod]!.nextPeriodMs : goesOnMs(groups, pod);
}

/** Looks at a replica no later than when its budget is used up, or a new one comes: after {@link planLook}. */
export function lookAtBudget(processors: Processors, pod: number): void {
  const own = processors.all[pod]!;
  if (own.jobs === 0 || own.budgetMs === Infinity) return;
  const usedUpMs = own.atMs + mayUseMs(processors, pod) / coresOf(own);
  const unlessMs = processors.groups === undefined ? own.nextPeriodMs : Infinity;
  const next = isThrottled(processors, pod) ? resumesMs(processors, pod) : Math.min(usedUpMs, unlessMs);
  if (next >= own.lookMs) return;
  own.lookMs = next;
  own.isFinishing = false;
}
