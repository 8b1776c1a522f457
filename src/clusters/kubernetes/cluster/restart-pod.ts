import { callForJson } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";
import { deletePod } from "./delete-pod.ts";
import type { PodRegistry } from "./pod-registry.ts";
import { type PodState, RETIRING } from "./pod-state.ts";
import { podsPath } from "./selectors.ts";

/** A pod that nobody takes away, because this process was killed, ends by itself after so long, s. */
const DEADLINE_S = 300;

/**
 * Replaces pods without ever having fewer of them. A pod leaves its ReplicaSet, which makes another one at once, and
 * keeps the labels by which the Service finds it; it goes when the other is ready.
 *
 * @source Kubernetes, ReplicaSet, "Isolating Pods from a ReplicaSet"
 */
export type Restarts = {
  /** Replaces the oldest ready pod; returns when its replacement is on its way. */
  restart(service: string, desired: number): Promise<void>;
  /** To be told of every size that is heard of: pods wait for so many others. */
  resized(service: string, desired: number): void;
  /** Lets the pods go that still wait for their replacement. */
  finish(): Promise<void>;
};

export type RestartWay = {
  readonly caller: ApiCaller;
  readonly namespace: string;
  readonly registry: PodRegistry;
  readonly ageMs: (pod: PodState) => number;
  /** Told what goes wrong after `restart` has returned. */
  readonly onFailure: (error: unknown) => void;
};

export function createRestarts(way: RestartWay): Restarts {
  const { registry, onFailure } = way;
  const sizes = new Map<string, number>();
  const leaving = createLeaving(way);

  function look(): void {
    const goes = leaving.letGo(({ service, uid }) => {
      const isReplaced = leaving.staying(service).length >= sizes.get(service)!;
      return isReplaced || registry.over(service).some((pod) => pod.uid === uid);
    });
    for (const gone of goes) gone.catch(onFailure);
  }

  async function restart(service: string, desired: number): Promise<void> {
    sizes.set(service, desired);
    const [oldest] = leaving.staying(service);
    if (oldest !== undefined) {
      await leaving.add(oldest);
      look();
    }
    await clearEnded(way, service);
  }

  registry.onChange(look);
  return {
    restart,
    resized(service, desired) {
      if (!sizes.has(service) || sizes.get(service) === desired) return;
      sizes.set(service, desired);
      look();
    },
    finish: async () => void (await Promise.all(leaving.letGo(() => true))),
  };
}

/** The pods that are replaced. */
type Leaving = {
  /** Takes a pod out of its ReplicaSet. */
  add(pod: PodState): Promise<void>;
  /** Ready pods of a service that nobody replaces, oldest first. */
  staying(service: string): readonly PodState[];
  /** Deletes those for which it is true. */
  letGo(isDone: (pod: PodState) => boolean): readonly Promise<void>[];
};

function createLeaving(way: RestartWay): Leaving {
  /** Those whose retirement is asked for, and those that wait for their replacement. */
  const chosen = new Set<string>();
  const retiring = new Map<string, PodState>();
  return {
    async add(pod) {
      chosen.add(pod.uid);
      try {
        await retire(way, pod);
      } catch (error) {
        chosen.delete(pod.uid);
        throw error;
      }
      retiring.set(pod.uid, pod);
    },
    staying: (service) => way.registry.ready(service).filter((pod) => !pod.isRetiring && !chosen.has(pod.uid)),
    letGo(isDone) {
      const done = [...retiring.values()].filter(isDone);
      for (const { uid } of done) retiring.delete(uid);
      return done.map((pod) => deletePod(way.caller, way.namespace, pod));
    },
  };
}

async function retire({ caller, namespace, ageMs }: RestartWay, pod: PodState): Promise<void> {
  const body = {
    metadata: { uid: pod.uid, labels: { "pod-template-hash": null, [RETIRING]: "true" } },
    spec: { activeDeadlineSeconds: Math.ceil(ageMs(pod) / 1_000) + DEADLINE_S },
  };
  const path = `${podsPath(namespace)}/${pod.name}`;
  const asked = { method: "PATCH", path, contentType: "application/merge-patch+json", body } as const;
  await callForJson(caller, asked, `replace pod ${pod.name}`);
}

/** Pods that ended by themselves, because who replaced them was killed: no ReplicaSet owns them, so nobody else does. */
async function clearEnded({ caller, namespace, registry }: RestartWay, service: string): Promise<void> {
  const left = registry.over(service).filter(({ isRetiring }) => isRetiring);
  await Promise.all(left.map((pod) => deletePod(caller, namespace, pod)));
}
