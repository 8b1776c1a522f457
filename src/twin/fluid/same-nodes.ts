import type { CallPlan, NodePlan } from "./plan.ts";

/**
 * Endpoints of a service that fail as often and make the same calls meet the same: for each the last one that is like it.
 * Calls that may be tried again are counted each by themselves, so who makes them is like nobody else.
 *
 * @param nodes  callers before callees
 */
export function likeNodes(nodes: readonly NodePlan[]): readonly number[] {
  const like = nodes.map((_, node) => node);
  const known = new Map<string, number>();
  for (const node of like.toReversed()) {
    const { service, errorRate, steps } = nodes[node]!;
    const key = JSON.stringify([service, errorRate, steps.map((calls) => calls.map((call) => callKey(call, like)))]);
    like[node] = known.get(key) ?? node;
    known.set(key, like[node]);
  }
  return like;
}

/** Equal for calls that are alike. @param like  see {@link likeNodes} */
export function callKey(call: CallPlan, like: readonly number[]): string {
  const { probability, times, timeoutMs, retries, retry, backoffMs, retryBudget } = call;
  return [like[call.node], probability, times, timeoutMs, retries, retry, backoffMs, retryBudget].join(" ");
}
