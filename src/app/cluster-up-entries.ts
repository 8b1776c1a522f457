import type { MappedPort } from "../clusters/kubernetes/up/host-ports.ts";
import type { EntryUrl } from "../control/loop/running-cluster.ts";
import { SERVICE_PORT, kubernetesName, namespaceOf } from "../system/compile/kubernetes-names.ts";
import { entryNodePorts } from "../system/compile/service-manifest.ts";
import type { Topology } from "../system/topology/topology.ts";

/** Services in which requests come from outside; each has a port of the nodes. */
export function entryCount({ entries }: Topology): number {
  return new Set(entries.map(({ service }) => service)).size;
}

/**
 * Full addresses of the entries as seen from this machine.
 * @param mapped  where ports of the nodes answer at 127.0.0.1; undefined where they answer at `host`
 */
export function entryUrls(
  topology: Topology,
  firstNodePort: number,
  mapped: readonly MappedPort[] | undefined,
  host: string,
): readonly EntryUrl[] {
  const nodePorts = entryNodePorts(topology, firstNodePort);
  return topology.entries.map(({ service, endpoint, share }) => {
    const nodePort = nodePorts.get(service)!;
    const hostPort = mapped?.find((one) => one.nodePort === nodePort)?.hostPort ?? nodePort;
    return {
      service,
      endpoint,
      share,
      url: `http://${host.includes(":") ? `[${host}]` : host}:${hostPort}/${endpoint}`,
    };
  });
}

/** Addresses of the entries for pods of any namespace; this machine does not reach them. */
export function innerEntryUrls(topology: Topology): readonly EntryUrl[] {
  const namespace = namespaceOf(topology.name);
  return topology.entries.map(({ service, endpoint, share }) => ({
    service,
    endpoint,
    share,
    url: `http://${kubernetesName(service)}.${namespace}.svc:${SERVICE_PORT}/${endpoint}`,
  }));
}
