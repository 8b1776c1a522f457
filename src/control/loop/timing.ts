/** The periods of the control loop and of the metrics pipeline. `--time-scale` divides all of them alike. */
export type Timing = {
  /** Between two decisions, ms. Kubernetes' HPA: 15 s. */
  readonly syncPeriodMs: number;
  /** Between two scrapes of a service, ms. Each service has its own phase. */
  readonly scrapePeriodMs: number;
  /** Over how long rates and CPU are averaged, ms. */
  readonly windowMs: number;
  /** From a scrape until its sample can be read, ms. */
  readonly visibleLagMs: number;
  /** How many seconds of the scenario pass in one second; >= 1. */
  readonly timeScale: number;
};

/** @source Kubernetes' HPA sync period; scrape, window and lag as in the measured metrics pipeline. */
export const kubernetesTiming: Timing = {
  syncPeriodMs: 15_000,
  scrapePeriodMs: 15_000,
  windowMs: 30_000,
  visibleLagMs: 2_000,
  timeScale: 1,
};

export function scaleTiming(timing: Timing, timeScale: number): Timing {
  return {
    syncPeriodMs: timing.syncPeriodMs / timeScale,
    scrapePeriodMs: timing.scrapePeriodMs / timeScale,
    windowMs: timing.windowMs / timeScale,
    visibleLagMs: timing.visibleLagMs / timeScale,
    timeScale: timing.timeScale * timeScale,
  };
}
