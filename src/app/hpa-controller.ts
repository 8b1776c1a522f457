import { createApiCaller } from "../clusters/kubernetes/cluster/api-caller.ts";
import type { ApiCaller } from "../clusters/kubernetes/cluster/api-request.ts";
import { applyHpa, removeHpa } from "../clusters/kubernetes/hpa/apply-hpa.ts";
import { findAutoscalers, refuseOthers } from "../clusters/kubernetes/hpa/find-autoscalers.ts";
import { kubernetesHpaConfig } from "../clusters/kubernetes/hpa/hpa-spec-text.ts";
import { kubernetesName } from "../system/compile/kubernetes-names.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { KubernetesPlace } from "./kubernetes-place.ts";

/** The real HPAs of a topology. */
export type HpaController = {
  /**
   * Takes karma's own away, so that a team may scale; true when there were some.
   *
   * @throws KarmaError where an autoscaler that is not karma's scales one of the services
   */
  takeAway(): Promise<boolean>;
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
        await removeHpa(api, namespace, topology);
        return found.some(({ isKarmas, target }) => isKarmas && names.includes(target));
      }),
    apply: () =>
      calling(async (api) => {
        await applyHpa(api, namespace, topology, kubernetesHpaConfig("kubernetes-hpa", topology.services.length));
      }),
  };
}
