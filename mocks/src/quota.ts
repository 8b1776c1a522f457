/** Acts as the kernel's CPU limit does: a budget of CPU time per period; once it is spent, the process stands still. */
export type Quota = {
  /** From now on the limit holds; what was used before is not charged. */
  arm(): void;
  /** Charges what was used since the last check; blocks until the next period while the budget is spent. */
  check(): void;
  /** Another limit, from the next period on. */
  resize(limitCores: number): void;
  /** Time spent standing still, ms. */
  readonly throttledMs: () => number;
};

/** Length of a period, ms: the default of the kernel and of Kubernetes. */
const PERIOD_MS = 100;
/** Reading the CPU clock costs more than a check is worth when the last one was just now, ms. */
const MIN_INTERVAL_MS = 0.25;
/** Budget that may outlive its period, ms: the kernel lets one 5 ms slice do so. */
const CARRIED_OVER_MS = 3;

export type QuotaClocks = {
  readonly nowMs: () => number;
  /** CPU time of the whole process, ms. */
  readonly cpuMs: () => number;
  /** Blocks the thread for about so many ms. */
  readonly block: (ms: number) => void;
};

/** What a limit is divided by at the moment. */
export type Divisor = () => number;

const one: Divisor = () => 1;

/** @param divisor  the limit is divided by this in the period that begins */
export function createQuota(cores: number, clocks: QuotaClocks, divisor: Divisor = one): Quota {
  const { nowMs, block } = clocks;
  const budget = createBudget(cores, clocks, divisor);
  let isArmed = false;
  let checkedAtMs = 0;
  let throttledMs = 0;

  return {
    arm() {
      isArmed = true;
      checkedAtMs = nowMs();
      budget.start(checkedAtMs);
    },
    check() {
      if (!isArmed || nowMs() - checkedAtMs < MIN_INTERVAL_MS) return;
      let leftMs = budget.charge();
      while (leftMs <= 0) {
        const fromMs = nowMs();
        block(budget.endsAtMs() - fromMs);
        throttledMs += nowMs() - fromMs;
        leftMs = budget.refill();
      }
      checkedAtMs = nowMs();
    },
    resize: budget.resize,
    throttledMs: () => throttledMs,
  };
}

/** CPU time left in the period that runs. */
type Budget = {
  /** Periods follow one another from now on. */
  readonly start: (atMs: number) => void;
  /** Takes away what was used since the last time, after a refill; returns what is left, ms. */
  readonly charge: () => number;
  /**
   * Periods that began since the last time add their budget; debt stays, unused budget mostly does not. Returns what is
   * left, ms.
   */
  readonly refill: () => number;
  /** When the period ends. */
  readonly endsAtMs: () => number;
  readonly resize: (limitCores: number) => void;
};

function createBudget(cores: number, { nowMs, cpuMs }: QuotaClocks, divisor: Divisor): Budget {
  let fullMs = cores * PERIOD_MS;
  let budgetMs = fullMs / divisor();
  let leftMs = budgetMs;
  let startMs = 0;
  let period = 0;
  let chargedMs = 0;

  function refill(): number {
    const current = Math.floor((nowMs() - startMs) / PERIOD_MS);
    const periods = current - period;
    if (periods === 0) return leftMs;
    period = current;
    budgetMs = fullMs / divisor();
    leftMs = Math.min(leftMs, CARRIED_OVER_MS) + budgetMs;
    if (periods > 1) leftMs = Math.min(leftMs + (periods - 1) * budgetMs, budgetMs + CARRIED_OVER_MS);
    return leftMs;
  }

  return {
    start(atMs) {
      startMs = atMs;
      chargedMs = cpuMs();
    },
    refill,
    charge() {
      refill();
      const usedMs = cpuMs();
      leftMs -= usedMs - chargedMs;
      chargedMs = usedMs;
      return leftMs;
    },
    endsAtMs: () => startMs + (period + 1) * PERIOD_MS,
    resize(limitCores) {
      refill();
      fullMs = limitCores * PERIOD_MS;
    },
  };
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the calling thread without using CPU. */
export function blockThread(ms: number): void {
  if (ms > 0) Atomics.wait(never, 0, 0, ms);
}
