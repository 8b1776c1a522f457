import type { Topology } from "../../../../system/topology/topology.ts";
import type { ScalingGame } from "../../scaling-env.ts";

/** The CPU limits of the services of a game of one environment, as its agents set them. */
export type CpuLimits = {
  /** What a replica is given and paid for, millicores; it may use less while it is throttled. */
  milli(service: number): number;
  /** The same / what the topology declares: what a replica costs. */
  price(service: number): number;
  set(service: number, cpuMilli: number): void;
  throttle(service: number, isThrottled: boolean): void;
  /** As the topology declares them; to be called when an episode has begun. */
  begin(): void;
};

/** Of its limit a throttled replica may use this share. */
const throttledShare = 0.5;

export function createCpuLimits({ services }: Topology, { twin }: Pick<ScalingGame, "twin">): CpuLimits {
  const declared = services.map(({ cpuMilli }) => cpuMilli);
  const given = Float64Array.from(declared);
  const throttled = new Uint8Array(declared.length);
  const apply = (service: number): void => {
    const share = throttled[service] === 1 ? throttledShare : 1;
    twin.resize(service, Math.max(1, Math.round(given[service]! * share)));
  };
  return {
    milli: (service) => given[service]!,
    price: (service) => given[service]! / declared[service]!,
    set(service, cpuMilli) {
      given[service] = cpuMilli;
      apply(service);
    },
    throttle(service, isThrottled) {
      throttled[service] = isThrottled ? 1 : 0;
      apply(service);
    },
    // The twin forgets limits with its reset.
    begin() {
      given.set(declared);
      throttled.fill(0);
    },
  };
}
