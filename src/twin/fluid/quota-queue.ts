import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import { type LimitedReplica, planLimited, refillIdle, workLimited } from "../quota/mock-quota.ts";
import { createQuotaGroups, fillGroups, phaseGroups, restGroups, workGroups } from "../quota/quota-groups.ts";
import { PERIOD_MS } from "../quota/quota-period.ts";
import type { Station } from "./sojourn.ts";

/** A replica and what comes to it. */
export type QuotaQueue = {
  readonly station: Station;
  /** CPU used / limit, < 1. */
  readonly utilisation: number;
  /** Undefined: as a mock keeps itself to its limit. */
  readonly quota: CpuQuota | undefined;
  /** From the start to the next period of each group, ms; a mock has one. */
  readonly phasesMs: readonly number[];
  /** Times between arrivals / their mean: [requests]. */
  readonly gaps: Float64Array;
  /** Work / its mean: [requests]. */
  readonly works: Float64Array;
};

type State = { -readonly [Key in keyof LimitedReplica]: LimitedReplica[Key] };

/** How a replica is kept to its limit. */
type Limit = {
  /** Works until a time, or until it has used so much CPU. Returns what it used, ms. */
  work(state: State, untilMs: number, wantedMs: number): number;
  /** Time without requests. */
  rest(state: State, untilMs: number): void;
};

/** Columns are [present]: who is finished first stands last. */
type Replica = {
  readonly limit: Limit;
  readonly state: State;
  /** CPU that each who was there all along has got, ms. */
  got: number;
  readonly ends: Float64Array;
  readonly startsMs: Float64Array;
};

/**
 * One replica alone, request by request: it shares its CPU equally, within its limit. Starts empty and ends with the last
 * arrival.
 *
 * @param tell  told of each request that is finished how long it was there
 */
export function workOff(queue: QuotaQueue, tell: (sojournMs: number) => void): void {
  const { station, utilisation, gaps, works } = queue;
  const { workMs, limitCores } = station;
  const meanGapMs = workMs / (utilisation * limitCores);
  const replica = createReplica(queue);
  let arrivalMs = 0;
  for (let index = 0; index < gaps.length; index++) {
    arrivalMs += gaps[index]! * meanGapMs;
    advance(replica, arrivalMs, tell);
    admit(replica, works[index]! * workMs);
  }
}

function createReplica({ station: { limitCores }, quota, phasesMs, gaps }: QuotaQueue): Replica {
  const budgetMs = limitCores * PERIOD_MS;
  const state: State = {
    atMs: 0,
    jobs: 0,
    threads: Math.max(1, Math.ceil(limitCores)),
    budgetMs,
    leftMs: budgetMs,
    nextPeriodMs: phasesMs[0]!,
    lookMs: 0,
    isFinishing: false,
  };
  return {
    limit: quota === undefined ? ownLimit : limitOfGroups(quota, budgetMs, phasesMs),
    state,
    got: 0,
    ends: new Float64Array(gaps.length),
    startsMs: new Float64Array(gaps.length),
  };
}

const ownLimit: Limit = {
  work(state, untilMs, wantedMs) {
    state.isFinishing = true;
    planLimited(state, wantedMs);
    const isDone = state.isFinishing && state.lookMs <= untilMs;
    const toMs = Math.min(state.lookMs, untilMs);
    const usedMs = workLimited(state, toMs);
    state.atMs = toMs;
    return isDone ? wantedMs : usedMs;
  },
  rest: refillIdle,
};

function limitOfGroups(quota: CpuQuota, budgetMs: number, phasesMs: readonly number[]): Limit {
  const groups = createQuotaGroups(1, quota);
  fillGroups(groups, 0, budgetMs);
  phaseGroups(groups, 0, 0, phasesMs);
  return {
    work(state, untilMs, wantedMs) {
      const { atMs, usedMs } = workGroups(groups, state, 0, untilMs, wantedMs);
      state.atMs = atMs;
      return usedMs;
    },
    rest: (state, untilMs) => restGroups(groups, state, 0, untilMs),
  };
}

function admit({ state, got, ends, startsMs }: Replica, workMs: number): void {
  const end = got + workMs;
  let place = state.jobs;
  for (; place > 0 && ends[place - 1]! < end; place--) {
    ends[place] = ends[place - 1]!;
    startsMs[place] = startsMs[place - 1]!;
  }
  ends[place] = end;
  startsMs[place] = state.atMs;
  state.jobs++;
}

function advance(replica: Replica, untilMs: number, tell: (sojournMs: number) => void): void {
  const { limit, state, ends, startsMs } = replica;
  while (state.jobs > 0 && state.atMs < untilMs) {
    const first = state.jobs - 1;
    const wantedMs = (ends[first]! - replica.got) * state.jobs;
    const usedMs = limit.work(state, untilMs, wantedMs);
    replica.got = usedMs < wantedMs ? replica.got + usedMs / state.jobs : ends[first]!;
    if (usedMs < wantedMs) continue;
    state.jobs = first;
    tell(state.atMs - startsMs[first]!);
  }
  if (state.jobs > 0) return;
  limit.rest(state, untilMs);
  state.atMs = untilMs;
  replica.got = 0;
}
