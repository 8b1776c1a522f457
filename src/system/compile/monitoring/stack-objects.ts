import type { Topology } from "../../topology/topology.ts";
import { kubernetesName, namespaceOf } from "../kubernetes-names.ts";
import { topologyLabels } from "../labels.ts";
import { dashboardJson } from "./dashboard.ts";
import { ruleGroups } from "./rules.ts";

/**
 * The same for a cluster with kube-prometheus-stack: it scrapes the pods, takes the rules, and its Grafana finds the
 * dashboard by its label. Its kube-state-metrics tell of Deployments.
 */
export function stackObjects(topology: Topology): readonly object[] {
  const metadata = {
    name: kubernetesName(`karma-${topology.name}`),
    namespace: namespaceOf(topology.name),
    labels: topologyLabels(topology),
  };
  return [
    { apiVersion: "monitoring.coreos.com/v1", kind: "PodMonitor", metadata, spec: podMonitor(topology) },
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata,
      spec: { groups: ruleGroups(topology) },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        ...metadata,
        name: kubernetesName("karma-dashboard"),
        labels: { ...metadata.labels, grafana_dashboard: "1" },
      },
      data: { [`karma-${topology.name}.json`]: dashboardJson(topology) },
    },
  ];
}

function podMonitor(topology: Topology): object {
  return {
    selector: { matchLabels: { "app.kubernetes.io/instance": topology.name, "app.kubernetes.io/part-of": "karma" } },
    podMetricsEndpoints: [
      {
        port: "http",
        interval: "5s",
        // The mock's own label `endpoint` is one of the topology.
        honorLabels: true,
        relabelings: [
          copied("__meta_kubernetes_pod_label_app_kubernetes_io_name", "service"),
          copied("__meta_kubernetes_pod_label_app_kubernetes_io_instance", "topology"),
        ],
      },
    ],
  };
}

function copied(label: string, to: string): object {
  return { sourceLabels: [label], targetLabel: to };
}

/** Values with which the chart looks into all namespaces for what stands above. */
export const stackValues = {
  prometheus: {
    prometheusSpec: { podMonitorSelectorNilUsesHelmValues: false, ruleSelectorNilUsesHelmValues: false },
  },
  grafana: { sidecar: { dashboards: { enabled: true, label: "grafana_dashboard", searchNamespace: "ALL" } } },
};
