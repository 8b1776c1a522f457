export type HoltConfig = {
  /** How far ahead, ms of the clock. */
  readonly horizonMs: number;
  readonly periodMs: number;
  /** Weight of a new value in the level, (0, 1]. */
  readonly levelWeight: number;
  /** Weight of a new difference in the trend, (0, 1]. */
  readonly trendWeight: number;
};

export type Forecast = {
  /** Takes the value of this period and returns what is expected `horizonMs` later, never below 0. NaN skips it. */
  next(value: number): number;
};

/**
 * Double exponential smoothing: a level and a trend, continued in a straight line.
 *
 * @source C. C. Holt, Forecasting seasonals and trends by exponentially weighted moving averages (1957)
 */
export function createHolt(config: HoltConfig): Forecast {
  const stepsAhead = config.horizonMs / config.periodMs;
  let level = Number.NaN;
  let trend = 0;
  return {
    next: (value) => {
      if (Number.isNaN(value)) return Math.max(0, level + stepsAhead * trend);
      if (Number.isNaN(level)) level = value;
      const before = level;
      level = config.levelWeight * value + (1 - config.levelWeight) * (level + trend);
      trend = config.trendWeight * (level - before) + (1 - config.trendWeight) * trend;
      return Math.max(0, level + stepsAhead * trend);
    },
  };
}
