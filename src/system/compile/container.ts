import type { Distribution } from "../../core/distribution.ts";
import type { Service } from "../topology/topology.ts";
import type { KubernetesOptions } from "./kubernetes-options.ts";
import { SERVICE_PORT } from "./kubernetes-names.ts";

/** Where a pod finds the configuration of its service. */
const CONFIG_FOLDER = "/etc/karma";
export const CONFIG_FILE = "config.json";
/** Names of the pod's volumes. */
export const CONFIG_VOLUME = "config";
export const SCRATCH_VOLUME = "tmp";
/** Where the token is by which pods take orders: `docs/faults.md`. */
export const CONTROL_SECRET = { name: "karma-control", key: "token" } as const;
/** A pod whose start takes so much longer than declared is given up, s: slow nodes, little CPU. */
const STARTUP_PATIENCE_S = 120;
/** Other nodes hear this late that a pod goes; until then it serves, s. */
const PRE_STOP_S = 2;

/** The mock as a container that needs nothing but its CPU, its memory and its port. */
export function containerOf(service: Service, { image, requestShare, seed, timeScale }: KubernetesOptions): object {
  return {
    name: "mock",
    image,
    imagePullPolicy: "IfNotPresent",
    env: [
      { name: "HOST", value: "0.0.0.0" },
      { name: "PORT", value: String(SERVICE_PORT) },
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "MOCK_SEED", value: String(seed) },
      { name: "STARTUP_MS", value: String(Math.round(service.startupMs.mean / timeScale)) },
      // Without the Secret the mock takes no orders.
      { name: "CONTROL_TOKEN", valueFrom: { secretKeyRef: { ...CONTROL_SECRET, optional: true } } },
    ],
    ports: [{ name: "http", containerPort: SERVICE_PORT }],
    resources: resourcesOf(service, requestShare),
    ...probesOf(service),
    lifecycle: { preStop: { sleep: { seconds: PRE_STOP_S } } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [
      { name: CONFIG_VOLUME, mountPath: CONFIG_FOLDER, readOnly: true },
      { name: SCRATCH_VOLUME, mountPath: "/tmp" },
    ],
  };
}

/** Memory is never overcommitted: a pod that wants more than there is would be killed, not slowed down. */
function resourcesOf({ cpuMilli, memoryMiB }: Service, requestShare: number): object {
  const cpu = Math.max(1, Math.round(cpuMilli));
  const memory = `${Math.max(1, Math.round(memoryMiB))}Mi`;
  return {
    requests: { cpu: `${Math.max(1, Math.round(cpu * requestShare))}m`, memory },
    limits: { cpu: `${cpu}m`, memory },
  };
}

/**
 * Asked every second until it is ready, rarely afterwards: a probe costs CPU that belongs to the requests. A pod under
 * full load answers late, so that only one that hangs for a minute is killed.
 */
function probesOf({ startupMs }: Service): object {
  const readiness = { httpGet: { path: "/readyz", port: "http" } };
  return {
    startupProbe: {
      ...readiness,
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: Math.ceil(longestStartupMs(startupMs) / 1_000) + STARTUP_PATIENCE_S,
    },
    readinessProbe: { ...readiness, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: {
      httpGet: { path: "/healthz", port: "http" },
      periodSeconds: 10,
      timeoutSeconds: 10,
      failureThreshold: 6,
    },
  };
}

/** Longest start that is likely, ms. */
export function longestStartupMs(distribution: Distribution): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.mean;
    case "normal":
      return distribution.max;
    case "exponential":
    case "lognormal":
      return 10 * distribution.mean;
  }
}
