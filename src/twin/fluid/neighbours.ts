import type { ServicePlan } from "./plan.ts";
import { slow, type Slowed, slowdown } from "./slowed.ts";

/** What neighbours on the machine make of the replicas of a service. Columns are [environments]. */
export type Neighbours = {
  /** Most CPU a replica can use / most it may use; 1 without neighbours. */
  share: Float64Array;
  /** A request takes so many times as long as without them. */
  times: Float64Array;
  /** To be done before a tick. @param speed  of the time it works, the share of its cores that a replica gets */
  look(speed: Float64Array): void;
  /** To be done when it is known how busy replicas are. */
  feel(speed: Float64Array, utilisation: Float64Array): void;
};

/** @param ones  shared by all who have no neighbours, so that nothing is kept for them: [environments] */
export function createNeighbours({ station, idleCpuShare }: ServicePlan, ones: Float64Array): Neighbours {
  let known = ones;
  let slowed: Slowed[] = [];
  /** Environments with neighbours: while there are none, nobody looks further. */
  let beset = 0;
  const neighbours: Neighbours = {
    share: ones,
    times: ones,
    look(speed) {
      for (let e = 0; e < speed.length; e++) if (speed[e] !== known[e]) change(e, speed[e]!);
    },
    feel(speed, utilisation) {
      if (beset === 0) return;
      for (let e = 0; e < speed.length; e++)
        if (speed[e] !== 1) neighbours.times[e] = slowdown(station, slowed[e]!, utilisation[e]!);
    },
  };

  function change(e: number, speed: number): void {
    if (known === ones) begin();
    beset += Number(speed !== 1) - Number(known[e] !== 1);
    known[e] = speed;
    slowed[e] = slow(station, idleCpuShare, speed);
    neighbours.share[e] = speed === 1 ? 1 : slowed[e].share;
    neighbours.times[e] = 1;
  }

  function begin(): void {
    known = ones.slice();
    neighbours.share = ones.slice();
    neighbours.times = ones.slice();
    slowed = Array.from(ones, () => slow(station, idleCpuShare, 1));
  }

  return neighbours;
}
