import { openKubernetesApi } from "../clusters/kubernetes/api.ts";
import type { ApiAccess } from "../clusters/kubernetes/cluster/api-request.ts";
import { KarmaError } from "../core/errors.ts";
import { namespaceOf } from "../system/compile/kubernetes-names.ts";
import type { Topology } from "../system/topology/topology.ts";
import { findOnKind } from "./running-kind.ts";
import type { Where } from "./where.ts";

/** Where the objects of a topology are. */
export type KubernetesPlace = { readonly access: ApiAccess; readonly namespace: string };

/** Undefined where it does not run on Kubernetes. */
export async function kubernetesPlace(topology: Topology, where: Where): Promise<KubernetesPlace | undefined> {
  if (where.kind === "local" || where.kind === "twin") return undefined;
  const context = where.kind === "context" ? where.context : (await findOnKind(topology))?.context;
  if (context !== undefined) return { access: await openKubernetesApi(context), namespace: namespaceOf(topology.name) };
  throw new KarmaError("NOT_READY", `no cluster of kind runs ${topology.name}`, "start it with `karma cluster up`");
}
