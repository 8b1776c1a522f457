/** Feed-forward needs of the last 15 minutes and what they say of the traffic. Columns are [services][environments]. */
export type NeedHistory = {
  /** Takes the needs of one sync period; unknown ones repeat the last known. */
  push(need: Float64Array): void;
  /** Forgets one environment. */
  forget(environment: number): void;
  /** Last known need, at least {@link leastNeed}; NaN before the first. */
  readonly need: Float64Array;
  /** Natural logarithms, as are the next three. */
  readonly logNeed: Float64Array;
  readonly logMax5Min: Float64Array;
  readonly logMax15Min: Float64Array;
  readonly logMean15Min: Float64Array;
  /** Mean absolute change of the logarithm per period, over the last 16 periods. */
  readonly volatility: Float64Array;
  /** Logarithm of the need `periods` ago, or the oldest known. */
  logAgo(cell: number, periods: number): number;
};

/** Below this, in pods, a need is as good as none, and its logarithm would be noise. */
export const leastNeed = 0.02;

const volatilityPeriods = 16;

/** @param periods  sync periods in 5 and in 15 minutes of the scenario */
export function createNeedHistory(
  services: number,
  environments: number,
  periods: { readonly in5Min: number; readonly in15Min: number },
): NeedHistory {
  const cells = services * environments;
  const slots = Math.max(periods.in15Min, volatilityPeriods + 1);
  /** Logarithms, a ring: [slots][cells]. */
  const ring = new Float64Array(slots * cells);
  const column = (): Float64Array => new Float64Array(cells).fill(Number.NaN);
  const history = {
    need: column(),
    logNeed: column(),
    logMax5Min: column(),
    logMax15Min: column(),
    logMean15Min: column(),
    volatility: new Float64Array(cells),
  };
  /** Periods known, at most `slots`: [cells]. */
  const known = new Float64Array(cells);
  let newest = 0;
  const slotAgo = (ago: number): number => ((newest - ago + slots) % slots) * cells;

  function take(need: Float64Array): void {
    newest = (newest + 1) % slots;
    const at = newest * cells;
    for (let cell = 0; cell < cells; cell++) {
      const value = need[cell]!;
      if (value >= 0) {
        history.need[cell] = Math.max(leastNeed, value);
        history.logNeed[cell] = Math.log(history.need[cell]!);
      }
      ring[at + cell] = history.logNeed[cell]!;
      if (!Number.isNaN(history.logNeed[cell]!)) known[cell] = Math.min(slots, known[cell]! + 1);
    }
  }

  /** Largest and mean value over `window` periods, the newest included. */
  function summarise(window: number, largest: Float64Array, mean: Float64Array | undefined): void {
    largest.set(history.logNeed);
    mean?.set(history.logNeed);
    for (let ago = 1; ago < window; ago++) {
      const at = slotAgo(ago);
      for (let cell = 0; cell < cells; cell++) {
        if (ago >= known[cell]!) continue;
        const value = ring[at + cell]!;
        if (value > largest[cell]!) largest[cell] = value;
        if (mean !== undefined) mean[cell] = mean[cell]! + value;
      }
    }
    if (mean === undefined) return;
    for (let cell = 0; cell < cells; cell++) mean[cell] = mean[cell]! / Math.max(1, Math.min(window, known[cell]!));
  }

  function measureVolatility(): void {
    history.volatility.fill(0);
    for (let ago = 0; ago < volatilityPeriods; ago++) {
      const at = slotAgo(ago);
      const before = slotAgo(ago + 1);
      for (let cell = 0; cell < cells; cell++) {
        if (ago + 1 >= known[cell]!) continue;
        const change = Math.abs(ring[at + cell]! - ring[before + cell]!);
        history.volatility[cell] = history.volatility[cell]! + change / volatilityPeriods;
      }
    }
  }

  return {
    ...history,
    push(need) {
      take(need);
      summarise(periods.in5Min, history.logMax5Min, undefined);
      summarise(periods.in15Min, history.logMax15Min, history.logMean15Min);
      measureVolatility();
    },
    forget(environment) {
      for (let cell = environment; cell < cells; cell += environments) {
        known[cell] = 0;
        for (const values of Object.values(history)) values[cell] = Number.NaN;
        history.volatility[cell] = 0;
      }
    },
    logAgo: (cell, ago) =>
      known[cell] === 0 ? Number.NaN : ring[slotAgo(Math.min(ago, known[cell]! - 1, slots - 1)) + cell]!,
  };
}
