import type { PolicyConfig } from "../../../control/autoscalers/hpa-behavior.ts";
import { defaultBehaviorConfig } from "../../../control/autoscalers/hpa-behavior.ts";
import { type HpaConfig, defaultHpaConfig, targetOf } from "../../../control/autoscalers/hpa.ts";
import { kubernetesName } from "../../../system/compile/kubernetes-names.ts";
import { labelsOf } from "../../../system/compile/labels.ts";
import type { Topology } from "../../../system/topology/topology.ts";

/** Name of the external metric that a target in requests per second is held against. */
export const RATE_METRIC = "karma_requests_per_second";

/** An object of autoscaling/v2, as far as it is looked at here. */
export type HpaObject = {
  readonly apiVersion: "autoscaling/v2";
  readonly kind: "HorizontalPodAutoscaler";
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: object };
  readonly spec: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly metrics: readonly object[];
    readonly behavior: { readonly scaleUp: ScalingRulesObject; readonly scaleDown: ScalingRulesObject };
  } & { readonly scaleTargetRef: object };
};

export type ScalingRulesObject = {
  readonly stabilizationWindowSeconds: number;
  readonly selectPolicy: PolicyConfig["select"];
  readonly policies: readonly object[];
  /** Only where it is not Kubernetes' own 0.1: older clusters know no such field. */
  readonly tolerance?: string;
};

export type HpaPlace = {
  readonly topology: Topology;
  readonly namespace: string;
  /** Index of the service in the topology. */
  readonly service: number;
  /** CPU request as a share of the CPU limit, in (0, 1]: the target is given against the limit. */
  readonly requestShare: number;
};

/**
 * Kubernetes' own autoscaler that decides as ours of the same configuration does. `behavior` is always written out:
 * without it Kubernetes limits growth by another rule.
 */
export function hpaObject(config: HpaConfig, { topology, namespace, service, requestShare }: HpaPlace): HpaObject {
  const declared = topology.services[service]!;
  const name = kubernetesName(declared.name);
  const { up, down } = config.behavior ?? defaultBehaviorConfig;
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name, namespace, labels: labelsOf(topology, declared, "") },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas: declared.minReplicas,
      maxReplicas: declared.maxReplicas,
      metrics: [...cpuMetrics(config, service, requestShare), ...rateMetrics(config, service, declared.name)],
      behavior: {
        scaleUp: rulesObject(up, config.upWindowS, config.tolerance.up),
        scaleDown: rulesObject(down, config.downWindowS, config.tolerance.down),
      },
    },
  };
}

function cpuMetrics({ targetPercent }: HpaConfig, service: number, requestShare: number): readonly object[] {
  if (targetPercent === undefined) return [];
  const averageUtilization = Math.max(1, Math.round(targetOf(targetPercent, service) / requestShare));
  return [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } }];
}

function rateMetrics({ targetPerS }: HpaConfig, service: number, name: string): readonly object[] {
  if (targetPerS === undefined) return [];
  const averageValue = `${Math.round(targetOf(targetPerS, service) * 1_000)}m`;
  const metric = { name: RATE_METRIC, selector: { matchLabels: { "app.kubernetes.io/name": name } } };
  return [{ type: "External", external: { metric, target: { type: "AverageValue", averageValue } } }];
}

function rulesObject(config: PolicyConfig, windowS: number, tolerance: number): ScalingRulesObject {
  const policies = [
    ...(config.pods === undefined ? [] : [policy("Pods", config.pods, config.periodS)]),
    ...(config.percent === undefined ? [] : [policy("Percent", config.percent, config.periodS)]),
  ];
  return {
    stabilizationWindowSeconds: windowS,
    selectPolicy: config.select,
    policies,
    ...(tolerance === defaultHpaConfig.tolerance.up ? {} : { tolerance: `${Math.round(tolerance * 1_000)}m` }),
  };
}

function policy(type: "Pods" | "Percent", value: number, periodSeconds: number): object {
  return { type, value, periodSeconds };
}
