import { createAdmission } from "../../../mocks/src/admission.ts";
import { createQuota } from "../../../mocks/src/quota.ts";

export type ScheduledRun = {
  readonly limitCores: number;
  readonly concurrency: number;
  readonly queueLimit: number;
  /** Ascending, ms. */
  readonly startTimesMs: Float64Array;
  readonly workMs: Float64Array;
  /** When in its period the quota starts, ms. */
  readonly phaseMs: number;
};

export type MockRun = { readonly latenciesMs: number[]; readonly refused: number; readonly throttledMs: number };

type Job = { readonly arrivedMs: number; missingMs: number };

const SLICE_MS = 1;

/** The mock's own admission and quota in simulated time, with slices of 1 ms in turn and HTTP that costs nothing. */
export function runMockScheduler(run: ScheduledRun): MockRun {
  let nowMs = -run.phaseMs;
  let cpuMs = 0;
  const block = (ms: number): void => void (nowMs += Math.max(0, ms));
  const quota = createQuota(run.limitCores, { nowMs: () => nowMs, cpuMs: () => cpuMs, block });
  quota.arm();
  nowMs = 0;
  const admission = createAdmission(run);
  const jobs: Job[] = [];
  const latenciesMs: number[] = [];
  let refused = 0;
  let sent = 0;

  function receive(): void {
    while (sent < run.startTimesMs.length && run.startTimesMs[sent]! <= nowMs) {
      const job = { arrivedMs: run.startTimesMs[sent]!, missingMs: run.workMs[sent]! };
      sent++;
      if (run.limitCores < 1) quota.check();
      if (admission.tryEnter()) jobs.push(job);
      else if (!admission.tryQueue(() => jobs.push(job))) refused++;
    }
  }

  function slice(): void {
    const job = jobs.shift()!;
    const ms = Math.min(SLICE_MS, job.missingMs);
    nowMs += ms;
    cpuMs += ms;
    job.missingMs -= ms;
    if (run.limitCores < 1) quota.check();
    if (job.missingMs > 0) return void jobs.push(job);
    latenciesMs.push(nowMs - job.arrivedMs);
    admission.leave();
  }

  while (sent < run.startTimesMs.length || jobs.length > 0) {
    if (jobs.length === 0) nowMs = Math.max(nowMs, run.startTimesMs[sent]!);
    receive();
    if (jobs.length > 0) slice();
  }
  return { latenciesMs, refused, throttledMs: quota.throttledMs() };
}
