import type { Inputs } from "./inputs.ts";
import { findCluster } from "./running-cluster.ts";
import { findOnOwnKind } from "./running-kind.ts";
import { type Where, parseWhere } from "./where.ts";

/** Where the topology is up when nobody says: on local processes, else on kind; local where it is up nowhere. */
async function whereUp(inputs: Inputs): Promise<Where> {
  if ((await findCluster(inputs)) !== undefined) return { kind: "local" };
  return { kind: (await findOnOwnKind(inputs.topology)) === undefined ? "local" : "kind" };
}

/** What was typed behind `--on`; where nothing was, where the topology is up. */
export async function whereAsked(
  asked: string | undefined,
  allowed: readonly Where["kind"][],
  inputs: Inputs,
): Promise<Where> {
  return asked === undefined ? whereUp(inputs) : parseWhere(asked, allowed);
}
