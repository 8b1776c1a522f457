import { KarmaError } from "../../../core/errors.ts";
import type { ApiCaller } from "../cluster/api-request.ts";

/**
 * An HPA with a CPU target does nothing without the metrics API. Asked of the discovery, which everybody may read.
 *
 * @throws KarmaError NOT_READY where nobody serves it, or not now
 */
export async function requireResourceMetrics(api: ApiCaller): Promise<void> {
  const { status } = await api.call({ path: "/apis/metrics.k8s.io/v1beta1" });
  if (status < 300) return;
  const found = status === 404 ? "none" : `one that answers ${status}`;
  throw new KarmaError(
    "NOT_READY",
    `expected an API of CPU metrics (metrics.k8s.io), found ${found}: an HPA would scale nothing`,
    "karma cluster up --metrics-server puts one there; or --on-exit restore, or keep",
  );
}
