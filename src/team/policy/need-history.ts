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

type Columns = Omit<NeedHistory, "push" | "forget" | "logAgo">;

type State = Columns & {
  readonly cells: number;
  readonly slots: number;
  /** Logarithms, a ring: [slots][cells]. */
  readonly ring: Float64Array;
  /** Periods known, at most `slots`: [cells]. */
  readonly known: Float64Array;
  newest: number;
};

/** @param periods  sync periods in 5 and in 15 minutes of the scenario */
export function createNeedHistory(
  services: number,
  environments: number,
  periods: { readonly in5Min: number; readonly in15Min: number },
): NeedHistory {
  const cells = services * environments;
  const columns = createColumns(cells);
  const slots = Math.max(periods.in15Min, volatilityPeriods + 1);
  const ring = new Float64Array(slots * cells);
  const known = new Float64Array(cells);
  const state: State = { ...columns, cells, slots, ring, known, newest: 0 };
  return {
    ...columns,
    push(need) {
      take(state, need);
      summarise(state, periods.in5Min, columns.logMax5Min, undefined);
      summarise(state, periods.in15Min, columns.logMax15Min, columns.logMean15Min);
      measureVolatility(state);
    },
    forget(environment) {
      for (let cell = environment; cell < cells; cell += environments) {
        known[cell] = 0;
        for (const values of Object.values(columns)) values[cell] = Number.NaN;
        columns.volatility[cell] = 0;
      }
    },
    logAgo: (cell, ago) =>
      known[cell] === 0 ? Number.NaN : ring[slotAgo(state, Math.min(ago, known[cell]! - 1, slots - 1)) + cell]!,
  };
}

function createColumns(cells: number): Columns {
  const column = (): Float64Array => new Float64Array(cells).fill(Number.NaN);
  return {
    need: column(),
    logNeed: column(),
    logMax5Min: column(),
    logMax15Min: column(),
    logMean15Min: column(),
    volatility: new Float64Array(cells),
  };
}

/** Where the values of so many periods ago begin. */
function slotAgo({ newest, slots, cells }: State, ago: number): number {
  return ((newest - ago + slots) % slots) * cells;
}

function take(state: State, need: Float64Array): void {
  const { cells, slots, ring, known, need: last, logNeed } = state;
  state.newest = (state.newest + 1) % slots;
  const at = state.newest * cells;
  for (let cell = 0; cell < cells; cell++) {
    const value = need[cell]!;
    if (value >= 0) {
      last[cell] = Math.max(leastNeed, value);
      logNeed[cell] = Math.log(last[cell]!);
    }
    ring[at + cell] = logNeed[cell]!;
    if (!Number.isNaN(logNeed[cell]!)) known[cell] = Math.min(slots, known[cell]! + 1);
  }
}

/** Largest and mean value over `window` periods, the newest included. */
function summarise(state: State, window: number, largest: Float64Array, mean: Float64Array | undefined): void {
  const { cells, known, ring, logNeed } = state;
  largest.set(logNeed);
  mean?.set(logNeed);
  for (let ago = 1; ago < window; ago++) {
    const at = slotAgo(state, ago);
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

function measureVolatility(state: State): void {
  const { cells, known, ring, volatility } = state;
  volatility.fill(0);
  for (let ago = 0; ago < volatilityPeriods; ago++) {
    const at = slotAgo(state, ago);
    const before = slotAgo(state, ago + 1);
    for (let cell = 0; cell < cells; cell++) {
      if (ago + 1 >= known[cell]!) continue;
      const change = Math.abs(ring[at + cell]! - ring[before + cell]!);
      volatility[cell] = volatility[cell]! + change / volatilityPeriods;
    }
  }
}
