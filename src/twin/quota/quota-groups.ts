import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import { PERIOD_MS } from "./quota-period.ts";

/**
 * The CPU limit of replicas as the kernel keeps it (CFS bandwidth control), where a replica is in groups inside one
 * another: its container's, and its pod's around it. Each has the whole limit as its budget, and periods that begin at
 * moments of its own; the replica stands still while any of them has used its budget up.
 *
 * A group hands its budget out in slices to the core that works. What is not handed out ends with the period, what is in
 * hand does not. A core that stops working gives it back, but for a rest.
 *
 * @source Linux, kernel/sched/fair.c; more in docs/twin-requests.md
 */
export type QuotaGroups = readonly Group[];

/** Columns are [replicas]. */
type Group = {
  /** CPU used beyond the budget before that is noticed, ms. */
  readonly overrunMs: number;
  /** What is left of the budget, handed out or not, ms; below 0 = debt. */
  leftMs: Float64Array;
  /** What of it is in hand, ms. */
  handMs: Float64Array;
  /** When the next period begins, ms. */
  nextMs: Float64Array;
};

/** What of a replica the groups have to know. */
type AtWork = {
  readonly atMs: number;
  readonly jobs: number;
  readonly threads: number;
  readonly budgetMs: number;
};

/** @source sysctl kernel.sched_cfs_bandwidth_slice_us */
const SLICE_MS = 5;
/** @source min_cfs_rq_runtime */
const REST_MS = 1;
/**
 * The group of the container is charged whenever the process asks for its CPU time, as a mock at work does all the time;
 * that of the pod at ticks, each 4 ms where HZ is 250, so in the mean half of that late.
 */
const OVERRUN_MS = [0, 2] as const;
/** Of a budget, what counts as nothing left, ms: rounding must not make a replica spend a trace for ever. */
const TRACE_MS = 1e-6;

export function createQuotaGroups(replicas: number, { groups }: CpuQuota): QuotaGroups {
  return OVERRUN_MS.slice(0, groups).map((overrunMs) => Object.assign(columnsOf(replicas), { overrunMs }));
}

function columnsOf(replicas: number): Omit<Group, "overrunMs"> {
  const floats = (): Float64Array => new Float64Array(replicas);
  return { leftMs: floats(), handMs: floats(), nextMs: floats() };
}

export function growQuotaGroups(groups: QuotaGroups, replicas: number): void {
  for (const group of groups) {
    const grown = columnsOf(replicas);
    for (const column of Object.keys(grown) as (keyof typeof grown)[]) grown[column].set(group[column]);
    Object.assign(group, grown);
  }
}

/** Full budgets, as a process starts with; a limit that changes begins anew with them too. */
export function fillGroups(groups: QuotaGroups, pod: number, budgetMs: number): void {
  for (const { leftMs, handMs } of groups) {
    leftMs[pod] = budgetMs;
    handMs[pod] = 0;
  }
}

/** @param phaseMs  from now to the next period of each group: [groups] */
export function phaseGroups(groups: QuotaGroups, pod: number, nowMs: number, phaseMs: readonly number[]): void {
  for (const [index, group] of groups.entries()) group.nextMs[pod] = nowMs + phaseMs[index]!;
}

/** How far a replica came: the same object each time. */
export type Course = {
  /** When it stopped, ms. */
  atMs: number;
  /** CPU it used up to then, ms. */
  usedMs: number;
};

const course: Course = { atMs: 0, usedMs: 0 };

/** Works a replica with requests until a time, or until it has used so much CPU. */
export function workGroups(groups: QuotaGroups, work: AtWork, pod: number, untilMs: number, wantedMs: number): Course {
  const cores = Math.min(work.jobs, work.threads);
  course.atMs = work.atMs;
  course.usedMs = 0;
  while (course.atMs < untilMs && course.usedMs < wantedMs) {
    const endMs = Math.min(nextPeriodMs(groups, pod), untilMs);
    const isAtWork = goOn(groups, pod, endMs, wantedMs, cores);
    if (course.atMs < endMs) continue;
    for (const group of groups) if (group.nextMs[pod]! <= endMs) refill(group, pod, work.budgetMs, isAtWork);
  }
  return course;
}

