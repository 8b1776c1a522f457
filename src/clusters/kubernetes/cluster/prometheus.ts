import { toPodSample } from "../../metrics/pod-sample.ts";
import type { PrometheusSample } from "../../metrics/prometheus-text.ts";
import type { ScrapedPod } from "../../metrics/service-series.ts";
import type { PodState } from "./pod-state.ts";
import { type RangeSeries, queryRange } from "./prometheus-query.ts";
import type { SampleWay } from "./sample-way.ts";

/** A counter of a pod that falls starts a new life of it. */
type Lives = Map<string, { readonly cpuS: number; readonly life: number }>;

/**
 * Gives the last sample that Prometheus took of each pod, as it was, with its own time. Undefined where it does not
 * answer.
 */
export function createPrometheusSource(
  way: SampleWay,
): (pods: readonly PodState[]) => Promise<readonly ScrapedPod[] | undefined> {
  const lives: Lives = new Map();
  return async (pods) => {
    const found = await queryRange(way);
    if (found === undefined) return undefined;
    // An age on their clock is an age on ours.
    const toOwnMs = way.nowMs() - found.serverNowMs;
    return pods.flatMap((pod) => {
      const own = found.series.filter(({ metric }) => metric["pod"] === pod.name);
      const last = lastScrape(own);
      if (last === undefined) return [];
      const sample = toPodSample(last.samples, way.isEntry);
      const incarnation = `${pod.name}/${lifeOf(lives, pod.name, sample.cpuS)}`;
      return [{ incarnation, isReady: pod.isReady, atMs: last.atMs + toOwnMs, sample }];
    });
  };
}

/** What was not in the last scrape belongs to a process before this one. */
function lastScrape(
  series: readonly RangeSeries[],
): { readonly atMs: number; readonly samples: readonly PrometheusSample[] } | undefined {
  const cpu = series.find(({ metric }) => metric["__name__"] === "process_cpu_seconds_total");
  const [atS] = cpu?.values.at(-1) ?? [];
  if (atS === undefined) return undefined;
  const samples = series.filter(({ values }) => values.at(-1)?.[0] === atS).map(toSample);
  return { atMs: atS * 1_000, samples };
}

/** A target may have a label `endpoint` of its own; Prometheus then moves the one of the pod. */
function toSample({ metric, values }: RangeSeries): PrometheusSample {
  const { __name__: name = "", exported_endpoint: moved, ...labels } = metric;
  const own = moved === undefined ? labels : { ...labels, endpoint: moved };
  return { name, labels: own, value: Number(values.at(-1)![1]) };
}

function lifeOf(lives: Lives, pod: string, cpuS: number): number {
  const before = lives.get(pod);
  const life = (before?.life ?? 0) + (before !== undefined && cpuS < before.cpuS ? 1 : 0);
  lives.set(pod, { cpuS, life });
  return life;
}
