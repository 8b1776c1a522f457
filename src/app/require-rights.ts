import { requireAccess } from "../clusters/kubernetes/up/access.ts";
import type { Need } from "../clusters/kubernetes/up/access-rules.ts";
import { namespaceOf } from "../system/compile/kubernetes-names.ts";
import { reach } from "./cluster-up-run.ts";
import type { Inputs } from "./inputs.ts";
import type { Where } from "./where.ts";

/**
 * Asks a context that others run whether all of this is allowed there; on one's own clusters it is.
 * @throws KarmaError with every rule that lacks, before anything is changed
 */
export async function requireRights({ topology }: Inputs, where: Where, needs: readonly Need[]): Promise<void> {
  if (where.kind !== "context") return;
  const reached = await reach(where.context);
  try {
    await requireAccess(reached, needs, namespaceOf(topology.name));
  } finally {
    await reached.caller.close();
  }
}
