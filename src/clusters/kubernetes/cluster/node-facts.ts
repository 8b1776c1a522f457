import type { CpuQuota } from "../../../control/loop/cpu-quota.ts";
import type { RunningCluster } from "../../../control/loop/running-cluster.ts";
import { quantityToNumber } from "../quantity.ts";
import { readJson } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";

export type NodeFacts = Pick<RunningCluster, "nodeCores" | "cpuQuota">;

type Node = {
  readonly status?: {
    readonly capacity?: { readonly cpu?: string };
    readonly nodeInfo?: { readonly kernelVersion?: string };
  };
};

/**
 * The kubelet sets a limit for the container and for its pod. Since this version of the kernel the periods of groups
 * begin at random moments; before it all of them began together, and the two were as one.
 *
 * @source Linux, "sched: Interleave cfs bandwidth timers for improved single thread performance at low utilization"
 */
const INTERLEAVED_SINCE = [6, 4] as const;

/** What nodes say of the CPU of replicas: little where there are several, or where they may not be listed. */
export async function askNodes(caller: Pick<ApiCaller, "call" | "context">): Promise<NodeFacts> {
  const answer = await caller.call({ path: "/api/v1/nodes" });
  if (answer.status !== 200) return { cpuQuota: { groups: 2 } };
  const { items } = readJson(caller.context, answer, "list nodes") as { readonly items: readonly Node[] };
  const cpu = items[0]?.status?.capacity?.cpu;
  const cores = items.length !== 1 || cpu === undefined ? {} : { nodeCores: quantityToNumber(cpu) };
  return { ...cores, cpuQuota: quotaOf(items) };
}

/** A version that is not told counts as a new one. */
function quotaOf(nodes: readonly Node[]): CpuQuota {
  const versions = nodes.map(({ status }) => status?.nodeInfo?.kernelVersion ?? "");
  return { groups: versions.some(isInterleaved) ? 2 : 1 };
}

function isInterleaved(kernelVersion: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(kernelVersion) ?? [];
  if (major === undefined) return true;
  const [sinceMajor, sinceMinor] = INTERLEAVED_SINCE;
  return Number(major) > sinceMajor || (Number(major) === sinceMajor && Number(minor) >= sinceMinor);
}
