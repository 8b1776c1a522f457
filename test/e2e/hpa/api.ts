import { callForJson } from "../../../src/clusters/kubernetes/cluster/api-failure.ts";
import type { ApiCaller } from "../../../src/clusters/kubernetes/cluster/api-request.ts";
import type { Hands, Seen } from "./contest.ts";
import { NAMESPACE as namespace } from "./objects.ts";
import { type DeploymentView, GATE, type PodView, signatureOf } from "./pods.ts";

/** Deployments by name, or one of them, as the API server has them now. */
export async function seenOf(api: ApiCaller, name?: string): Promise<ReadonlyMap<string, Seen>> {
  const only = name === undefined ? "" : `?labelSelector=app%3D${name}`;
  const pods = `/api/v1/namespaces/${namespace}/pods${only}`;
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const path = name === undefined ? deployments : `${deployments}?fieldSelector=metadata.name%3D${name}`;
  const [own, all] = await Promise.all([
    callForJson<{ readonly items: readonly DeploymentView[] }>(api, { path }, "list Deployments"),
    callForJson<{ readonly items: readonly PodView[] }>(api, { path: pods }, "list pods"),
  ]);
  return new Map(
    own.items.map((deployment) => {
      const ofIt = all.items.filter(({ metadata }) => metadata.labels["app"] === deployment.metadata.name);
      const { spec, status } = deployment;
      const signature = signatureOf(deployment, ofIt);
      return [
        deployment.metadata.name,
        { replicas: spec.replicas, statusReplicas: status.replicas ?? 0, pods: ofIt, signature },
      ];
    }),
  );
}

export function handsOf(api: ApiCaller): Hands {
  const base = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  return {
    async gate({ metadata }, isReady) {
      const condition = { type: GATE, status: isReady ? "True" : "False" };
      // The pod may be gone by now.
      await api.call({
        method: "PATCH",
        path: `/api/v1/namespaces/${namespace}/pods/${metadata.name}/status`,
        contentType: "application/strategic-merge-patch+json",
        body: { status: { conditions: [condition] } },
      });
    },
    async scale(name, replicas) {
      const path = `${base}/${name}/scale`;
      const body = { spec: { replicas } };
      await callForJson(api, { method: "PATCH", path, contentType: "application/merge-patch+json", body }, "scale");
    },
  };
}
