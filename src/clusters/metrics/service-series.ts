import type { Timing } from "../../control/loop/timing.ts";
import { type CounterName, type PodSample, counterNames } from "./pod-sample.ts";

/** One pod in one scrape of its service. */
export type ScrapedPod = {
  /** Changes when the process is started again, because its counters then start at zero. */
  readonly incarnation: string;
  readonly atMs: number;
  readonly isReady: boolean;
  /** True where it served long before its first scrape: what it counted until then is not of now. */
  readonly hasPast?: boolean;
  readonly sample: PodSample;
};

/** A service after one scrape: sums over all pods it ever had. */
export type ServiceSample = {
  readonly atMs: number;
  /** When the pod that was looked at first was; before `atMs` where others have scraped for us. */
  readonly sampledAtMs: number;
  readonly counters: Readonly<Record<CounterName, number>>;
  readonly entryBuckets: ReadonlyMap<number, number>;
  /** Requests waiting or in work. */
  readonly inside: number;
  /** Memory of a ready pod in the mean, MiB; NaN where none tells. */
  readonly memoryMiB: number;
  /** CPU time of the ready pods. */
  readonly cpu: ReadonlyMap<string, { readonly atMs: number; readonly cpuS: number }>;
};

/** The window that can be seen now: `from` undefined while there is one sample only. */
export type VisibleWindow = { readonly from: ServiceSample | undefined; readonly to: ServiceSample };

/**
 * The metrics of one service over time. Counters of a pod count from its first scrape's zero, and what a pod did after
 * its last scrape is lost, as in any pipeline that scrapes.
 */
export class ServiceSeries {
  readonly #timing: Timing;
  #samples: ServiceSample[] = [];
  readonly #last = new Map<string, PodSample>();

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  /** @param existing  incarnations that can still be scraped, those whose scrape failed this time too */
  add(atMs: number, pods: readonly ScrapedPod[], existing: ReadonlySet<string>): void {
    // Without an answer there is no sample: what is known grows old.
    if (pods.length === 0 && existing.size > 0) return;
    const counters = { ...(this.#samples.at(-1)?.counters ?? zeroCounters) };
    const entryBuckets = new Map(this.#samples.at(-1)?.entryBuckets);
    for (const { incarnation, sample, hasPast } of pods) {
      const before = this.#last.get(incarnation) ?? (hasPast === true ? sample : undefined);
      for (const name of counterNames) counters[name] += sample.counters[name] - (before?.counters[name] ?? 0);
      for (const [bound, count] of sample.entryBuckets)
        entryBuckets.set(bound, (entryBuckets.get(bound) ?? 0) + count - (before?.entryBuckets.get(bound) ?? 0));
    }
    for (const { incarnation, sample } of pods) this.#last.set(incarnation, sample);
    for (const incarnation of this.#last.keys()) if (!existing.has(incarnation)) this.#last.delete(incarnation);
    this.#samples.push({
      atMs,
      sampledAtMs: pods.reduce((earliest, pod) => Math.min(earliest, pod.atMs), atMs),
      counters,
      entryBuckets,
      inside: pods.reduce((sum, { sample }) => sum + sample.inside, 0),
      memoryMiB: meanMemoryMiB(pods),
      cpu: new Map(
        pods
          .filter(({ isReady }) => isReady)
          .map((pod) => [pod.incarnation, { atMs: pod.atMs, cpuS: pod.sample.cpuS }]),
      ),
    });
    this.#forgetBefore(atMs - this.#reachMs() - this.#timing.visibleLagMs - this.#timing.scrapePeriodMs);
  }

  /** The newest sample that has become visible, and the oldest one in its window. */
  windowAt(nowMs: number): VisibleWindow | undefined {
    const to = this.#samples.findLast(({ atMs }) => atMs + this.#timing.visibleLagMs <= nowMs);
    if (to === undefined) return undefined;
    const from = this.#samples.find(({ atMs }) => atMs >= to.atMs - this.#reachMs());
    return { from: from === to ? undefined : from, to };
  }

  /** CPU of a pod between its first ready sample in the window and the last one, cores; NaN without two. */
  podCores(incarnation: string, { to }: VisibleWindow): number {
    const last = to.cpu.get(incarnation);
    const first = this.#samples
      .find(({ atMs, cpu }) => atMs >= to.atMs - this.#reachMs() && cpu.has(incarnation))
      ?.cpu.get(incarnation);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return Number.NaN;
    return ((last.cpuS - first.cpuS) * 1_000) / (last.atMs - first.atMs);
  }

  /** Half a period of tolerance: scrapes are a little early or late, and the window must not lose one for that. */
  #reachMs(): number {
    return this.#timing.windowMs + this.#timing.scrapePeriodMs / 2;
  }

  #forgetBefore(atMs: number): void {
    while (this.#samples.length > 1 && this.#samples[0]!.atMs < atMs) this.#samples.shift();
  }
}

function meanMemoryMiB(pods: readonly ScrapedPod[]): number {
  const told = pods.filter(({ isReady, sample }) => isReady && !Number.isNaN(sample.memoryMiB));
  return told.reduce((sum, { sample }) => sum + sample.memoryMiB, 0) / told.length;
}

const zeroCounters: Readonly<Record<CounterName, number>> = {
  arrived: 0,
  answered: 0,
  served: 0,
  dropped: 0,
  refused: 0,
  waitS: 0,
  entryAnswered: 0,
  entryDropped: 0,
  entryDurationS: 0,
  entryDurations: 0,
};
