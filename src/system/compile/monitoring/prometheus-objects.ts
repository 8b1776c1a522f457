import type { Topology } from "../../topology/topology.ts";
import { fingerprint } from "../fingerprint.ts";
import { kubernetesName, namespaceOf } from "../kubernetes-names.ts";
import { toYaml } from "../to-yaml.ts";
import { STATE, accessObjects } from "./access-objects.ts";
import { MONITORING_NAMESPACE, type MonitoringOptions, PROMETHEUS_PORT, STATE_PORT } from "./monitoring-options.ts";
import { ruleGroups } from "./rules.ts";
import { RULES_FOLDER, scrapeConfig } from "./scrape-config.ts";
import { monitoringLabels, ownMetadata, partMetadata, serverObjects } from "./server-object.ts";

/** What is seen is of the last hours; nothing outlives the pod. */
const RETENTION = ["--storage.tsdb.retention.time=6h", "--storage.tsdb.retention.size=512MB"];
const PROMETHEUS = "prometheus";

/** The namespace, Prometheus and who tells it of pods and Deployments, in the order in which they are applied. */
export function prometheusObjects(topology: Topology, options: MonitoringOptions): readonly object[] {
  const watched = [...new Set([namespaceOf(topology.name), ...options.others])].toSorted();
  const config = toYaml(scrapeConfig(options));
  const rules = toYaml({ groups: ruleGroups(topology) });
  return [
    namespaceObject(),
    ...accessObjects(topology),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: ownMetadata(STATE) },
    { apiVersion: "v1", kind: "ConfigMap", metadata: ownMetadata(PROMETHEUS), data: { "prometheus.yml": config } },
    rulesObject(topology, rules),
    ...stateServer(watched, options),
    ...prometheusServer(watched, options, fingerprint(config + rules)),
  ];
}

function namespaceObject(): object {
  const labels = {
    ...monitoringLabels,
    "pod-security.kubernetes.io/enforce": "restricted",
    // Network policies of topologies let it in.
    "karma-sim/scrapes": "true",
  };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: MONITORING_NAMESPACE, labels } };
}

function rulesObject(topology: Topology, rules: string): object {
  const metadata = partMetadata(rulesNameOf(namespaceOf(topology.name)), namespaceOf(topology.name));
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { [`${topology.name}.yml`]: rules } };
}

function rulesNameOf(namespace: string): string {
  return kubernetesName(`rules-of-${namespace}`);
}

function stateServer(watched: readonly string[], { image }: MonitoringOptions): readonly object[] {
  const namespaces = watched.join(",");
  return serverObjects({
    name: STATE,
    image,
    port: STATE_PORT,
    userId: 1_000,
    readyPath: "/healthz",
    account: STATE,
    command: ["node", "src/cluster-state.ts"],
    env: [
      { name: "HOST", value: "0.0.0.0" },
      { name: "PORT", value: String(STATE_PORT) },
      { name: "NAMESPACES", value: namespaces },
      { name: "NODE_EXTRA_CA_CERTS", value: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt" },
    ],
    cpuRequest: "5m",
    memoryMiB: 128,
    mounts: [],
    volumes: [],
    hash: fingerprint(namespaces),
  });
}

function prometheusServer(watched: readonly string[], options: MonitoringOptions, hash: string): readonly object[] {
  return serverObjects({
    name: PROMETHEUS,
    image: options.prometheusImage,
    port: PROMETHEUS_PORT,
    userId: 65_534,
    readyPath: "/-/ready",
    args: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus", ...RETENTION],
    cpuRequest: "20m",
    memoryMiB: 512,
    mounts: [
      { name: "config", mountPath: "/etc/prometheus/prometheus.yml", subPath: "prometheus.yml", readOnly: true },
      { name: "rules", mountPath: RULES_FOLDER, readOnly: true },
      { name: "data", mountPath: "/prometheus" },
    ],
    volumes: [
      { name: "config", configMap: { name: PROMETHEUS } },
      {
        name: "rules",
        // A topology that is gone takes its rules with it.
        projected: { sources: watched.map((name) => ({ configMap: { name: rulesNameOf(name), optional: true } })) },
      },
      { name: "data", emptyDir: { sizeLimit: "1Gi" } },
    ],
    hash,
  });
}
