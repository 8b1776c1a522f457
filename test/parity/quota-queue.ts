import { createRng } from "../../src/core/rng.ts";

export type QuotaQueue = {
  readonly limitCores: number;
  /** CPU used / limit. */
  readonly utilisation: number;
  /** Mean of exponential work, ms. */
  readonly workMs: number;
  readonly lengthMs: number;
  readonly seed: number;
};

export type Served = { readonly arrivedMs: number; readonly sojournMs: number };
type Job = { readonly arrivedMs: number; readonly doneAt: number };

const PERIOD_MS = 100;

/**
 * One replica, event by event: Poisson arrivals, processor sharing on a whole core, stopped once the CPU budget of the
 * 100 ms period is spent. Starts empty at a random phase of the period. In order of completion.
 */
export function simulateQuotaQueue(queue: QuotaQueue): Served[] {
  const rng = createRng(queue.seed);
  const isLimited = queue.limitCores < 1;
  const budgetMs = isLimited ? queue.limitCores * PERIOD_MS : Infinity;
  const meanGapMs = queue.workMs / (queue.utilisation * Math.min(1, queue.limitCores));
  const served: Served[] = [];
  const jobs: Job[] = [];
  let nowMs = 0;
  let leftMs = budgetMs;
  /** CPU that every job present since the start would have got. */
  let attained = 0;
  let arrivalMs = meanGapMs * rng.exponential();
  let refillMs = PERIOD_MS * rng.uniform();
  while (nowMs < queue.lengthMs) {
    const isRunning = jobs.length > 0 && leftMs > 1e-9;
    const doneMs = isRunning ? nowMs + (jobs[0]!.doneAt - attained) * jobs.length : Infinity;
    const spentMs = isRunning ? nowMs + leftMs : Infinity;
    const nextMs = Math.min(arrivalMs, refillMs, doneMs, spentMs);
    if (isRunning) {
      attained += (nextMs - nowMs) / jobs.length;
      leftMs -= nextMs - nowMs;
    }
    nowMs = nextMs;
    if (nowMs === arrivalMs) {
      insert(jobs, { arrivedMs: nowMs, doneAt: attained + queue.workMs * rng.exponential() });
      arrivalMs += meanGapMs * rng.exponential();
    } else if (nowMs === refillMs) {
      leftMs = budgetMs;
      refillMs += PERIOD_MS;
    } else if (nowMs === doneMs) served.push(servedAt(jobs.shift()!, nowMs));
    else leftMs = 0;
  }
  return served;
}

function servedAt({ arrivedMs }: Job, nowMs: number): Served {
  return { arrivedMs, sojournMs: nowMs - arrivedMs };
}

function insert(jobs: Job[], job: Job): void {
  let place = jobs.length;
  while (place > 0 && jobs[place - 1]!.doneAt > job.doneAt) place--;
  jobs.splice(place, 0, job);
}

export function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(q * values.length)]!;
}
