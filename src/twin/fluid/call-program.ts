import type { Arena } from "./arena.ts";
import type { CallPlan } from "./plan.ts";
import type { Program } from "./program.ts";
import { RESPONSE_OPS as OPS } from "./response-ops.ts";
import type { Stations } from "./stations.ts";

/** Where calls are taken from and worked on. */
export type CallRows = {
  /** Directories: of the responses, of a call that is taken, of the tables of tails, of calls side by side. */
  readonly responses: number;
  readonly taken: number;
  readonly tails: number;
  readonly step: number;
  readonly rowBytes: number;
  /** Address of the further tries of a call. */
  readonly moreTriesOf: (call: CallPlan) => number;
};

/** Columns of what is taken are those of responses; those of a step: its way, what is made of it, two humps. */
const TAKEN = 8;
const STEP = 8;

export function createCallRows(
  arena: Arena,
  { responses, rowBytes }: { readonly responses: number; readonly rowBytes: number },
  { environments, moreTries }: Stations,
  tails: number,
): CallRows {
  const rows = (count: number): number =>
    arena.directory(Array.from({ length: count }, () => arena.float64(environments)));
  return {
    responses,
    taken: rows(TAKEN),
    tails,
    step: rows(STEP),
    rowBytes,
    moreTriesOf: ({ retry }) => (retry < 0 ? 0 : arena.addressOf(moreTries, retry * environments)),
  };
}

/** Calls of one step of an endpoint: one, or some side by side. @param to  row of the endpoint, bytes */
export function addCalls(program: Program, calls: readonly CallPlan[], to: number, rows: CallRows): void {
  const [first] = calls;
  if (first === undefined) return;
  if (calls.length === 1) return program.add(OPS.addCall, ...callOf(first, to, rows));
  for (const call of calls) program.add(call === first ? OPS.startStep : OPS.foldCall, ...callOf(call, to, rows));
  program.add(OPS.finishStep, ...callOf(first, to, rows));
}

/** In the order of kernels/fluid/taken.ts. */
function callOf(call: CallPlan, to: number, rows: CallRows): [number[], number[]] {
  const { probability, times, timeoutMs, retries, backoffMs, retryBudget } = call;
  const { responses, taken, tails, rowBytes, step } = rows;
  return [
    [responses, taken, tails, to, call.node * rowBytes, rowBytes, rows.moreTriesOf(call), step],
    [probability, times, timeoutMs, retries, backoffMs, retryBudget],
  ];
}
