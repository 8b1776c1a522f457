import type { V1Service, V1ServiceList } from "@kubernetes/client-node";
import { callForJson } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";

export type NodePorts = {
  /** Those of the namespace, lowest first. */
  readonly own: readonly number[];
  readonly others: ReadonlySet<number>;
};

/** Ports of the nodes that Services of the whole cluster have. */
export async function usedNodePorts(caller: ApiCaller, namespace: string): Promise<NodePorts> {
  const { items } = await callForJson<V1ServiceList>(caller, { path: "/api/v1/services" }, "list services");
  const isOwn = ({ metadata }: V1Service): boolean => metadata?.namespace === namespace;
  return {
    own: items
      .filter(isOwn)
      .flatMap(portsOf)
      .toSorted((a, b) => a - b),
    others: new Set(items.filter((service) => !isOwn(service)).flatMap(portsOf)),
  };
}

function portsOf({ spec }: V1Service): readonly number[] {
  return (spec?.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []);
}
