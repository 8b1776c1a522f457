import type { V1Service, V1ServiceList } from "@kubernetes/client-node";
import { callForJson, readJson, refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";

export type NodePorts = {
  /** Those of the namespace, lowest first. */
  readonly own: readonly number[];
  readonly others: ReadonlySet<number>;
};

/** Ports of the nodes that Services of the whole cluster have; of the namespace alone where one may see no other. */
export async function usedNodePorts(caller: ApiCaller, namespace: string): Promise<NodePorts> {
  const items = await listServices(caller, namespace);
  const isOwn = ({ metadata }: V1Service): boolean => metadata?.namespace === namespace;
  return {
    own: items
      .filter(isOwn)
      .flatMap(portsOf)
      .toSorted((a, b) => a - b),
    others: new Set(items.filter((service) => !isOwn(service)).flatMap(portsOf)),
  };
}

async function listServices(caller: ApiCaller, namespace: string): Promise<readonly V1Service[]> {
  const answer = await caller.call({ path: "/api/v1/services" });
  if (answer.status === 403) {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services`;
    return (await callForJson<V1ServiceList>(caller, { path }, `list services of ${namespace}`)).items;
  }
  if (answer.status >= 300) throw refusal(caller.context, answer, "list services");
  return (readJson(caller.context, answer, "list services") as V1ServiceList).items;
}

function portsOf({ spec }: V1Service): readonly number[] {
  return (spec?.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []);
}
