import type { Topology } from "../../topology/topology.ts";
import type { Artifact } from "../artifact.ts";
import { toYaml } from "../to-yaml.ts";
import { dashboardJson } from "./dashboard.ts";
import { grafanaObjects } from "./grafana-objects.ts";
import { type MonitoringOptions, monitoringDefaults } from "./monitoring-options.ts";
import { prometheusObjects } from "./prometheus-objects.ts";
import { stackObjects, stackValues } from "./stack-objects.ts";

/** Everything that watches a topology, in the order in which it is applied; the topology's namespace must be there. */
export function monitoringObjects(topology: Topology, chosen: Partial<MonitoringOptions> = {}): readonly object[] {
  const options = { ...monitoringDefaults, ...chosen };
  const { grafanaImage } = options;
  const grafana = grafanaImage === undefined ? [] : grafanaObjects(topology, options, grafanaImage);
  return [...prometheusObjects(topology, options), ...grafana];
}

/** The same as files, and what a cluster with kube-prometheus-stack takes instead. */
export function monitoringArtifacts(topology: Topology, chosen: Partial<MonitoringOptions> = {}): readonly Artifact[] {
  const options = { ...monitoringDefaults, ...chosen };
  const { grafanaImage } = options;
  const grafana = grafanaImage === undefined ? [] : grafanaObjects(topology, options, grafanaImage);
  return [
    { path: "monitoring/prometheus.yaml", content: toYaml(...prometheusObjects(topology, options)) },
    ...(grafana.length === 0 ? [] : [{ path: "monitoring/grafana.yaml", content: toYaml(...grafana) }]),
    { path: "monitoring/dashboard.json", content: dashboardJson(topology) },
    { path: "monitoring/kube-prometheus-stack/objects.yaml", content: toYaml(...stackObjects(topology)) },
    { path: "monitoring/kube-prometheus-stack/values.yaml", content: toYaml(stackValues) },
  ];
}
