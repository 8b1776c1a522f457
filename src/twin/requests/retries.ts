import type { Call } from "./call-pool.ts";
import { uniformOf } from "./draws.ts";
import type { World } from "./world.ts";

/** Retries that a full budget holds. As the mock has it. @source mocks/src/retry-budget.ts */
const FULL = 10;
/** A wait never grows beyond this, ms; of each at least this share is waited. @source mocks/src/calls.ts */
const LONGEST_WAIT_MS = 10_000;
const STEADY_SHARE = 0.5;
/** Draws of a call from here on say how long it waits; those before are the keys of its tries. */
const FIRST_WAIT_DRAW = 1 << 20;

/** Retries left in each replica, for every call that has a budget: [calls][replicas]. */
export type RetryTokens = readonly (Float64Array | undefined)[];

export function createRetryTokens(plan: World["plan"], replicas: number): RetryTokens {
  return plan.calls.map(({ retryBudget }) => (retryBudget === undefined ? undefined : new Float64Array(replicas)));
}

export function grownRetryTokens(tokens: RetryTokens, replicas: number): RetryTokens {
  return tokens.map((own) => {
    if (own === undefined) return undefined;
    const grown = new Float64Array(replicas);
    grown.set(own);
    return grown;
  });
}

/** A process starts with full budgets. */
export function fillRetryTokens(tokens: RetryTokens, pod: number): void {
  for (let number = 0; number < tokens.length; number++) {
    const own = tokens[number];
    if (own !== undefined) own[pod] = FULL;
  }
}

/** A call is made for the first time: it earns its share of a retry. */
export function earnRetry({ retryTokens, plan }: World, number: number, pod: number): void {
  const own = retryTokens[number];
  if (own !== undefined) own[pod] = Math.min(FULL, own[pod]! + plan.calls[number]!.retryBudget!);
}

/** True when the replica may try the call again; that retry is spent then. */
export function spendRetry({ retryTokens }: World, number: number, pod: number): boolean {
  const own = retryTokens[number];
  if (own === undefined) return true;
  if (own[pod]! < 1) return false;
  own[pod]!--;
  return true;
}

/** How long a call waits before the try that comes next, ms. */
export function retryWaitMs({ plan, time, attempt, key }: Call): number {
  const { backoffMs, retries } = plan;
  if (backoffMs === 0) return 0;
  const draw = FIRST_WAIT_DRAW + time * (retries + 1) + attempt;
  const share = STEADY_SHARE + (1 - STEADY_SHARE) * uniformOf(key, draw);
  return share * Math.min(LONGEST_WAIT_MS, backoffMs * 2 ** (attempt - 1));
}
