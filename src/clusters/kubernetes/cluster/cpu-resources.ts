import { CONTAINER } from "./pod-state.ts";

/** The part of a pod's spec that says how much CPU it has; a request is never more than the limit. */
export function cpuResources(cpuMilli: number, requestShare: number): object {
  const share = requestShare > 0 ? Math.min(1, requestShare) : 1;
  const requestMilli = Math.max(1, Math.round(cpuMilli * share));
  const resources = { limits: { cpu: `${cpuMilli}m` }, requests: { cpu: `${requestMilli}m` } };
  return { containers: [{ name: CONTAINER, resources }] };
}
