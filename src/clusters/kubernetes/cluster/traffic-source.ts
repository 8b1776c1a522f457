import type { ScrapedPod } from "../../metrics/service-series.ts";
import type { PodState } from "./pod-state.ts";
import { createPrometheusSource } from "./prometheus.ts";
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
 * Samples of a service: through Prometheus where that knows every ready pod at the first round, else from the pods
 * themselves. Where Prometheus falls silent later the pods are asked from then on.
 */
export function createTrafficSource(way: SampleWay): TrafficSource {
  const prometheus = createPrometheusSource(way);
  let name: TrafficSourceName | undefined;
  let silentRounds = 0;
  async function throughPrometheus(pods: readonly PodState[]): Promise<readonly ScrapedPod[] | undefined> {
    const found = await prometheus(pods);
    const isUseful = name === undefined ? knowsAll(found, pods) : found !== undefined;
    silentRounds = isUseful ? 0 : silentRounds + 1;
    name = isUseful || (name !== undefined && silentRounds < PATIENT_ROUNDS) ? "prometheus" : "pods";
    return name === "prometheus" ? (found ?? []) : undefined;
  }
  return {
    name: () => name ?? "pods",
    async collect(pods) {
      const found = name === "pods" ? undefined : await throughPrometheus(pods);
      return found ?? scrapePods(way, pods);
    },
  };
}

function knowsAll(found: readonly ScrapedPod[] | undefined, pods: readonly PodState[]): boolean {
  const ready = pods.filter(({ isReady }) => isReady);
  return found !== undefined && ready.length > 0 && found.filter(({ isReady }) => isReady).length === ready.length;
}
