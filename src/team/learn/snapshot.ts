import { sumOf } from "../../core/statistics.ts";
import { KarmaError } from "../../core/errors.ts";
import type { BackEnd, Vector } from "../../nn/kernels.ts";
import type { IppoOptions } from "./ippo-options.ts";

/** What a trainer is made of besides its arrays. */
export type TrainerState = {
  readonly iteration: number;
  /** Adam steps taken. */
  readonly adamSteps: number;
  /** Running mean and deviation of returns. */
  readonly returns: { readonly mean: number; readonly deviation: number; readonly rollouts: number };
  readonly identity: TrainerIdentity;
};

/** What must be the same for a training to go on. */
export type TrainerIdentity = {
  readonly options: IppoOptions;
  readonly seed: number;
  readonly backEnd: BackEnd;
  readonly game: { readonly agents: number; readonly environments: number; readonly observationSize: number };
};

const format = "karma-training/1";
const lengthBytes = 4;

/**
 * Layout: length of the header (32 bits, little endian), header (JSON), the numbers of all columns (64-bit, little
 * endian), the actions (a byte each).
 *
 * @param columns  parameters and moments
 * @param actions  of the game since its era began
 * @param observations  what the game shows now, to know it again
 */
export function encodeSnapshot(
  state: TrainerState,
  columns: readonly Vector[],
  actions: Uint8Array,
  observations: Float32Array,
): Uint8Array {
  const body = new Uint8Array(columns.reduce((sum, { length }) => sum + 8 * length, 0) + actions.length);
  let at = 0;
  for (const column of columns) {
    body.set(bytesOf(Float64Array.from(column)), at);
    at += 8 * column.length;
  }
  body.set(actions, at);
  const header: Header = {
    format,
    state,
    columnLengths: columns.map(({ length }) => length),
    actions: actions.length,
    bodyHash: hashOf(body),
    observationHash: hashOf(bytesOf(observations)),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(lengthBytes + text.length + body.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, lengthBytes);
  bytes.set(body, lengthBytes + text.length);
  return bytes;
}

export type Snapshot = {
  readonly state: TrainerState;
  readonly columns: readonly Float64Array[];
  readonly actions: Uint8Array;
  /** Throws when the replayed game shows something else than the recorded one did. */
  readonly checkGame: (observations: Float32Array) => void;
};

/** Throws when the bytes are damaged, or left by another training. */
export function decodeSnapshot(bytes: Uint8Array, identity: TrainerIdentity): Snapshot {
  // A copy, because `slice` of a Buffer is a view.
  const { header, body } = decodeHeader(Uint8Array.from(bytes));
  for (const key of ["options", "seed", "backEnd", "game"] as const) {
    const was = JSON.stringify(header.state.identity[key]);
    const is = JSON.stringify(identity[key]);
    if (was !== is) throw foreign(`its ${key} was ${was}, now it is ${is}`);
  }
  let at = 0;
  const columns = header.columnLengths.map((length) => {
    const column = new Float64Array(body.slice(at, at + 8 * length).buffer);
    at += 8 * length;
    return column;
  });
  return {
    state: header.state,
    columns,
    actions: body.slice(at),
    checkGame: (observations) => {
      if (hashOf(bytesOf(observations)) === header.observationHash) return;
      throw foreign("its environment, twin, topology or traffic was another one");
    },
  };
}

type Header = {
  readonly format: string;
  readonly state: TrainerState;
  readonly columnLengths: readonly number[];
  readonly actions: number;
  readonly bodyHash: number;
  readonly observationHash: number;
};

function decodeHeader(bytes: Uint8Array): { readonly header: Header; readonly body: Uint8Array } {
  if (bytes.length < lengthBytes) throw damaged("it is empty");
  const bodyAt = lengthBytes + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (bodyAt > bytes.length) throw damaged("its header is cut off");
  const text = new TextDecoder().decode(bytes.subarray(lengthBytes, bodyAt));
  if (!text.startsWith(`{"format":"${format}"`)) throw damaged(`it is not of the format ${format}`);
  const header = readHeader(text);
  const body = bytes.subarray(bodyAt);
  const expectedBytes = 8 * sumOf(header.columnLengths) + header.actions;
  if (body.length !== expectedBytes) throw damaged("its numbers are cut off");
  if (hashOf(body) !== header.bodyHash) throw damaged("its numbers are not those that were written");
  return { header, body };
}

function readHeader(text: string): Header {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the format was checked, the rest was written here
    return JSON.parse(text) as Header;
  } catch (cause) {
    throw damaged("its header is no JSON", cause);
  }
}

function bytesOf(column: Float64Array | Float32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

/** @source Fowler, Noll & Vo, FNV-1a, 32 bits */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < bytes.length; k++) hash = Math.imul(hash ^ bytes[k]!, 0x01000193);
  return hash >>> 0;
}

function damaged(what: string, cause?: unknown): KarmaError {
  const hint = "start the training afresh, without --resume";
  return new KarmaError("INPUT_INVALID", `the training state cannot be read: ${what}`, hint, { cause });
}

function foreign(what: string): KarmaError {
  const hint = "resume with the same topology, scenario, seed and options, or start afresh without --resume";
  return new KarmaError("INPUT_INVALID", `the training state belongs to another training: ${what}`, hint);
}