/** Works as long as it may, or stands still, no further than the end. Returns whether it is at work there. */
function goOn(groups: QuotaGroups, pod: number, endMs: number, wantedMs: number, cores: number): boolean {
  const usable = usableMs(groups, pod);
  const spanMs = endMs - course.atMs;
  if (usable <= TRACE_MS) {
    course.atMs = endMs;
    giveBack(groups, pod);
    return false;
  }
  const missing = wantedMs - course.usedMs;
  const most = Math.min(usable, missing);
  const used = Math.min(most, spanMs * cores);
  for (const group of groups) spend(group, pod, used);
  // Sums of parts must come to what is wanted and to when a period ends, whatever is rounded.
  course.usedMs = used === missing ? wantedMs : course.usedMs + used;
  course.atMs = used < most ? endMs : Math.min(endMs, course.atMs + used / cores);
  return true;
}

/** Where a replica would come; it is left as it is. */
export function foreseeGroups(
  groups: QuotaGroups,
  work: AtWork,
  pod: number,
  untilMs: number,
  wantedMs: number,
): Course {
  for (const [index, { leftMs, handMs, nextMs }] of groups.entries()) {
    kept[3 * index] = leftMs[pod]!;
    kept[3 * index + 1] = handMs[pod]!;
    kept[3 * index + 2] = nextMs[pod]!;
  }
  workGroups(groups, work, pod, untilMs, wantedMs);
  for (const [index, { leftMs, handMs, nextMs }] of groups.entries()) {
    leftMs[pod] = kept[3 * index]!;
    handMs[pod] = kept[3 * index + 1]!;
    nextMs[pod] = kept[3 * index + 2]!;
  }
  return course;
}

const kept = new Float64Array(3 * OVERRUN_MS.length);

function spend({ leftMs, handMs }: Group, pod: number, usedMs: number): void {
  leftMs[pod]! -= usedMs;
  const missing = usedMs - handMs[pod]!;
  const hand = missing > 0 ? SLICE_MS * Math.ceil(missing / SLICE_MS) - missing : -missing;
  handMs[pod] = Math.min(hand, leftMs[pod]!);
}

/** A period begins for a replica that is at work there, or not. */
function refill({ leftMs, handMs, nextMs }: Group, pod: number, budgetMs: number, isAtWork: boolean): void {
  const hand = isAtWork ? handMs[pod]! : Math.min(handMs[pod]!, REST_MS);
  leftMs[pod] = budgetMs + hand;
  handMs[pod] = Math.max(0, hand);
  nextMs[pod]! += PERIOD_MS;
}

function giveBack(groups: QuotaGroups, pod: number): void {
  for (const { handMs } of groups) if (handMs[pod]! > REST_MS) handMs[pod] = REST_MS;
}

/** Time without requests, up to now: periods pay debt back and add up to one budget. */
export function restGroups(groups: QuotaGroups, { budgetMs }: AtWork, pod: number, nowMs: number): void {
  giveBack(groups, pod);
  for (const group of groups) {
    // Once it is as a period begins without work, periods change nothing.
    const isFresh = (): boolean => group.leftMs[pod] === budgetMs + group.handMs[pod]!;
    while (group.nextMs[pod]! <= nowMs && !isFresh()) refill(group, pod, budgetMs, false);
    const periods = Math.floor((nowMs - group.nextMs[pod]!) / PERIOD_MS) + 1;
    if (periods > 0) group.nextMs[pod]! += periods * PERIOD_MS;
  }
}

function nextPeriodMs(groups: QuotaGroups, pod: number): number {
  let nextMs = Infinity;
  for (const group of groups) nextMs = Math.min(nextMs, group.nextMs[pod]!);
  return nextMs;
}

/** CPU that the replica may use before it stands still, ms; nothing or less: it does. */
export function usableMs(groups: QuotaGroups, pod: number): number {
  let usable = Infinity;
  for (const { leftMs, overrunMs } of groups) usable = Math.min(usable, leftMs[pod]! + overrunMs);
  return usable;
}

/** When all groups that are used up have another budget, ms; now or earlier where none is. */
export function goesOnMs(groups: QuotaGroups, pod: number): number {
  let atMs = -Infinity;
  for (const { leftMs, overrunMs, nextMs } of groups)
    if (leftMs[pod]! + overrunMs <= TRACE_MS) atMs = Math.max(atMs, nextMs[pod]!);
  return atMs;
}
