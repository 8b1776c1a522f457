import { KarmaError } from "../../../core/errors.ts";
import { kubernetesName } from "../../../system/compile/kubernetes-names.ts";
import { wantedMetrics } from "../../metrics/pod-sample.ts";
import { type SampleWay, patienceMs } from "./sample-way.ts";
import { serverNowMs } from "./server-time.ts";

/** One series in a range of time. */
export type RangeSeries = {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the value as text; oldest first. */
  readonly values: readonly (readonly [number, string])[];
};

/** What Prometheus answers, and when, ms since 1970 on the cluster's machines. */
export type QueryResult<Series> = { readonly series: readonly Series[]; readonly serverNowMs: number };

/** Where `karma cluster up --monitoring` puts it. */
const PROMETHEUS = "/api/v1/namespaces/karma-monitoring/services/prometheus:9090/proxy";

/** Raw samples of the last three rounds: rates are made here, as for every other source. */
export function queryRange(way: SampleWay): Promise<QueryResult<RangeSeries> | undefined> {
  const names = [...wantedMetrics].join("|");
  return ask(way, `{__name__=~"${names}",${podsOf(way)}}[${Math.round(3 * way.periodMs)}ms]`);
}

/** Names of the pods that are scraped at least once a round. */
export async function podsScraped(way: SampleWay): Promise<ReadonlySet<string>> {
  const range = Math.round(2.2 * way.periodMs);
  const query = `count_over_time(process_cpu_seconds_total{${podsOf(way)}}[${range}ms]) > 1`;
  const found = await ask<Pick<RangeSeries, "metric">>(way, query);
  return new Set(found?.series.map(({ metric }) => metric["pod"] ?? ""));
}

function podsOf({ namespace, service }: SampleWay): string {
  return `namespace="${namespace}",pod=~"${kubernetesName(service)}-[a-z0-9]+-[a-z0-9]+"`;
}

/** Undefined where there is no Prometheus, or it does not answer. */
async function ask<Series>(way: SampleWay, query: string): Promise<QueryResult<Series> | undefined> {
  const path = `${PROMETHEUS}/api/v1/query?query=${encodeURIComponent(query)}`;
  try {
    const answer = await way.caller.call({ path, patienceMs: patienceMs(way) });
    if (answer.status !== 200) return undefined;
    const { data } = JSON.parse(answer.text) as { readonly data?: { readonly result?: readonly Series[] } };
    return { series: data?.result ?? [], serverNowMs: serverNowMs(answer) };
  } catch (error) {
    if (error instanceof KarmaError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
