import type { Node } from "./node.ts";
import { isThrottled, lookAtBudget, planLook, work } from "./processor.ts";
import { schedule } from "./source-queue.ts";
import type { World } from "./world.ts";

/** A replica, worked up to now, may have begun to work or stopped: all that are at work go on with another share. */
export function shareNode(world: World, node: Node, pod: number): void {
  const { processors } = world;
  const threads = threadsAtWork(world, pod);
  node.threads += threads - (node.atWork[pod] ?? 0);
  node.atWork[pod] = threads;
  const share = Math.min(1, node.cores / node.threads);
  const isOther = share !== node.share;
  node.share = share;
  processors.all[pod]!.threads = mostThreads(world, pod) * share;
  if (!isOther) return;
  for (const [other, count] of node.atWork.entries()) if (count > 0 && other !== pod) goOn(world, node, other);
}

function threadsAtWork(world: World, pod: number): number {
  const { processors } = world;
  return isThrottled(processors, pod) ? 0 : Math.min(processors.all[pod]!.jobs, mostThreads(world, pod));
}

function mostThreads({ plan, pods, speed }: World, pod: number): number {
  return plan.services[pods.service[pod]!]!.threads * speed[0]!;
}

function goOn(world: World, { share }: Node, pod: number): void {
  const { processors, queue, firstPod } = world;
  work(processors, pod);
  processors.all[pod]!.threads = mostThreads(world, pod) * share;
  planLook(processors, pod);
  lookAtBudget(processors, pod);
  schedule(queue, firstPod + pod, processors.all[pod]!.lookMs);
}
