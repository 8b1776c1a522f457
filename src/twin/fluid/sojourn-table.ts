import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import { type Stretch, podStretch } from "./pod-quota.ts";
import { type Dealing, fittedSojourn } from "./sojourn-fit.ts";
import { HIGHEST_UTILISATION, type Station, relaxationMs } from "./sojourn.ts";

export const SOJOURN_CELLS = 96;

/** Values of a cell: mean, variance, third central moment. */
export const CELL_VALUES = 3;

/** Sojourns of one service by utilisation, for every number of replicas and callers. Made when first asked for. */
export type SojournTables = {
  /**
   * [SOJOURN_CELLS + 1][CELL_VALUES] at utilisation i / SOJOURN_CELLS * HIGHEST_UTILISATION; ms, ms², ms³.
   *
   * @param callers  replicas of all callers; 0 = users call
   */
  readonly at: (replicas: number, callers: number) => Float64Array;
  /** How far a tick takes the sojourn towards its stationary value, (0, 1]: [SOJOURN_CELLS + 1]. */
  readonly gain: Float64Array;
};

/** Numbers of replicas that have a table of their own; between them the nearest counts. */
const SIZES = [1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20] as const;
const sizeOf = Uint8Array.from({ length: 21 }, (_, replicas) => nearestSize(replicas));
const LARGEST = sizeOf.length - 1;

/** Callers per replica have tables at powers of two, from 1/8 to 8; one more is for users. */
const DEALS = 8;
const MIDDLE_DEAL = 4;

/** Tables of a service, at most. */
export const PLACES: number = SIZES.length * DEALS;

function nearestSize(replicas: number): number {
  const apart = (size: number): number => Math.abs(Math.log(size / Math.max(1, replicas)));
  return SIZES.reduce((best, size, index) => (apart(size) < apart(SIZES[best]!) ? index : best), 0);
}

/** Those that have the same table have the same number, below {@link PLACES}. */
export function tablePlace(replicas: number, callers: number): number {
  return sizeOf[replicas < LARGEST ? replicas : LARGEST]! * DEALS + dealOf(replicas, callers);
}

/** @param quota  how the kernel keeps replicas to their limit, where it does */
export function tabulateSojourn(station: Station, tickMs: number, timeScale: number, quota?: CpuQuota): SojournTables {
  const tables: (Float64Array | undefined)[] = Array.from({ length: PLACES });
  const stretch = podStretch(station, quota);
  const make = (place: number): Float64Array => {
    const replicas = SIZES[Math.floor(place / DEALS)]!;
    const deal = place % DEALS;
    const callers = deal === 0 ? 0 : replicas * 2 ** (deal - MIDDLE_DEAL);
    return (tables[place] = tabulate(station, { replicas, callers, timeScale }, stretch));
  };
  return {
    at(replicas, callers) {
      const place = tablePlace(replicas, callers);
      return tables[place] ?? make(place);
    },
    gain: Float64Array.from(
      { length: SOJOURN_CELLS + 1 },
      (_, cell) => -Math.expm1(-tickMs / relaxationMs(station, utilisationOf(cell))),
    ),
  };
}

/** 0 for users, otherwise the nearest power of two, from 1 for 1/8 to 7 for 8. */
function dealOf(replicas: number, callers: number): number {
  if (callers === 0) return 0;
  let deal = MIDDLE_DEAL;
  for (let next = callers * Math.SQRT1_2; next > replicas && deal < DEALS - 1; next *= 0.5) deal++;
  for (let next = callers * Math.SQRT2; next < replicas && deal > 1; next *= 2) deal--;
  return deal;
}

function utilisationOf(cell: number): number {
  return (cell / SOJOURN_CELLS) * HIGHEST_UTILISATION;
}

/** A busier replica is never faster: where the fit says so it is a ripple. */
function tabulate(station: Station, dealing: Dealing, stretch: Stretch | undefined): Float64Array {
  const table = new Float64Array((SOJOURN_CELLS + 1) * CELL_VALUES);
  for (let cell = 0, at = 0; cell <= SOJOURN_CELLS; cell++, at += CELL_VALUES) {
    const utilisation = utilisationOf(cell);
    const fitted = fittedSojourn(station, utilisation, dealing);
    const { meanMs, variance, third } = stretch === undefined ? fitted : stretch(fitted, utilisation);
    const before = at - CELL_VALUES;
    table[at] = cell > 0 ? Math.max(table[before]!, meanMs) : meanMs;
    table[at + 1] = cell > 0 ? Math.max(table[before + 1]!, variance) : variance;
    table[at + 2] = cell > 0 ? Math.max(table[before + 2]!, third) : third;
  }
  return table;
}
