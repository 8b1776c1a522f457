/** A pod that is scraped. */
export type Target = { readonly namespace: string; readonly pod: string; readonly address: string };

export const prometheusImage = "prom/prometheus:v2.42.0";

const metadata = { name: "prometheus", namespace: "karma-monitoring" };

/** A Prometheus for tests: scrapes these pods each second, and is named as `--monitoring` names it. */
export function prometheusObjects(targets: readonly Target[]): readonly object[] {
  const config = {
    global: { scrape_interval: "1s" },
    scrape_configs: [
      {
        job_name: "pods",
        static_configs: targets.map(({ address, ...labels }) => ({ targets: [`${address}:8080`], labels })),
      },
    ],
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: metadata.namespace } },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "prometheus.yml": JSON.stringify(config) } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: { app: "prometheus" }, ports: [{ port: 9_090, targetPort: 9_090 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchLabels: { app: "prometheus" } },
        template: { metadata: { labels: { app: "prometheus" } }, spec: podSpec },
      },
    },
  ];
}

const podSpec = {
  containers: [
    {
      name: "prometheus",
      image: prometheusImage,
      args: ["--config.file=/etc/karma/prometheus.yml", "--storage.tsdb.path=/data"],
      ports: [{ containerPort: 9_090 }],
      readinessProbe: { httpGet: { path: "/-/ready", port: 9_090 }, periodSeconds: 1 },
      volumeMounts: [
        { name: "config", mountPath: "/etc/karma" },
        { name: "data", mountPath: "/data" },
      ],
    },
  ],
  volumes: [
    { name: "config", configMap: { name: "prometheus" } },
    { name: "data", emptyDir: {} },
  ],
};
