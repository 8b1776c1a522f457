import { type Arena, createHeapArena, createMemoryArena } from "./arena.ts";
import type { Run } from "./program.ts";
import { responseBinary } from "./response-binary.ts";
import { stationBinary } from "./station-binary.ts";
import { TAIL_TABLE_BYTES, placeTailTables } from "./tail-tables.ts";

/** Where a twin keeps its columns, and what goes through them: kernels, or plain loops where there are none. */
export type BackEnd = { readonly arena: Arena; readonly kernels: Kernels | undefined };

/** Strict 128-bit WebAssembly SIMD, two environments at a time: the same bits as plain loops. */
export type Kernels = {
  /** What requests meet, from calls to the outcome: kernels/fluid/response.ts. */
  readonly response: Run;
  /** The tables of its tails. */
  readonly tails: readonly Float64Array[];
  /** Services at work: kernels/fluid/station.ts. */
  readonly station: Run;
  /** Where a table is, which is put there when first asked for. */
  readonly placeOf: (table: Float64Array) => number;
};

export function plainBackEnd(): BackEnd {
  return { arena: createHeapArena(), kernels: undefined };
}

/** Tells how much memory a twin takes that is made with it, and does nothing else. */
export function measuringBackEnd(): BackEnd {
  const arena = createHeapArena();
  return { arena, kernels: { response() {}, tails: placeTailTables(arena), station() {}, placeOf: () => 0 } };
}

/** @param bytes  of memory for all that is made with it */
export function wasmBackEnd(bytes: number): BackEnd {
  const arena = createMemoryArena(bytes + TAIL_TABLE_BYTES);
  modules ??= { response: compile(responseBinary), station: compile(stationBinary) };
  return {
    arena,
    kernels: {
      response: runnerOf(modules.response, arena.memory),
      tails: placeTailTables(arena),
      station: runnerOf(modules.station, arena.memory),
      placeOf: placesIn(arena),
    },
  };
}

let modules: { readonly response: WebAssembly.Module; readonly station: WebAssembly.Module } | undefined;

function compile(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

/** Nobody else's memory is touched. What WebAssembly cannot do itself is done as the plain loops do it. */
function runnerOf(module: WebAssembly.Module, memory: WebAssembly.Memory): Run {
  const { pow, exp, log, cos } = Math;
  const imports = { env: { memory }, math: { pow, exp, log, cos } };
  return new WebAssembly.Instance<{ readonly run: Run }>(module, imports).exports.run;
}

/** Puts each table into memory once. */
function placesIn(arena: Arena): (table: Float64Array) => number {
  const places = new Map<Float64Array, number>();
  return (table) => {
    const before = places.get(table);
    if (before !== undefined) return before;
    const place = arena.float64(table.length);
    place.set(table);
    places.set(table, arena.addressOf(place));
    return arena.addressOf(place);
  };
}
