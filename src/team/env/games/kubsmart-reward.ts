/** Headroom below which KubSmart punishes, as a share of the limit. */
const headroom = 0.1;

/**
 * KubSmart's reward of one service: -.5 |CPU use - request| -.5 |memory use - request| -5 (.1 - CPU headroom)+
 * -10 (.1 - memory headroom)+. In shares of the request, which is also the limit here: KubSmart's own nanocores and
 * Ki made the CPU term 160 times the other.
 *
 * @param cpu     use / request
 * @param memory  use / request; NaN = not known, and left out
 * @source VishalKhushlani/kubsmart
 */
export function kubsmartReward(cpu: number, memory: number): number {
  return part(cpu, 5) + part(memory, 10);
}

function part(use: number, price: number): number {
  if (Number.isNaN(use)) return 0;
  return -0.5 * Math.abs(use - 1) - price * Math.max(0, headroom - (1 - use));
}
