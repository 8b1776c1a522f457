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
  /** Lets the pods go that still wait for their replacement. */
  finish(): Promise<void>;
};

type Retiring = { readonly pod: PodState; readonly desired: number };

export type RestartWay = {
  readonly caller: ApiCaller;
  readonly namespace: string;
  readonly registry: PodRegistry;
  readonly ageMs: (pod: PodState) => number;
  /** Told what goes wrong after `restart` has returned. */
  readonly onFailure: (error: unknown) => void;
};

export function createRestarts({ caller, namespace, registry, ageMs, onFailure }: RestartWay): Restarts {
  const retiring = new Map<string, Retiring>();

  function letGo(isDone: (one: Retiring) => boolean): readonly Promise<void>[] {
    const done = [...retiring.values()].filter(isDone);
    for (const { pod } of done) retiring.delete(pod.uid);
    return done.map(({ pod }) => deletePod(caller, namespace, pod));
  }

  registry.onChange(() => {
    const goes = letGo(({ pod, desired }) => {
      const others = registry.ready(pod.service).filter(({ isRetiring }) => !isRetiring);
      return others.length >= desired;
    });
    for (const gone of goes) gone.catch(onFailure);
  });

  return {
    async restart(service, desired) {
      const oldest = registry.ready(service).find(({ isRetiring, uid }) => !isRetiring && !retiring.has(uid));
      if (oldest === undefined) return;
      const body = {
        metadata: { uid: oldest.uid, labels: { "pod-template-hash": null, [RETIRING]: "true" } },
        spec: { activeDeadlineSeconds: Math.ceil(ageMs(oldest) / 1_000) + DEADLINE_S },
      };
      const path = `${podsPath(namespace)}/${oldest.name}`;
      const asked = { method: "PATCH", path, contentType: "application/merge-patch+json", body } as const;
      await callForJson(caller, asked, `replace pod ${oldest.name}`);
      retiring.set(oldest.uid, { pod: oldest, desired });
    },
    finish: async () => void (await Promise.all(letGo(() => true))),
  };
}
