import { MONITORING_NAMESPACE, type MonitoringOptions, STATE_PORT } from "./monitoring-options.ts";

/** Where the files of rules lie in Prometheus' container. */
export const RULES_FOLDER = "/etc/prometheus/rules";

/** Who knows the pods and the Deployments. */
const STATE = `state.${MONITORING_NAMESPACE}.svc:${STATE_PORT}`;

/** Prometheus' configuration: every pod of the topologies, and the state of their Deployments. */
export function scrapeConfig({ scrapeS }: MonitoringOptions): object {
  return {
    global: { scrape_interval: `${scrapeS}s`, scrape_timeout: `${Math.min(scrapeS, 5)}s`, evaluation_interval: "10s" },
    rule_files: [`${RULES_FOLDER}/*.yml`],
    scrape_configs: [
      {
        job_name: "karma-pods",
        // Asked for, not searched: so Prometheus needs no rights in the cluster.
        http_sd_configs: [{ url: `http://${STATE}/targets`, refresh_interval: `${scrapeS}s` }],
      },
      {
        job_name: "karma-state",
        // What is told there is of other namespaces and pods than the one that tells.
        honor_labels: true,
        static_configs: [{ targets: [STATE] }],
      },
    ],
  };
}
