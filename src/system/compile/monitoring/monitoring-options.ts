import { MOCK_IMAGE } from "../kubernetes-options.ts";

/** Where monitoring lives, and what it is reached by inside the cluster. */
export const MONITORING_NAMESPACE = "karma-monitoring";
export const PROMETHEUS_PORT = 9_090;
export const GRAFANA_PORT = 3_000;
export const STATE_PORT = 8_080;

export type MonitoringOptions = {
  readonly prometheusImage: string;
  /** Undefined: no Grafana. */
  readonly grafanaImage: string | undefined;
  /** The mock's image; it also tells the state of Deployments and pods. */
  readonly image: string;
  /** Between two scrapes, s. */
  readonly scrapeS: number;
  /** Namespaces of further topologies that are watched from the same place. */
  readonly others: readonly string[];
};

export const monitoringDefaults: MonitoringOptions = {
  // The one that every query here is tested with.
  prometheusImage: "prom/prometheus:v2.42.0",
  grafanaImage: "grafana/grafana:11.2.0",
  image: MOCK_IMAGE,
  scrapeS: 5,
  others: [],
};
