import { PERIOD_MS } from "./quota-period.ts";

/** A replica that keeps itself to its CPU limit, as a mock does, within a budget for each period. */
export type LimitedReplica = {
  /** Requests present. */
  readonly jobs: number;
  /** Up to when it has worked, ms. */
  readonly atMs: number;
  readonly threads: number;
  /** CPU per period, ms. */
  readonly budgetMs: number;
  /** What is left of it; below 0 = debt. */
  leftMs: number;
  /** When the next period begins, ms. */
  nextPeriodMs: number;
  /** When to look at the replica next, ms. */
  lookMs: number;
  /** The next event is that a request is finished; otherwise it is only a look at the clock. */
  isFinishing: boolean;
};

/** Budget that may outlive its period, ms. As the mock's quota has it. */
const CARRIED_OVER_MS = 3;
/** The mock looks at its budget after slices of 1 ms: in the mean it has then used half of one too much. */
export const OVERRUN_MS = 0.5;
/** Periods to look ahead for the next end; beyond it the replica is looked at again. */
export const MOST_PERIODS = 8;

export function coresOf({ jobs, threads }: Pick<LimitedReplica, "jobs" | "threads">): number {
  return jobs < threads ? jobs : threads;
}

/** Works a replica with requests up to now; `atMs` is left to the caller. Returns the CPU used, ms. */
export function workLimited(own: LimitedReplica, nowMs: number): number {
  const cores = coresOf(own);
  let left = own.leftMs;
  let boundary = own.nextPeriodMs;
  let total = 0;
  for (let at = own.atMs; at < nowMs;) {
    const end = boundary < nowMs ? boundary : nowMs;
    const wanted = (end - at) * cores;
    const usable = left + OVERRUN_MS > 0 ? left + OVERRUN_MS : 0;
    const used = wanted < usable ? wanted : usable;
    total += used;
    left -= used;
    at = end;
    if (end === boundary) {
      left = (left < CARRIED_OVER_MS ? left : CARRIED_OVER_MS) + own.budgetMs;
      boundary += PERIOD_MS;
    }
  }
  own.leftMs = left;
  own.nextPeriodMs = boundary;
  return total;
}

/** Time without requests, up to now: periods pay debt back and add up to one budget. */
export function refillIdle(own: LimitedReplica, nowMs: number): void {
  const { leftMs, budgetMs, nextPeriodMs } = own;
  if (nextPeriodMs > nowMs) return;
  const periods = Math.floor((nowMs - nextPeriodMs) / PERIOD_MS) + 1;
  const first = Math.min(leftMs, CARRIED_OVER_MS) + budgetMs;
  own.leftMs = periods > 1 ? Math.min(first + (periods - 1) * budgetMs, budgetMs + CARRIED_OVER_MS) : first;
  own.nextPeriodMs = nextPeriodMs + periods * PERIOD_MS;
}

/** Works out when to look at a replica with requests next: when it has used so much CPU, if it will in the next periods. */
export function planLimited(own: LimitedReplica, missingMs: number): void {
  const cores = coresOf(own);
  let missing = missingMs;
  let at = own.atMs;
  let left = own.leftMs;
  let boundary = own.nextPeriodMs;
  for (let period = 0; period < MOST_PERIODS; period++) {
    const usable = left + OVERRUN_MS > 0 ? left + OVERRUN_MS : 0;
    const most = (boundary - at) * cores;
    const possible = most < usable ? most : usable;
    if (missing <= possible) {
      own.lookMs = at + missing / cores;
      return;
    }
    missing -= possible;
    left -= possible;
    left = (left < CARRIED_OVER_MS ? left : CARRIED_OVER_MS) + own.budgetMs;
    at = boundary;
    boundary += PERIOD_MS;
  }
  own.isFinishing = false;
  own.lookMs = at;
}
