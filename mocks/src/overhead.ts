/**
 * Makes CPU time per request equal what is declared: what HTTP costs is estimated, and that much less is burnt.
 * It differs by a factor of 30 between an idle and a saturated replica, so it is measured all the time.
 */
export type Overhead = {
  /** CPU to burn for a request that is to cost `demandMs` in all, ms >= 0. */
  toBurnMs(demandMs: number): number;
  /** A request is finished that was to cost `demandMs` and burnt `usedMs`. */
  finished(demandMs: number, usedMs: number): void;
  /** CPU that belongs to no request, such as a scrape of the metrics, ms. */
  exclude(ms: number): void;
  /** Forgets the past; what is used from now on counts. */
  restart(): void;
  /** Current estimate, ms per request. */
  perRequestMs(): number;
};

/** Requests between two estimates. */
const WINDOW = 20;
/** Estimate to begin with, ms: a replica that has little to do. */
const START_MS = 0.5;
/** Weight of the newest window in the estimate. */
const GAIN = 0.2;
/** Share of the error so far that the next window takes back. */
const CORRECTION = 0.25;
/** An idle process spends CPU too; more than this per request is not the requests' doing, ms. */
const MAX_PER_REQUEST_MS = 3;
/** Bound of what is taken back, ms: the past is not worth distorting the next requests by more. */
const MAX_ERROR_MS = 20;

/**
 * @param cpuMs    CPU time of the process, ms
 * @param burntMs  CPU time burnt for requests so far, ms
 */
export function createOverhead(cpuMs: () => number, burntMs: () => number): Overhead {
  let perRequestMs = START_MS;
  let correctionMs = 0;
  let errorMs = 0;
  let finished = 0;
  let compensatedMs = 0;
  let atWindowStartMs = cpuMs() - burntMs();

  function estimate(): void {
    const overheadMs = cpuMs() - burntMs();
    const spentMs = Math.min(overheadMs - atWindowStartMs, WINDOW * MAX_PER_REQUEST_MS);
    perRequestMs += GAIN * (spentMs / WINDOW - perRequestMs);
    errorMs = clamp(errorMs + spentMs - compensatedMs, MAX_ERROR_MS);
    correctionMs = (CORRECTION * errorMs) / WINDOW;
    beginWindow(overheadMs);
  }

  function beginWindow(overheadMs: number): void {
    finished = 0;
    compensatedMs = 0;
    atWindowStartMs = overheadMs;
  }

  return {
    toBurnMs: (demandMs) => Math.max(0, demandMs - perRequestMs - correctionMs),
    finished(demandMs, usedMs) {
      compensatedMs += demandMs - usedMs;
      if (++finished === WINDOW) estimate();
    },
    exclude: (ms) => void (atWindowStartMs += ms),
    restart() {
      perRequestMs = START_MS;
      correctionMs = 0;
      errorMs = 0;
      beginWindow(cpuMs() - burntMs());
    },
    perRequestMs: () => perRequestMs,
  };
}

function clamp(value: number, bound: number): number {
  return Math.min(bound, Math.max(-bound, value));
}
