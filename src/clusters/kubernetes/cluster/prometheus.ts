import { kubernetesName } from "../../../system/compile/kubernetes-names.ts";
import { toPodSample, wantedMetrics } from "../../metrics/pod-sample.ts";
import type { PrometheusSample } from "../../metrics/prometheus-text.ts";
import type { ScrapedPod } from "../../metrics/service-series.ts";
import { KarmaError } from "../../../core/errors.ts";
import type { ApiAnswer } from "./api-request.ts";
import type { PodState } from "./pod-state.ts";
import { serverNowMs } from "./server-time.ts";
import { type SampleWay, patienceMs } from "./sample-way.ts";

/** Where `karma cluster up --monitoring` puts it. */
const PROMETHEUS = "/api/v1/namespaces/karma-monitoring/services/prometheus:9090/proxy";

type Series = {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the value as text; oldest first. */
  readonly values: readonly (readonly [number, string])[];
};
type QueryAnswer = { readonly data?: { readonly result?: readonly Series[] } };

/** A counter of a pod that falls starts a new life of it. */
type Lives = Map<string, { readonly cpuS: number; readonly life: number }>;

/**
 * Gives the last sample that Prometheus took of each pod, as it was, with its own time. Undefined where there is no
 * Prometheus, or it does not answer.
 */
export function createPrometheusSource(
  way: SampleWay,
): (pods: readonly PodState[]) => Promise<readonly ScrapedPod[] | undefined> {
  const lives: Lives = new Map();
  return async (pods) => {
    const answer = await ask(way);
    if (answer === undefined) return undefined;
    const series = (JSON.parse(answer.text) as QueryAnswer).data?.result ?? [];
    // An age on their clock is an age on ours.
    const toOwnMs = way.nowMs() - serverNowMs(answer);
    return pods.flatMap((pod) => lastSample(way, pod, series, lives, toOwnMs) ?? []);
  };
}

async function ask(way: SampleWay): Promise<ApiAnswer | undefined> {
  const path = `${PROMETHEUS}/api/v1/query?query=${encodeURIComponent(queryFor(way))}`;
  try {
    const answer = await way.caller.call({ path, patienceMs: patienceMs(way) });
    return answer.status === 200 ? answer : undefined;
  } catch (error) {
    if (error instanceof KarmaError) return undefined;
    throw error;
  }
}

/** Raw samples of the last three rounds: rates are made here, as for every other source. */
function queryFor({ namespace, service, periodMs }: SampleWay): string {
  const names = [...wantedMetrics].join("|");
  const pods = `${kubernetesName(service)}-[a-z0-9]+-[a-z0-9]+`;
  const rangeS = Math.max(5, Math.ceil((3 * periodMs) / 1_000));
  return `{__name__=~"${names}",namespace="${namespace}",pod=~"${pods}"}[${rangeS}s]`;
}

function lastSample(
  way: SampleWay,
  pod: PodState,
  series: readonly Series[],
  lives: Lives,
  toOwnMs: number,
): ScrapedPod | undefined {
  const own = series.filter(({ metric }) => metric["pod"] === pod.name);
  const cpu = own.find(({ metric }) => metric["__name__"] === "process_cpu_seconds_total");
  const [atS] = cpu?.values.at(-1) ?? [];
  if (atS === undefined) return undefined;
  // What was not in that scrape belongs to a process before this one.
  const samples = own.filter(({ values }) => values.at(-1)?.[0] === atS).map(toSample);
  const sample = toPodSample(samples, way.isEntry);
  const incarnation = `${pod.name}/${lifeOf(lives, pod.name, sample.cpuS)}`;
  return { incarnation, isReady: pod.isReady, atMs: atS * 1_000 + toOwnMs, sample };
}

function lifeOf(lives: Lives, pod: string, cpuS: number): number {
  const before = lives.get(pod);
  const life = (before?.life ?? 0) + (before !== undefined && cpuS < before.cpuS ? 1 : 0);
  lives.set(pod, { cpuS, life });
  return life;
}

/** A target may have a label `endpoint` of its own; Prometheus then moves the one of the pod. */
function toSample({ metric, values }: Series): PrometheusSample {
  const { __name__: name = "", exported_endpoint: moved, ...labels } = metric;
  return {
    name,
    labels: moved === undefined ? labels : { ...labels, endpoint: moved },
    value: Number(values.at(-1)![1]),
  };
}
