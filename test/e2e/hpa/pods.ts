import { quantityToMilli } from "../../../src/clusters/kubernetes/quantity.ts";
import type { HpaPod } from "../../../src/control/autoscalers/hpa-pods.ts";

/** Of the API server, as far as an HPA looks at it. */
export type PodView = {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly containers: readonly { readonly resources: { readonly requests: { readonly cpu: string } } }[];
  };
  readonly status: {
    readonly phase: HpaPod["phase"];
    readonly startTime?: string;
    readonly conditions?: readonly Condition[];
  };
};

type Condition = { readonly type: string; readonly status: string; readonly lastTransitionTime: string };

export type DeploymentView = {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly replicas: number };
  readonly status: { readonly replicas?: number };
};

/** Condition that the test sets by hand: a pod is ready when the test says so. */
export const GATE = "karma-sim/ready";

export function conditionOf(pod: PodView, type: string): Condition | undefined {
  return pod.status.conditions?.find((condition) => condition.type === type);
}

/** Everything of it that an HPA's decision depends on, as text. */
export function signatureOf(deployment: DeploymentView, pods: readonly PodView[]): string {
  return JSON.stringify([
    deployment.spec.replicas,
    deployment.status.replicas,
    pods.map((pod) => [
      pod.metadata.name,
      pod.metadata.deletionTimestamp,
      pod.status.phase,
      pod.status.startTime,
      conditionOf(pod, "Ready"),
    ]),
  ]);
}

/** Use of a pod, averaged over so long until a moment in whole seconds. */
export type Sample = { readonly useMilli: number; readonly atS: number; readonly windowS: number };

export function hpaPodOf(pod: PodView, sample: Sample | undefined): HpaPod {
  const ready = conditionOf(pod, "Ready");
  const { startTime } = pod.status;
  return {
    name: pod.metadata.name,
    phase: pod.status.phase,
    isDeleted: pod.metadata.deletionTimestamp !== undefined,
    startS: startTime === undefined ? undefined : secondsOf(startTime),
    readiness:
      ready === undefined
        ? undefined
        : { isReady: ready.status === "True", sinceS: secondsOf(ready.lastTransitionTime) },
    request: quantityToMilli(pod.spec.containers[0]!.resources.requests.cpu),
    sample: sample === undefined ? undefined : { use: sample.useMilli, atS: sample.atS, windowS: sample.windowS },
  };
}

function secondsOf(timestamp: string): number {
  return Date.parse(timestamp) / 1_000;
}
