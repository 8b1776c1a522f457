import type { Arena } from "./arena.ts";
import type { BackEnd } from "./back-end.ts";
import type { FluidOutcome } from "./fluid-twin.ts";
import { type Pods, matureCell, maturePods } from "./pods.ts";
import { type Run, createProgram } from "./program.ts";
import { type FluidSizes, addPodSeconds } from "./sizes.ts";
import { STATION_OPS } from "./station-ops.ts";

/** What time does to replicas. */
export type PodPass = {
  /** Those whose time has come are ready. */
  mature(): void;
  /** Adds what exists during so many ticks to the outcome. */
  addSeconds(ticks: number): void;
};

export type PodPassParts = {
  readonly pods: Pods;
  readonly sizes: FluidSizes;
  readonly outcome: FluidOutcome;
  readonly nowTick: Float64Array;
  readonly tickMs: number;
};

export function createPodPass(parts: PodPassParts, { arena, kernels }: BackEnd): PodPass {
  const { pods, sizes, outcome, nowTick, tickMs } = parts;
  if (kernels === undefined)
    return {
      mature: () => maturePods(pods, nowTick),
      addSeconds: (ticks) => addPodSeconds(outcome, pods.existing, sizes, tickMs, ticks),
    };
  return {
    mature: createMaturing(parts, arena, kernels.station),
    addSeconds: createAdding(parts, arena, kernels.station),
  };
}

function createMaturing({ pods, nowTick }: PodPassParts, arena: Arena, run: Run): () => void {
  const { addressOf } = arena;
  const { environments, nextReadyTick } = pods;
  const list = arena.int32(nextReadyTick.length);
  const count = arena.int32(1);
  const program = createProgram(arena, run);
  const bytes = [nowTick.byteLength, nextReadyTick.byteLength];
  program.add(STATION_OPS.listDue, [...bytes, ...[nextReadyTick, nowTick, list, count].map((one) => addressOf(one))]);
  const look = program.done();
  return () => {
    look();
    for (let i = 0; i < count[0]!; i++) {
      const cell = list[i]!;
      const e = cell % environments;
      matureCell(pods, e, (cell - e) / environments, nowTick[e]!);
    }
  };
}

function createAdding({ pods, sizes, outcome, tickMs }: PodPassParts, arena: Arena, run: Run): (ticks: number) => void {
  const { podSeconds, sizedPodSeconds } = outcome;
  const { existing } = pods;
  const count = arena.int32(1);
  const program = createProgram(arena, run);
  const columns = [existing, sizes.share, podSeconds, sizedPodSeconds, count].map((one) => arena.addressOf(one));
  program.add(STATION_OPS.addSeconds, [existing.byteLength, ...columns], [tickMs / 1_000]);
  const add = program.done();
  return (ticks) => {
    count[0] = ticks;
    add();
  };
}
