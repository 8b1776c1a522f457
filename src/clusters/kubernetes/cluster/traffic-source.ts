import type { ScrapedPod } from "../../metrics/service-series.ts";
import type { PodState } from "./pod-state.ts";
import { createPrometheusSource } from "./prometheus.ts";
import { podsScraped } from "./prometheus-query.ts";
import type { SampleWay } from "./sample-way.ts";
import { scrapePods } from "./scrape-pods.ts";

/** `pods`: their `/metrics`, through the API server. */
export type TrafficSourceName = "pods" | "prometheus";

export type TrafficSource = {
  readonly name: () => TrafficSourceName;
  readonly collect: (pods: readonly PodState[]) => Promise<readonly ScrapedPod[]>;
};

/** A Prometheus that is silent for so many rounds is given up. */
const PATIENT_ROUNDS = 2;

/**
 * Samples of a service: through Prometheus where that scrapes every ready pod at least once a round when it all begins,
 * else from the pods themselves. Where Prometheus falls silent later the pods are asked from then on.
 */
export function createTrafficSource(way: SampleWay): TrafficSource {
  const prometheus = createPrometheusSource(way);
  let name: TrafficSourceName | undefined;
  let silentRounds = 0;
  async function throughPrometheus(pods: readonly PodState[]): Promise<readonly ScrapedPod[]> {
    const found = await prometheus(pods);
    silentRounds = found === undefined ? silentRounds + 1 : 0;
    if (silentRounds >= PATIENT_ROUNDS) name = "pods";
    return found ?? [];
  }
  return {
    name: () => name ?? "pods",
    async collect(pods) {
      name ??= (await isScraped(way, pods)) ? "prometheus" : "pods";
      const found = name === "prometheus" ? await throughPrometheus(pods) : [];
      return name === "prometheus" ? found : scrapePods(way, pods);
    },
  };
}

async function isScraped(way: SampleWay, pods: readonly PodState[]): Promise<boolean> {
  const ready = pods.filter((pod) => pod.isReady);
  if (ready.length === 0) return false;
  const scraped = await podsScraped(way);
  return ready.every((pod) => scraped.has(pod.name));
}
