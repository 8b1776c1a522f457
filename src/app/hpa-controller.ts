import { createApiCaller } from "../clusters/kubernetes/cluster/api-caller.ts";
import type { ApiCaller } from "../clusters/kubernetes/cluster/api-request.ts";
import { applyHpa, readHpas, removeHpa, restoreHpas } from "../clusters/kubernetes/hpa/apply-hpa.ts";
import { findAutoscalers, refuseOthers } from "../clusters/kubernetes/hpa/find-autoscalers.ts";
import type { HpaObject } from "../clusters/kubernetes/hpa/hpa-object.ts";
import { requireResourceMetrics } from "../clusters/kubernetes/hpa/require-metrics.ts";
import { kubernetesHpaConfig } from "../clusters/kubernetes/hpa/hpa-spec-text.ts";
import { kubernetesName } from "../system/compile/kubernetes-names.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { KubernetesPlace } from "./kubernetes-place.ts";

/** The real HPAs of a topology. */
export type HpaController = {
  /**
   * Takes karma's own away, so that a team may scale; returns them. Where that fails all stay.
   *
   * @throws KarmaError where an autoscaler that is not karma's scales one of the services
   */
  takeAway(): Promise<readonly HpaObject[]>;
  /** Puts back what was taken away, as it was. */
  putBack(objects: readonly HpaObject[]): Promise<void>;
  /** @throws KarmaError where HPAs would scale nothing, for want of metrics */
  requireMetrics(): Promise<void>;
  /** An HPA for each service, with the defaults of `kubernetes-hpa`. */
  apply(): Promise<void>;
};

export function createHpaController({ access, namespace }: KubernetesPlace, topology: Topology): HpaController {
  const names = topology.services.map(({ name }) => kubernetesName(name));
  const calling = async <T>(work: (api: ApiCaller) => Promise<T>): Promise<T> => {
    const api = createApiCaller(access);
    try {
      return await work(api);
    } finally {
      await api.close();
    }
  };
  return {
    takeAway: () =>
      calling(async (api) => {
        const found = await findAutoscalers(api, namespace);
        refuseOthers(found, namespace, names);
        const taken = await readHpas(api, namespace, topology);
        await removeHpa(api, namespace, topology).catch(async (error: unknown) => {
          await restoreHpas(api, taken);
          throw error;
        });
        return taken;
      }),
    putBack: (objects) => calling((api) => restoreHpas(api, objects)),
    requireMetrics: () => calling(requireResourceMetrics),
    apply: () =>
      calling(async (api) => {
        await applyHpa(api, namespace, topology, kubernetesHpaConfig("kubernetes-hpa", topology.services.length));
      }),
  };
}
