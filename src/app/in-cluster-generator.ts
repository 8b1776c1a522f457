import { openKubernetesApi } from "../clusters/kubernetes/api.ts";
import { createApiCaller } from "../clusters/kubernetes/cluster/api-caller.ts";
import { serviceImage } from "../clusters/kubernetes/faults/neighbours.ts";
import { runLoadInCluster } from "../clusters/kubernetes/load/run-in-cluster.ts";
import { KarmaError } from "../core/errors.ts";
import { addressOf, namespaceOf } from "../system/compile/kubernetes-names.ts";
import type { Inputs } from "./inputs.ts";
import type { Generator } from "./live-load.ts";
import { findOnKind } from "./running-kind.ts";
import type { Where } from "./where.ts";

/** A pod has to be scheduled and to start before the load does, ms. */
const LEAD_MS = 15_000;

/**
 * Who sends the load where nobody says: of a context a pod, as the network between this machine and its nodes is not
 * the cluster's; else this machine.
 */
export function generatorFor(inputs: Inputs, where: Where): { readonly generator?: Generator } {
  return where.kind === "context" ? { generator: inClusterGenerator(inputs, where) } : {};
}

/** Sends from within the cluster: requests reach its services as those of other pods do. */
export function inClusterGenerator({ topology }: Inputs, where: Where): Generator {
  return {
    leadMs: LEAD_MS,
    urlOf: ({ service, endpoint }) => `${addressOf(service)}/${endpoint}`,
    async send(spec, signal) {
      const caller = createApiCaller(await openKubernetesApi(await contextOf(topology, where)));
      const namespace = namespaceOf(topology.name);
      try {
        const image = await serviceImage(caller, namespace, topology.entries[0]!.service);
        return await runLoadInCluster({ caller, namespace, image }, spec, signal);
      } finally {
        await caller.close();
      }
    },
  };
}

async function contextOf(topology: Inputs["topology"], where: Where): Promise<string> {
  if (where.kind === "context") return where.context;
  const found = where.kind === "kind" ? await findOnKind(topology) : undefined;
  if (found !== undefined) return found.context;
  throw new KarmaError(
    "USAGE",
    `expected a cluster of Kubernetes, found ${where.kind}`,
    "--in-cluster goes with --on kind",
  );
}
