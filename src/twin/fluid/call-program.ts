import type { Arena } from "./arena.ts";
import type { CallPlan, NodePlan } from "./plan.ts";
import type { Program } from "./program.ts";
import { RESPONSE_OPS as OPS } from "./response-ops.ts";
import type { Stations } from "./stations.ts";

/** Where calls are taken from and worked on. */
export type CallRows = {
  /** Directory of the rows of an endpoint: what requests to it meet. */
  readonly rowsOf: (node: number) => number;
  /** What callers with a timeout get of an endpoint, by endpoint: where it says which directory of rows counts. */
  readonly cuts: readonly ReadonlyMap<number, Cut>[];
  /** Directories of rows to work in: of a call, of calls side by side. */
  readonly work: number;
  readonly step: number;
  readonly rowBytes: number;
  /** Address of the further tries of a call. */
  readonly moreTriesOf: (call: CallPlan) => number;
};

type Cut = { readonly chosen: number; readonly rows: number };

/** Rows of what is met: mean, variance, third moment, ok, calm share, and those moments of calm requests. */
const ROWS = 8;
/** Of calls side by side: its way, what is made of it, two humps. */
const STEP_ROWS = 8;
/** Calm requests that are cut off are so in the mean alone: share, variance and third moment stay. */
const UNCUT: readonly number[] = [4, 6, 7];

/** @param columns  of responses, in the order of the rows */
export function createCallRows(
  arena: Arena,
  nodes: readonly NodePlan[],
  columns: readonly Float64Array[],
  { environments, moreTries }: Stations,
): CallRows {
  const row = (): Float64Array => arena.float64(environments);
  const some = (count: number): number => arena.directory(Array.from({ length: count }, row));
  const own = nodes.map((_, node) =>
    columns.map((column) => column.subarray(node * environments, (node + 1) * environments)),
  );
  const directories = own.map((rows) => arena.directory(rows));
  return {
    rowsOf: (node) => directories[node]!,
    cuts: nodes.map((_, node) => {
      const cutOff = (): number =>
        arena.directory(own[node]!.map((same, place) => (UNCUT.includes(place) ? same : row())));
      return new Map(
        timeoutsOf(nodes, node).map((timeoutMs) => [
          timeoutMs,
          { chosen: arena.addressOf(arena.int32(2)), rows: cutOff() },
        ]),
      );
    }),
    work: some(ROWS),
    step: some(STEP_ROWS),
    rowBytes: environments * Float64Array.BYTES_PER_ELEMENT,
    moreTriesOf: ({ retry }) => (retry < 0 ? 0 : arena.addressOf(moreTries, retry * environments)),
  };
}

/** Each once. */
function timeoutsOf(nodes: readonly NodePlan[], callee: number): number[] {
  const calls = nodes.flatMap(({ steps }) => steps.flat()).filter(({ node }) => node === callee);
  return [...new Set(calls.map(({ timeoutMs }) => timeoutMs))];
}

/** What callers get of an endpoint, once that is known. @param tails  directory of the tables of tails */
export function addCuts(program: Program, node: number, rows: CallRows, tails: number): void {
  for (const [timeoutMs, { chosen, rows: cut }] of rows.cuts[node]!)
    program.add(OPS.cut, [rows.rowsOf(node), cut, chosen, tails, rows.rowBytes], [timeoutMs]);
}

/** Calls of one step of an endpoint: one, or some side by side. */
export function addCalls(program: Program, calls: readonly CallPlan[], caller: number, rows: CallRows): void {
  const [first] = calls;
  if (first === undefined) return;
  if (calls.length === 1) return program.add(OPS.addCall, ...callOf(first, caller, rows));
  for (const call of calls) program.add(call === first ? OPS.startStep : OPS.foldCall, ...callOf(call, caller, rows));
  program.add(OPS.finishStep, ...callOf(first, caller, rows));
}

/** In the order of kernels/fluid/taken.ts. */
function callOf(call: CallPlan, caller: number, rows: CallRows): [number[], number[]] {
  const { node, timeoutMs, probability, times, retries, backoffMs, retryBudget } = call;
  const { chosen } = rows.cuts[node]!.get(timeoutMs)!;
  return [
    [rows.rowsOf(caller), chosen, rows.work, rows.rowBytes, rows.moreTriesOf(call), rows.step],
    [probability, times, retries, backoffMs, retryBudget],
  ];
}
