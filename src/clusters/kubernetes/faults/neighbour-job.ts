import { mockUser } from "../../../system/compile/deployment.ts";

/** On everything that faults bring into a namespace. */
export const FAULT_LABEL = "karma-sim/fault";

export type NeighbourSpec = {
  readonly cores: number;
  readonly memoryMiB: number;
  readonly durationMs: number;
  /** It goes to a node where pods of this service are, if it fits there. */
  readonly service: string;
  readonly instance: string;
  readonly image: string;
};

/** What the program itself takes, MiB: so much, and so much for each thread. */
const OWN_MIB = 64;
const THREAD_MIB = 16;
/** Of the cores it may use, what it requests: so it weighs as much as a pod that requests a tenth of its limit. */
const REQUEST_SHARE = 0.1;

/** A pod that takes CPU or memory for so long. It ends by itself, and Kubernetes then deletes it and its Job. */
export function neighbourJob({ cores, memoryMiB, durationMs, service, instance, image }: NeighbourSpec): object {
  const seconds = Math.max(1, Math.ceil(durationMs / 1_000));
  const labels = {
    [FAULT_LABEL]: "contention",
    "app.kubernetes.io/part-of": "karma",
    "app.kubernetes.io/managed-by": "karma-sim",
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { generateName: "karma-neighbour-", labels },
    spec: {
      activeDeadlineSeconds: seconds,
      ttlSecondsAfterFinished: 0,
      backoffLimit: 0,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          terminationGracePeriodSeconds: 0,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: mockUser,
          affinity: affinityTo(service, instance),
          containers: [containerOf({ cores, memoryMiB, image, seconds })],
        },
      },
    },
  };
}

function containerOf(
  take: Pick<NeighbourSpec, "cores" | "memoryMiB" | "image"> & { readonly seconds: number },
): object {
  const { cores, memoryMiB, image, seconds } = take;
  const milli = Math.max(10, Math.round(cores * 1_000));
  const memory = `${Math.ceil(memoryMiB + OWN_MIB + THREAD_MIB * Math.ceil(cores))}Mi`;
  return {
    name: "neighbour",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["node", "src/neighbour.ts", String(cores), String(memoryMiB), String(seconds)],
    resources: {
      requests: { cpu: `${Math.max(1, Math.round(milli * REQUEST_SHARE))}m`, memory },
      limits: { cpu: `${Math.max(100, milli)}m`, memory },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
  };
}

function affinityTo(service: string, instance: string): object {
  const matchLabels = { "app.kubernetes.io/name": service, "app.kubernetes.io/instance": instance };
  const podAffinityTerm = { labelSelector: { matchLabels }, topologyKey: "kubernetes.io/hostname" };
  return { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}
