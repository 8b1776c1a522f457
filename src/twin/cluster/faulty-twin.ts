import { requireServiceIndex } from "../../control/loop/check-request.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { type Fault, isClusterFault } from "../../system/workload/fault.ts";
import type { FluidEpisode, FluidTwin } from "../fluid/fluid-twin.ts";
import { createFaultPlayer, type FaultPlayer } from "./fault-player.ts";
import { fluidFaultTarget } from "./fluid-fault-target.ts";
import { floodsTo } from "./fluid-floods.ts";
import { machineCoresFor } from "./machine-cores.ts";

/** An episode in which something goes wrong. Times are those of its clock. */
export type FaultyEpisode = FluidEpisode & { readonly faults?: readonly Fault[] };

export type FaultyTwin = Omit<FluidTwin, "reset"> & { reset(environment: number, episode: FaultyEpisode): void };

/** A fluid twin in which the faults of its episodes happen, in each environment its own. */
export function withFaults(topology: Topology, twin: FluidTwin, timeScale: number): FaultyTwin {
  const { environments, tickMs } = twin;
  const players: (FaultPlayer | undefined)[] = Array.from({ length: environments }, () => undefined);
  const atTick = new Float64Array(environments);
  const dueMs = new Float64Array(environments).fill(Infinity);
  const options = {
    indexOf: (service: string) => requireServiceIndex(topology, service),
    timeScale,
    machineCores: machineCoresFor(topology),
  };

  function playDue(): void {
    for (let e = 0; e < environments; e++) {
      if (atTick[e]! * tickMs < dueMs[e]!) continue;
      players[e]!.play();
      dueMs[e] = players[e]!.nextMs();
    }
  }

  /** Ticks that may go by before anything is due anywhere, 1 at least. */
  function quietTicks(most: number): number {
    let ticks = most;
    for (let e = 0; e < environments; e++) while (ticks > 1 && (atTick[e]! + ticks - 1) * tickMs >= dueMs[e]!) ticks--;
    return ticks;
  }

  return {
    ...twin,
    reset(environment, { faults = [], ...episode }) {
      const { ratePerS, stepMs, floods = [] } = episode;
      const more = floodsTo(topology, { ratePerS, stepMs, faults });
      twin.reset(environment, more.length > 0 ? { ...episode, floods: [...floods, ...more] } : episode);
      // What the faults before did is forgotten with the reset.
      const target = fluidFaultTarget(twin, () => atTick[environment]! * tickMs, environment);
      atTick[environment] = 0;
      const player = createFaultPlayer(target, { ...options, faults: faults.filter(isClusterFault) });
      players[environment] = player;
      dueMs[environment] = player.nextMs();
    },
    advance(ticks) {
      for (let left = ticks; left > 0;) {
        playDue();
        const quiet = quietTicks(left);
        for (let e = 0; e < environments; e++) atTick[e]! += quiet;
        twin.advance(quiet);
        left -= quiet;
      }
    },
  };
}
