import { quantityToNumber } from "../quantity.ts";
import { readJson } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";

type NodeList = {
  readonly items: readonly { readonly status?: { readonly capacity?: { readonly cpu?: string } } }[];
};

/** Cores of the one node that all replicas are on; undefined where there are several, or nodes may not be listed. */
export async function nodeCoresOf(caller: Pick<ApiCaller, "call" | "context">): Promise<number | undefined> {
  const answer = await caller.call({ path: "/api/v1/nodes" });
  if (answer.status !== 200) return undefined;
  const { items } = readJson(caller.context, answer, "list nodes") as NodeList;
  const cpu = items[0]?.status?.capacity?.cpu;
  return items.length !== 1 || cpu === undefined ? undefined : quantityToNumber(cpu);
}
