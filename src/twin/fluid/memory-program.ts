import type { Arena } from "./arena.ts";
import type { ServiceMemory } from "./memory.ts";
import { type Run, createProgram } from "./program.ts";
import { STATION_OPS } from "./station-ops.ts";

export type MemoryProgram = {
  readonly run: () => void;
  /** 1 = a replica of this service may take too much by now, which is to be looked at: by its place among `all`. */
  readonly risks: Int32Array;
};

/** What replicas take after a tick, as long as none of them takes too much. */
export function createMemoryProgram(
  all: readonly ServiceMemory[],
  { environments }: { readonly environments: number },
  arena: Arena,
  run: Run,
): MemoryProgram {
  const risks = arena.int32(all.length);
  const program = createProgram(arena, run);
  const bytes = environments * Float64Array.BYTES_PER_ELEMENT;
  for (const [i, one] of all.entries()) {
    const { stations, pods, retained, service, concurrency, addedMs } = one;
    const { served, queued, cpuMs, holdMs, memoryMiB, tickMs } = stations;
    const row = (matrix: Float64Array): number => arena.addressOf(matrix, service * environments);
    const columns = [pods.ready, served, queued, cpuMs, holdMs, memoryMiB].map(row);
    const places = [arena.addressOf(retained, service * pods.slots * environments), arena.addressOf(risks, i)];
    const { perRequestMiB, retainedMiB, baseMiB, roomMiB, safeMiB } = one;
    const numbers = [tickMs, addedMs, concurrency, perRequestMiB, retainedMiB, baseMiB, roomMiB, safeMiB];
    program.add(STATION_OPS.remember, [bytes, ...columns, ...places], numbers);
  }
  return { run: program.done(), risks };
}
