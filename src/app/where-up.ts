import type { Inputs } from "./inputs.ts";
import { findCluster } from "./running-cluster.ts";
import { findOnOwnKind } from "./running-kind.ts";
import type { Where } from "./where.ts";

/** Where the topology is up when nobody says: on local processes, else on kind; local where it is up nowhere. */
export async function whereUp(inputs: Inputs): Promise<Where> {
  if ((await findCluster(inputs)) !== undefined) return { kind: "local" };
  return { kind: (await findOnOwnKind(inputs.topology)) === undefined ? "local" : "kind" };
}
