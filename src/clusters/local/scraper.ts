import type { Dispatcher } from "undici";
import type { Pod } from "./pod.ts";
import { readPodSample } from "../metrics/pod-sample.ts";
import { type RoundPlan, startRounds } from "../metrics/rounds.ts";
import type { ScrapedPod, ServiceSeries } from "../metrics/service-series.ts";

/** What is scraped, how often. */
export type ScrapeTarget = RoundPlan & {
  readonly pods: () => readonly Pod[];
  readonly series: ServiceSeries;
  readonly isEntry: (endpoint: string) => boolean;
};

/** Scrapes all pods of a service at a steady pace. */
export function startScraping(http: Dispatcher, target: ScrapeTarget): { readonly stop: () => void } {
  return startRounds(() => scrapeAll(http, target), target);
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
