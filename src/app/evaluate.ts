import { guardRulesFor } from "../control/guard/rules.ts";
import type { Autoscaler } from "../control/loop/autoscaler.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import { createRng } from "../core/rng.ts";
import { playOnTwin } from "../evaluate/play.ts";
import { summarize, type SummaryRow } from "../evaluate/summarize.ts";
import type { Update } from "../host/progress.ts";
import { breathe } from "../host/clock.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Workload } from "../system/workload/workload.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import type { Host } from "./host.ts";
import type { Contestant } from "./opponents.ts";

/** What all contestants of one comparison meet: the same twin, workloads, noise and guard. */
export type Arena = {
  readonly topology: Topology;
  readonly calibration: Calibration;
  /** One per seed. */
  readonly workloads: readonly Workload[];
  readonly seeds: readonly number[];
};

/** Plays an autoscaler over all seeds. */
export async function playSeeds(
  arena: Arena,
  create: (workload: Workload) => Autoscaler,
  signal: AbortSignal,
  onSeed: () => void = () => {},
): Promise<Outcome[]> {
  const { topology, calibration, workloads, seeds } = arena;
  const outcomes: Outcome[] = [];
  for (const [index, workload] of workloads.entries()) {
    const rng = createRng(`twin ${seeds[index]!}`);
    const rules = guardRulesFor(calibration.timing);
    outcomes.push(await playOnTwin({ topology, calibration, workload, rules, autoscaler: create(workload), rng }));
    onSeed();
    await breathe();
    signal.throwIfAborted();
  }
  return outcomes;
}

export type Evaluation = { readonly rows: readonly SummaryRow[]; readonly outcomes: ReadonlyMap<string, Outcome[]> };

/** Plays every contestant over every seed on the twin: one row each. */
export async function evaluate(arena: Arena, contestants: readonly Contestant[], host: Host): Promise<Evaluation> {
  const outcomes = new Map<string, Outcome[]>();
  const runs = contestants.length * arena.seeds.length;
  let done = 0;
  await host.progress.step("evaluate on the twin", async (update: Update) => {
    for (const { name, create } of contestants) {
      outcomes.set(name, await playSeeds(arena, create, host.signal, () => update(++done / runs, name)));
    }
  });
  const rng = createRng("bootstrap");
  return { outcomes, rows: [...outcomes].map(([name, each]) => summarize(name, [each], rng.split(name))) };
}
