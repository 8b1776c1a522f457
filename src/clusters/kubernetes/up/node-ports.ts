import type { V1Service, V1ServiceList } from "@kubernetes/client-node";
import { FIELD_MANAGER } from "../api.ts";
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

/**
 * Those of the ports that the API server would not give away. A Service that is gone may keep its port until the server
 * finds that out, minutes later (kubernetes/kubernetes#120536), and no list shows it. Nothing is made by asking.
 */
export async function keptNodePorts(caller: ApiCaller, ports: readonly number[]): Promise<ReadonlySet<number>> {
  const kept = await Promise.all(ports.map((port) => isKept(caller, port)));
  return new Set(ports.filter((_, index) => kept[index]));
}

/** Any other refusal is said when the Service is applied. */
async function isKept(caller: ApiCaller, nodePort: number): Promise<boolean> {
  const { status, text } = await caller.call({
    method: "POST",
    path: `/api/v1/namespaces/default/services?dryRun=All&fieldManager=${FIELD_MANAGER}`,
    body: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { generateName: "karma-port-" },
      spec: { type: "NodePort", ports: [{ port: 80, nodePort }] },
    },
  });
  return status === 422 && text.includes("already allocated");
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
