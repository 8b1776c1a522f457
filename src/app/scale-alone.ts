import { holdNamespace } from "../clusters/kubernetes/hpa/scaler-lease.ts";
import { holdLocalCluster } from "../clusters/local/scaler-lock.ts";
import type { Topology } from "../system/topology/topology.ts";
import { kubernetesPlace } from "./kubernetes-place.ts";
import type { Where } from "./where.ts";

/**
 * Does the work as the only one of karma's autoscalers on a cluster that is up.
 *
 * @param what  is to scale: `karma transfer`
 * @throws KarmaError NOT_READY where another one scales it
 */
export async function scaleAlone<T>(
  { topology, where, what }: { readonly topology: Topology; readonly where: Where; readonly what: string },
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (where.kind === "twin") return work(signal);
  if (where.kind === "local") return holdLocalCluster(topology.name, what, () => work(signal));
  const place = await kubernetesPlace(topology, where);
  if (place === undefined) throw new Error(`${where.kind} is no Kubernetes`);
  return holdNamespace({ ...place, what }, signal, work);
}
