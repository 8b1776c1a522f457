import { sumOf } from "../../../core/statistics.ts";
import type { V1Node, V1NodeList, V1Pod, V1PodList } from "@kubernetes/client-node";
import { callForJson, readJson, refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import type { FreeNode } from "../fit.ts";
import { quantityToMiB, quantityToMilli } from "../quantity.ts";

/** What each node that takes pods has left for requests, as if the pods of `exceptIn` were not there. */
export async function freeNodes(caller: ApiCaller, exceptIn: string): Promise<readonly FreeNode[]> {
  const nodes = await callForJson<V1NodeList>(caller, { path: "/api/v1/nodes" }, "list nodes");
  const running = encodeURIComponent("status.phase!=Succeeded,status.phase!=Failed");
  const pods = await callForJson<V1PodList>(caller, { path: `/api/v1/pods?fieldSelector=${running}` }, "list pods");
  const others = pods.items.filter(({ metadata }) => metadata?.namespace !== exceptIn);
  return nodes.items.filter(takesPods).map((node) => leftOn(node, others));
}

function takesPods({ spec, status }: V1Node): boolean {
  const isReady = status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true;
  const isClosed = spec?.taints?.some(({ effect }) => effect !== "PreferNoSchedule") === true;
  return isReady && spec?.unschedulable !== true && !isClosed;
}

function leftOn(node: V1Node, pods: readonly V1Pod[]): FreeNode {
  const name = node.metadata?.name ?? "";
  const { cpu = "0", memory = "0" } = node.status?.allocatable ?? {};
  const requests = pods
    .filter(({ spec }) => spec?.nodeName === name)
    .flatMap(({ spec }) => (spec?.containers ?? []).map(({ resources }) => resources?.requests ?? {}));
  return {
    name,
    cpuMilli: quantityToMilli(cpu) - sumOf(requests.map((one) => quantityToMilli(one["cpu"] ?? "0"))),
    memoryMiB: quantityToMiB(memory) - sumOf(requests.map((one) => quantityToMiB(one["memory"] ?? "0"))),
  };
}

/** An address of a node that others can reach, preferably from outside; undefined where none is told, or one may not ask. */
export async function nodeAddress(caller: ApiCaller): Promise<string | undefined> {
  const answer = await caller.call({ path: "/api/v1/nodes" });
  if (answer.status === 403) return undefined;
  if (answer.status >= 300) throw refusal(caller.context, answer, "list nodes");
  const { items } = readJson(caller.context, answer, "list nodes") as V1NodeList;
  const addresses = items.flatMap(({ status }) => status?.addresses ?? []);
  const of = (kind: string): string | undefined => addresses.find(({ type }) => type === kind)?.address;
  return of("ExternalIP") ?? of("InternalIP");
}
