import type { Autoscaler } from "../control/loop/autoscaler.ts";
import { lossOf } from "../evaluate/loss.ts";
import type { Workload } from "../system/workload/workload.ts";
import { type Arena, playSeeds } from "./evaluate.ts";
import type { Host } from "./host.ts";
import { opponentOf } from "./opponents.ts";

/** CPU targets that are tried, per cent of the request. */
const TARGETS: readonly number[] = [25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80];
/** Seconds over which the highest wish holds a scale-down; Kubernetes' default is 300. */
const DOWN_WINDOWS_S: readonly number[] = [60, 300];

export type TunedHpa = { readonly spec: string; readonly loss: number };

/** The HPA that makes the team's own loss smallest on training traffic: target and down window, all combinations. */
export async function tuneHpa(arena: Arena, kappa: number, host: Host): Promise<TunedHpa> {
  const { topology, calibration, workloads } = arena;
  const specs = TARGETS.flatMap((target) => DOWN_WINDOWS_S.map((down) => `hpa:target=${target},down=${down}`));
  return host.progress.step("tune the HPA on training traffic", async (update) => {
    let best: TunedHpa = { spec: "", loss: Number.POSITIVE_INFINITY };
    for (const [index, spec] of specs.entries()) {
      const create: (workload: Workload) => Autoscaler = opponentOf(spec, topology, calibration.timing).create;
      const loss = lossOf(topology, workloads, await playSeeds(arena, create, host.signal), kappa);
      if (loss < best.loss) best = { spec, loss };
      update((index + 1) / specs.length, `best so far ${best.spec}`);
    }
    return best;
  });
}
