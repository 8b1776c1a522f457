import type { Problem } from "../../core/errors.ts";
import type { Topology } from "../../system/topology/topology.ts";

/** What a node has left for requests. */
export type FreeNode = { readonly name: string; readonly cpuMilli: number; readonly memoryMiB: number };

type Wanted = { readonly service: string; readonly cpuMilli: number; readonly memoryMiB: number };

/** A smaller request leaves a pod nothing to live on when the node is busy, percent of the limit. */
const LEAST_PERCENT = 5;

/**
 * Which services do not fit the nodes with their smallest number of replicas, before anything is applied. Pods are
 * placed largest first on the node with most CPU left: what fits this way fits; the scheduler may do a little better.
 */
export function unfitting(topology: Topology, nodes: readonly FreeNode[], requestShare: number): readonly Problem[] {
  const left = unplaced(topology, nodes, requestShare);
  if (left.length === 0) return [];
  const advice = adviceFor(topology, nodes);
  return [...new Set(left.map(({ service }) => service))].map((service) => {
    const pods = left.filter((pod) => pod.service === service);
    const { cpuMilli, memoryMiB } = pods[0]!;
    const needs = `${pods.length} pod${pods.length === 1 ? "" : "s"} of ${cpuMilli}m CPU and ${memoryMiB} MiB`;
    return { path: `services.${service}`, message: `expected room for ${needs}, found ${largest(nodes)}; ${advice}` };
  });
}

function unplaced(topology: Topology, nodes: readonly FreeNode[], requestShare: number): readonly Wanted[] {
  const free = nodes.map(({ cpuMilli, memoryMiB }) => ({ cpuMilli, memoryMiB }));
  return wantedPods(topology, requestShare).filter((pod) => {
    const fits = free.filter(({ cpuMilli, memoryMiB }) => cpuMilli >= pod.cpuMilli && memoryMiB >= pod.memoryMiB);
    const node = fits.toSorted((a, b) => b.cpuMilli - a.cpuMilli)[0];
    if (node === undefined) return true;
    node.cpuMilli -= pod.cpuMilli;
    node.memoryMiB -= pod.memoryMiB;
    return false;
  });
}

/** Requests as the manifests make them, largest first. */
function wantedPods({ services }: Topology, requestShare: number): readonly Wanted[] {
  return services
    .flatMap(({ name, cpuMilli, memoryMiB, minReplicas }) =>
      Array.from({ length: minReplicas }, () => ({
        service: name,
        cpuMilli: Math.max(1, Math.round(Math.max(1, Math.round(cpuMilli)) * requestShare)),
        memoryMiB: Math.max(1, Math.round(memoryMiB)),
      })),
    )
    .toSorted((a, b) => b.cpuMilli - a.cpuMilli || b.memoryMiB - a.memoryMiB);
}

/** The largest share in steps of 5 % at which everything fits. */
function adviceFor(topology: Topology, nodes: readonly FreeNode[]): string {
  for (let percent = 100; percent >= LEAST_PERCENT; percent -= 5) {
    const share = percent / 100;
    if (unplaced(topology, nodes, share).length === 0) return `with --request-share ${share} everything fits`;
  }
  return "no --request-share helps: lower ram or min_replicas, use --scale, or add a node";
}

function largest(nodes: readonly FreeNode[]): string {
  const node = nodes.toSorted((a, b) => b.cpuMilli - a.cpuMilli)[0];
  if (node === undefined) return "no node";
  return `at most ${Math.floor(node.cpuMilli)}m and ${Math.floor(node.memoryMiB)} MiB on one node`;
}
