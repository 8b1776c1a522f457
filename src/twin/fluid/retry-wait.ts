/** How long a call waits between its tries, over all of them: mean, ms, variance, ms², third central moment, ms³. */
export type RetryWait = { meanMs: number; variance: number; third: number };

/** @source mocks/src/calls.ts: doubled with each retry up to a bound, and a share from ½ to 1 of it waited. */
const LONGEST_WAIT_MS = 10_000;
const MEAN_SHARE = 0.75;

/**
 * The k-th retry is made when k tries have failed and the budget allows it; what the shares of single waits add to the
 * variance is left out.
 *
 * @param bad      probability that a try fails, [0, 1]
 * @param allowed  share of the retries wanted that the budget grants, [0, 1]
 */
export function writeRetryWait(
  wait: RetryWait,
  { backoffMs, retries }: { readonly backoffMs: number; readonly retries: number },
  bad: number,
  allowed: number,
): void {
  let [first, second, cubed] = [0, 0, 0];
  let waitedMs = 0;
  let reached = allowed;
  for (let k = 1; k <= retries; k++) {
    reached *= bad;
    waitedMs += MEAN_SHARE * Math.min(LONGEST_WAIT_MS, backoffMs * 2 ** (k - 1));
    // Those for whom this retry is the last.
    const last = k === retries ? reached : reached * (1 - bad);
    first += last * waitedMs;
    second += last * waitedMs * waitedMs;
    cubed += last * waitedMs * waitedMs * waitedMs;
  }
  wait.meanMs = first;
  wait.variance = Math.max(0, second - first * first);
  wait.third = cubed - 3 * first * second + 2 * first * first * first;
}
