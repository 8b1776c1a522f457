import type { EntryUrl } from "../../../control/loop/running-cluster.ts";
import { addressOf } from "../../../system/compile/kubernetes-names.ts";
import { readJson } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";

type Asks = Pick<ApiCaller, "call" | "context">;
type NodeList = {
  readonly items: readonly { readonly status?: { readonly addresses?: readonly { readonly address: string }[] } }[];
};

/**
 * Entries at which load may be sent. Whoever may write in the namespace may have written any address there: one that is
 * neither this machine's nor a node's is replaced by that of the Service, which means something only in the cluster.
 */
export async function ownEntries(caller: Asks, entries: readonly EntryUrl[]): Promise<readonly EntryUrl[]> {
  if (entries.every(({ url }) => isLoopback(hostOf(url)))) return entries;
  const nodes = await nodeAddresses(caller);
  return entries.map((entry) => {
    const host = hostOf(entry.url);
    if (isLoopback(host) || nodes.has(host)) return entry;
    return { ...entry, url: `${addressOf(entry.service)}/${entry.endpoint}` };
  });
}

/** Without the brackets of IPv6. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host);
}

/** None where nodes may not be listed. */
async function nodeAddresses(caller: Asks): Promise<ReadonlySet<string>> {
  const answer = await caller.call({ path: "/api/v1/nodes" });
  if (answer.status !== 200) return new Set();
  const { items } = readJson(caller.context, answer, "list nodes") as NodeList;
  return new Set(items.flatMap((node) => node.status?.addresses ?? []).map(({ address }) => address));
}
