import { KarmaError } from "../../../core/errors.ts";
import { SERVICE_PORT } from "../../../system/compile/kubernetes-names.ts";
import { readPodSample } from "../../metrics/pod-sample.ts";
import type { ScrapedPod } from "../../metrics/service-series.ts";
import type { PodState } from "./pod-state.ts";
import { podsPath } from "./selectors.ts";
import { type SampleWay, patienceMs } from "./sample-way.ts";

/** Far more than a mock has to tell. */
const MOST_BYTES = 4 * 1_024 * 1_024;

/** Asks each pod for its `/metrics`, through the API server's proxy. Pods that do not answer are missing. */
export async function scrapePods(way: SampleWay, pods: readonly PodState[]): Promise<readonly ScrapedPod[]> {
  const scraped = await Promise.all(pods.filter(({ isRunning }) => isRunning).map((pod) => scrape(way, pod)));
  return scraped.filter((one) => one !== undefined);
}

async function scrape(way: SampleWay, pod: PodState): Promise<ScrapedPod | undefined> {
  const path = `${podsPath(way.namespace)}/${pod.name}:${SERVICE_PORT}/proxy/metrics`;
  try {
    const { status, text } = await way.caller.call({ path, patienceMs: patienceMs(way), mostBytes: MOST_BYTES });
    if (status !== 200) return undefined;
    // Counters start anew with the container.
    const incarnation = `${pod.name}/${pod.restarts}`;
    return { incarnation, isReady: pod.isReady, atMs: way.nowMs(), sample: readPodSample(text, way.isEntry) };
  } catch (error) {
    if (error instanceof KarmaError) return undefined;
    throw error;
  }
}
