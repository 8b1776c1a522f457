import type { Dispatcher } from "undici";
import type { Pod } from "./pod.ts";
import { readPodSample } from "./pod-sample.ts";
import type { ScrapedPod, ServiceSeries } from "./service-series.ts";

/** What is scraped, how often. */
export type ScrapeTarget = {
  readonly pods: () => readonly Pod[];
  readonly series: ServiceSeries;
  readonly isEntry: (endpoint: string) => boolean;
  readonly nowMs: () => number;
  readonly periodMs: number;
  /** First scrape after this time, ms. */
  readonly phaseMs: number;
};

/** Scrapes all pods of a service at a steady pace; a scrape that is late does not shift the ones after it. */
export function startScraping(http: Dispatcher, target: ScrapeTarget): { readonly stop: () => void } {
  let isStopped = false;
  let timer: NodeJS.Timeout;
  let dueMs = target.nowMs() + target.phaseMs;
  const schedule = (): void => {
    timer = setTimeout(() => void round(), Math.max(0, dueMs - target.nowMs()));
  };
  const round = async (): Promise<void> => {
    await scrapeAll(http, target);
    if (isStopped) return;
    const missed = Math.floor((target.nowMs() - dueMs) / target.periodMs);
    dueMs += target.periodMs * (missed + 1);
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

async function scrapeAll(http: Dispatcher, target: ScrapeTarget): Promise<void> {
  const atMs = target.nowMs();
  const listening = target.pods().filter((pod) => pod.port !== undefined);
  const existing = new Set(listening.map((pod) => pod.incarnation));
  const scraped = await Promise.all(listening.map((pod) => scrape(http, target, pod)));
  target.series.add(
    atMs,
    scraped.filter((one) => one !== undefined),
    existing,
  );
}

/** Undefined when the pod does not answer in time: it is then missing from this scrape, as in any pipeline. */
async function scrape(http: Dispatcher, target: ScrapeTarget, pod: Pod): Promise<ScrapedPod | undefined> {
  const { incarnation, isReady } = pod;
  try {
    const { statusCode, body } = await http.request({
      origin: `http://127.0.0.1:${pod.port}`,
      path: "/metrics",
      method: "GET",
      signal: AbortSignal.timeout(Math.max(500, target.periodMs)),
    });
    const text = await body.text();
    if (statusCode !== 200) return undefined;
    return { incarnation, isReady, atMs: target.nowMs(), sample: readPodSample(text, target.isEntry) };
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
