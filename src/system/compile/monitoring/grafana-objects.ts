import type { Topology } from "../../topology/topology.ts";
import { fingerprint } from "../fingerprint.ts";
import { kubernetesName, namespaceOf } from "../kubernetes-names.ts";
import { toYaml } from "../to-yaml.ts";
import { dashboardJson } from "./dashboard.ts";
import { GRAFANA_PORT, MONITORING_NAMESPACE, type MonitoringOptions, PROMETHEUS_PORT } from "./monitoring-options.ts";
import { ownMetadata, partMetadata, serverObjects } from "./server-object.ts";

const NAME = "grafana";
const DASHBOARDS = "/etc/grafana/dashboards";

/** Grafana, which shows the dashboards to anyone who reaches it and lets nobody change anything. */
export function grafanaObjects(topology: Topology, options: MonitoringOptions, image: string): readonly object[] {
  const namespace = namespaceOf(topology.name);
  const watched = [...new Set([namespace, ...options.others])].toSorted();
  const dashboard = dashboardJson(topology);
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata: ownMetadata(NAME), data: provisioning },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: partMetadata(dashboardsNameOf(namespace), namespace),
      data: { [`${topology.name}.json`]: dashboard },
    },
    ...grafanaServer(watched, image, fingerprint(dashboard)),
  ];
}

function dashboardsNameOf(namespace: string): string {
  return kubernetesName(`dashboards-of-${namespace}`);
}

const provisioning = {
  "datasource.yml": toYaml({
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        uid: "karma",
        type: "prometheus",
        access: "proxy",
        url: `http://prometheus.${MONITORING_NAMESPACE}.svc:${PROMETHEUS_PORT}`,
        isDefault: true,
        jsonData: { timeInterval: "5s" },
      },
    ],
  }),
  "dashboards.yml": toYaml({
    apiVersion: 1,
    providers: [{ name: "karma", type: "file", allowUiUpdates: false, options: { path: DASHBOARDS } }],
  }),
};

function grafanaServer(watched: readonly string[], image: string, hash: string): readonly object[] {
  const folder = "/etc/grafana/provisioning";
  const file = (kind: string, key: string): object => ({
    name: "provisioning",
    mountPath: `${folder}/${kind}/${key}`,
    subPath: key,
    readOnly: true,
  });
  return serverObjects({
    name: NAME,
    image,
    port: GRAFANA_PORT,
    userId: 472,
    readyPath: "/api/health",
    env: grafanaSettings,
    cpuRequest: "20m",
    memoryMiB: 384,
    mounts: [
      file("datasources", "datasource.yml"),
      file("dashboards", "dashboards.yml"),
      { name: "dashboards", mountPath: DASHBOARDS, readOnly: true },
      { name: "data", mountPath: "/var/lib/grafana" },
      { name: "log", mountPath: "/var/log/grafana" },
      { name: "tmp", mountPath: "/tmp" },
    ],
    volumes: [
      { name: "provisioning", configMap: { name: NAME } },
      {
        name: "dashboards",
        projected: {
          sources: watched.map((name) => ({ configMap: { name: dashboardsNameOf(name), optional: true } })),
        },
      },
      ...["data", "log", "tmp"].map((name) => ({ name, emptyDir: { sizeLimit: "128Mi" } })),
    ],
    hash,
  });
}

/** Reachable inside the cluster alone: a port-forward is the way in, and whoever may make one may look. */
const grafanaSettings = Object.entries({
  GF_AUTH_ANONYMOUS_ENABLED: "true",
  GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer",
  GF_AUTH_DISABLE_LOGIN_FORM: "true",
  GF_AUTH_BASIC_ENABLED: "false",
  GF_ANALYTICS_REPORTING_ENABLED: "false",
  GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
  GF_PLUGINS_PREINSTALL_DISABLED: "true",
}).map(([name, value]) => ({ name, value }));
