/** One replica: work in CPU time of one core, and the limit the kernel holds it to. */
export type Station = {
  /** CPU time of a request, ms. */
  readonly workMs: number;
  /** Squared coefficient of variation of that work. */
  readonly workScv: number;
  /** CPU limit, cores. */
  readonly limitCores: number;
};

/** Above it the stationary wait is not reached in the time a load lasts; the fluid queue takes over. */
export const HIGHEST_UTILISATION = 0.97;

/** The kernel refills the CPU budget of a container this often. @source Linux CFS bandwidth control, default period */
const QUOTA_PERIOD_MS = 100;

/**
 * Mean sojourn in one replica at a utilisation (CPU used / limit, < 1).
 *
 * Below the budget a replica is a processor-sharing queue on a whole core, mean work / (1 - rho L). Were the quota's
 * period very short, it would be one on a core of speed L, mean work / (L (1 - rho)). Real periods lie between; the
 * weight of the second was fitted to an event-by-event simulation (L .1-.75, work 2-20 ms, constant and exponential,
 * rho .2-.93): exponential work within 14 %, at L = .5 within 9 %. At a whole core and above there is no throttling:
 * processor sharing, and beyond one core the M/M/c wait of Sakasegawa.
 */
export function meanSojournMs({ workMs, workScv, limitCores }: Station, utilisation: number): number {
  if (limitCores > 1) return workMs + sharedWaitMs(workMs, limitCores, utilisation);
  const unthrottledMs = workMs / (1 - utilisation * limitCores);
  if (limitCores === 1 || utilisation === 0) return unthrottledMs;
  const slowCoreMs = workMs / (limitCores * (1 - utilisation));
  const budgetInRequests = (limitCores * QUOTA_PERIOD_MS) / workMs;
  const exponent =
    2.01 *
    budgetInRequests ** 0.797 *
    (1 - utilisation) ** 1.013 *
    (1 + workScv) ** -0.898 *
    utilisation ** -0.07 *
    (1 - limitCores) ** 0.564;
  return unthrottledMs + (slowCoreMs - unthrottledMs) * Math.exp(-exponent);
}

/** @source Sakasegawa 1977: wait of M/M/c, c whole servers */
function sharedWaitMs(workMs: number, cores: number, utilisation: number): number {
  return (workMs * utilisation ** (Math.sqrt(2 * (cores + 1)) - 1)) / (cores * (1 - utilisation));
}

/**
 * Variance of the same sojourn, ms². The unthrottled part varies like its work; a throttled request waits for the end
 * of the period, and longer the more backlog there is. Fitted together with the mean: standard deviation within 17 %
 * for exponential work, looser for constant work.
 */
export function sojournVariance(station: Station, utilisation: number): number {
  const { workMs, workScv, limitCores } = station;
  const onCore = Math.min(1, limitCores);
  const unthrottledMs = limitCores > 1 ? workMs : workMs / (1 - utilisation * onCore);
  const excessMs = meanSojournMs(station, utilisation) - unthrottledMs;
  const own = (workScv + 0.692 * utilisation * onCore) * unthrottledMs ** 2;
  if (limitCores >= 1) return own + excessMs ** 2;
  const periodMs = 0.31 * (1 - limitCores) ** 0.196 * QUOTA_PERIOD_MS * Math.max(0.2, 1 - 0.1025 * workScv);
  const delayMs = periodMs + (1.31 + 0.516 * workScv) * excessMs + 3.756 * workMs * workScv;
  return own + Math.max(0, 2 * excessMs * delayMs - excessMs ** 2);
}

/**
 * How long a replica takes to get used to a utilisation, ms: heavily loaded queues fill slowly. The scale is that of
 * a diffusion; its factor was fitted to the mean over many event-by-event runs with a step from rho .5 to .95.
 */
export function relaxationMs({ workMs, workScv, limitCores }: Station, utilisation: number): number {
  return (0.44 * (workMs / limitCores) * (1 + workScv)) / (1 - utilisation) ** 2;
}
