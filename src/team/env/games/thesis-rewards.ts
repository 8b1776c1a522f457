/** What one service did in a sync period, as the MicroK8s thesis looks at it. */
export type ServiceMoment = {
  /** Mean at the entry on a scale on which the objective is the thesis' 200 ms, s. */
  readonly latencyS: number;
  /** CPU use / request. */
  readonly cpu: number;
  /** Replicas / the most there may be. */
  readonly podShare: number;
  /** Replicas that came or went in this period. */
  readonly change: number;
  /** The last change before that was one; 0 where there was none yet. */
  readonly changeBefore: number;
};

const latencyTargetS = 0.2;
const cpuTarget = 0.85;

/**
 * The thesis' first reward: -.4 latency penalty -.3 resource penalty -.2 thrashing +.1 stability. Its penalties are
 * named there and not defined; here: latency above 200 ms in targets, distance of CPU from 85 % in targets, both at most
 * 1; thrashing is a change of direction; stability no change.
 *
 * @source rohmatmret/microk8s-autoscaling, README
 */
export function shapedReward({ latencyS, cpu, change, changeBefore }: ServiceMoment): number {
  const latency = Math.min(1, Math.max(0, latencyS / latencyTargetS - 1));
  const resource = Math.min(1, Math.abs(cpu - cpuTarget) / cpuTarget);
  const isThrashing = change * changeBefore < 0;
  return -0.4 * latency - 0.3 * resource - (isThrashing ? 0.2 : 0) + (change === 0 ? 0.1 : 0);
}

/**
 * The thesis' base reward, its second: steps of latency and CPU, thrift, and what a change was worth.
 *
 * @source rohmatmret/microk8s-autoscaling, README
 */
export function baseReward(moment: ServiceMoment): number {
  return latencyPart(moment) + cpuPart(moment) + thriftPart(moment) + changePart(moment);
}

function latencyPart({ latencyS }: ServiceMoment): number {
  if (latencyS < 0.15) return 8;
  if (latencyS < 0.2) return 3;
  return latencyS < 0.3 ? 0 : -10 * (1 + (latencyS - 0.3) / 0.3);
}

function cpuPart({ cpu }: ServiceMoment): number {
  if (cpu > 0.7) return -1;
  return cpu >= 0.4 ? 1.5 : 0;
}

function thriftPart({ latencyS, cpu, podShare }: ServiceMoment): number {
  if (latencyS >= 0.15 || cpu >= 0.5) return 0;
  if (podShare < 0.5) return 1.5;
  return podShare > 0.7 && cpu < 0.3 ? -(podShare - 0.5) : 0;
}

function changePart({ latencyS, cpu, change }: ServiceMoment): number {
  if (change > 0) return latencyS > 0.2 || cpu > 0.5 ? 1 : 0;
  return change < 0 && (cpu > 0.6 || latencyS > 0.15) ? -5 : 0;
}
