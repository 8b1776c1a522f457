import type { Arena } from "./arena.ts";
import type { NodeRows } from "./node-rows.ts";
import type { CallPlan, NodePlan } from "./plan.ts";
import type { Program } from "./program.ts";
import { RESPONSE_OPS as OPS } from "./response-ops.ts";
import { callKey } from "./same-nodes.ts";
import type { Stations } from "./stations.ts";

/** Where calls are taken from and worked on. Rows are given by their directory. */
export type CallRows = {
  /** What requests to an endpoint meet. */
  readonly rowsOf: (node: number) => number;
  /** What callers with a timeout get of an endpoint, by endpoint and timeout. */
  readonly cuts: readonly ReadonlyMap<number, Cut>[];
  /** Rows to work in. */
  readonly work: number;
  /** Calls side by side that have been folded, by what they are. */
  readonly steps: Map<string, number>;
  readonly newStep: () => number;
  readonly rowBytes: number;
  readonly keyOf: (call: CallPlan) => string;
  /** Address of the further tries of a call. */
  readonly moreTriesOf: (call: CallPlan) => number;
};

/** Where it stands which directory of rows counts, and the one that does when somebody's time is out. */
type Cut = { readonly chosen: number; readonly rows: number };

const ROWS = 8;
/** Of calls side by side: its way, what is made of it, two humps. */
const STEP_ROWS = 8;
/** Calm requests that are cut off are so in the mean alone: share, variance and third moment stay. */
const UNCUT: ReadonlySet<number> = new Set([4, 6, 7]);

export function createCallRows(
  arena: Arena,
  nodes: readonly NodePlan[],
  { like, rows }: NodeRows,
  { environments, moreTries }: Stations,
): CallRows {
  const row = (): Float64Array => arena.float64(environments);
  const some = (count: number): number => arena.directory(Array.from({ length: count }, row));
  const directories = rows.map((own) => arena.directory(own));
  const cutOff = (node: number): Cut => ({
    chosen: arena.addressOf(arena.int32(2)),
    rows: arena.directory(rows[node]!.map((same, place) => (UNCUT.has(place) ? same : row()))),
  });
  return {
    rowsOf: (node) => directories[like[node]!]!,
    cuts: timeoutsOf(nodes, like).map(
      (timeouts, node) => new Map([...timeouts].map((timeoutMs) => [timeoutMs, cutOff(node)])),
    ),
    work: some(ROWS),
    steps: new Map(),
    newStep: () => some(STEP_ROWS),
    rowBytes: environments * Float64Array.BYTES_PER_ELEMENT,
    keyOf: (call) => callKey(call, like),
    moreTriesOf: ({ retry }) => (retry < 0 ? 0 : arena.addressOf(moreTries, retry * environments)),
  };
}

/** Of calls to each endpoint, or to one that is like it. */
function timeoutsOf(nodes: readonly NodePlan[], like: readonly number[]): readonly ReadonlySet<number>[] {
  const timeouts = nodes.map(() => new Set<number>());
  for (const { node, timeoutMs } of nodes.flatMap(({ steps }) => steps.flat())) timeouts[like[node]!]!.add(timeoutMs);
  return timeouts;
}

/** What callers get of an endpoint, once that is known. @param tails  directory of the tables of tails */
export function addCuts(program: Program, node: number, rows: CallRows, tails: number): void {
  for (const [timeoutMs, { chosen, rows: cut }] of rows.cuts[node]!)
    program.add(OPS.cut, [rows.rowsOf(node), cut, chosen, tails, rows.rowBytes], [timeoutMs]);
}

/** Calls of one step of an endpoint: one, or some side by side. @param like  see `NodeRows` */
export function addCalls(
  program: Program,
  calls: readonly CallPlan[],
  caller: number,
  rows: CallRows,
  like: readonly number[],
): void {
  const commandOf = (call: CallPlan, steps: readonly number[]): [number[], number[]] =>
    callOf(call, caller, rows, like, steps);
  const [first] = calls;
  if (first === undefined) return;
  if (calls.length === 1) return program.add(OPS.addCall, ...commandOf(first, [0, 0]));
  for (const call of calls) program.add(OPS.answer, ...commandOf(call, [0, 0]));
  program.add(OPS.finishStep, ...commandOf(first, [foldStep(program, calls, commandOf, rows), 0]));
}

/** Other endpoints may have begun a step with the same calls: then so much is done. Returns its directory. */
function foldStep(
  program: Program,
  calls: readonly CallPlan[],
  commandOf: (call: CallPlan, steps: readonly number[]) => [number[], number[]],
  { steps, newStep, keyOf }: CallRows,
): number {
  let [key, before] = ["", 0];
  for (const call of calls) {
    key += `${keyOf(call)},`;
    const known = steps.get(key);
    const step = known ?? newStep();
    if (known === undefined)
      program.add(before === 0 ? OPS.startStep : OPS.foldCall, ...commandOf(call, [before, step]));
    steps.set(key, step);
    before = step;
  }
  return before;
}

/** In the order of kernels/fluid/taken.ts. @param steps  calls side by side so far, and with this one */
function callOf(
  call: CallPlan,
  caller: number,
  rows: CallRows,
  like: readonly number[],
  steps: readonly number[],
): [number[], number[]] {
  const { node, timeoutMs, probability, times, retries, backoffMs, retryBudget } = call;
  const { chosen } = rows.cuts[like[node]!]!.get(timeoutMs)!;
  return [
    [rows.rowsOf(caller), chosen, rows.work, rows.rowBytes, rows.moreTriesOf(call), ...steps],
    [probability, times, retries, backoffMs, retryBudget],
  ];
}
