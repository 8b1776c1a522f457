export type RoundPlan = {
  readonly nowMs: () => number;
  readonly periodMs: number;
  /** First round after this time, ms. */
  readonly phaseMs: number;
  /** Told what a round fails with; it was the last one. */
  readonly onFailure: (error: unknown) => void;
};

/** Rounds at a steady pace, one at a time; a round that is late does not shift the ones after it. */
export function startRounds(round: () => Promise<void>, plan: RoundPlan): { readonly stop: () => void } {
  const { nowMs, periodMs, phaseMs, onFailure } = plan;
  let isStopped = false;
  let timer: NodeJS.Timeout;
  let dueMs = nowMs() + phaseMs;
  const schedule = (): void => {
    timer = setTimeout(() => void run().catch(onFailure), Math.max(0, dueMs - nowMs()));
  };
  const run = async (): Promise<void> => {
    await round();
    if (isStopped) return;
    const missed = Math.floor((nowMs() - dueMs) / periodMs);
    dueMs += periodMs * (missed + 1);
    schedule();
  };
  schedule();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
