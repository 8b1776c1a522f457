import { connectLocalCluster } from "../clusters/local/client.ts";
import { listLocalClusters } from "../clusters/local/list.ts";
import type { LocalClusterStatus } from "../clusters/local/protocol.ts";

export type ClusterStatusResult = {
  readonly up: readonly LocalClusterStatus[];
  /** Clusters whose run died and left something; `karma cluster down` clears it. */
  readonly left: readonly string[];
};

/** What runs on this machine. */
export async function clusterStatus(): Promise<ClusterStatusResult> {
  const listed = listLocalClusters();
  const up: LocalClusterStatus[] = [];
  for (const { name, isUp, isStarting } of listed) {
    if (isUp && !isStarting) up.push(await (await connectLocalCluster(name)).status());
  }
  return { up, left: listed.filter(({ isUp }) => !isUp).map(({ name }) => name) };
}
