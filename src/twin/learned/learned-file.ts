import type { Timing } from "../../control/loop/timing.ts";
import { checksumOf, numbersFromBase64, numbersToBase64 } from "../../core/base64.ts";
import type { Problem } from "../../core/errors.ts";
import type { BackEnd, Kernels } from "../../nn/kernels.ts";
import { defineMlp } from "../../nn/mlp.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import type { ErrorTable } from "./errors.ts";
import { type Base, inputKinds } from "./features.ts";
import { type LearnedModel, createLearnedModel } from "./model.ts";
import { HIDDEN, type Network } from "./network.ts";
import { type StateLayout, isKnown, layoutOf } from "./state.ts";
import type { Cell } from "./table.ts";
import type { Transition } from "./transition.ts";

const LEARNED_FORMAT = "karma-learned-1";

/** What stands beside the model in its file. */
export type LearnedAbout = {
  readonly topology: string;
  /** CPU limits of the replicas that were recorded: [services]. */
  readonly limitsMilli: readonly number[];
  readonly timing: Timing;
  /** Of the twin that the residual corrects. */
  readonly calibration: Calibration;
  /** Of the last recording it learned from. */
  readonly errors: ErrorTable;
};

type Numbers = { readonly checksum: string; readonly base64: string };

type NetworkDocument = {
  readonly base: Base;
  readonly inputs: { readonly mean: readonly number[]; readonly sd: readonly number[] };
  readonly outputs: { readonly mean: readonly number[]; readonly sd: readonly number[] };
  readonly weights: Numbers;
};

type LearnedDocument = LearnedAbout & {
  readonly format: typeof LEARNED_FORMAT;
  readonly services: readonly string[];
  readonly seed: number;
  readonly fits: number;
  readonly backEnd: BackEnd;
  readonly table: { readonly keys: readonly string[]; readonly counts: readonly number[]; readonly next: Numbers };
  /** Transitions kept: [state, next, shadow now, shadow next], NaN where no twin played along. */
  readonly memory: { readonly seen: number; readonly kept: Numbers };
  readonly networks: readonly NetworkDocument[];
};

/** The same model gives the same text. Numbers are rounded to 32 bits. */
export function encodeLearned(model: LearnedModel, backEnd: BackEnd, about: LearnedAbout): string {
  const { seed, fits, cells, memory, networks } = model.parts();
  const visited = [...cells.values()];
  const document: LearnedDocument = {
    format: LEARNED_FORMAT,
    ...about,
    services: model.layout.services,
    seed,
    fits,
    backEnd,
    table: {
      keys: [...cells.keys()],
      counts: visited.map(({ count }) => count),
      next: numbersOf(visited.map(({ next }) => next)),
    },
    memory: { seen: memory.seen, kept: numbersOf(memory.kept.flatMap(columnsOf)) },
    networks: networks.map((one) => encodeNetwork(one)),
  };
  return `${JSON.stringify(document)}\n`;
}

function columnsOf({ state, next, shadow }: Transition): readonly Float64Array[] {
  const unknown = new Float64Array(state.length).fill(Number.NaN);
  return [state, next, shadow?.now ?? unknown, shadow?.next ?? unknown];
}

function numbersOf(rows: readonly ArrayLike<number>[]): Numbers {
  const flat = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const row of rows) {
    flat.set(row, at);
    at += row.length;
  }
  const base64 = numbersToBase64(flat);
  return { checksum: checksumOf(base64), base64 };
}

function encodeNetwork({ base, inputs, outputs, parameters }: Network): NetworkDocument {
  return {
    base,
    inputs: { mean: [...inputs.mean], sd: [...inputs.sd] },
    outputs: { mean: [...outputs.mean], sd: [...outputs.sd] },
    weights: numbersOf([parameters]),
  };
}

export type DecodedLearned =
  | { readonly ok: true; readonly model: LearnedModel; readonly about: LearnedAbout }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads what {@link encodeLearned} wrote; says what is wrong with anything else.
 *
 * @param services  whose model is wanted
 */
export function decodeLearned(text: string, services: readonly string[], kernels: Kernels): DecodedLearned {
  const document = parsed(text);
  if (document?.format !== LEARNED_FORMAT) return refuse("format", `expected ${LEARNED_FORMAT}, found another file`);
  const [wanted, found] = [services.join(", "), String(document.services)];
  if (services.join(",") !== found)
    return refuse(
      "services",
      `expected the services ${wanted}, found ${found.replaceAll(",", ", ")}; learn from recordings of this topology`,
    );
  if (document.backEnd !== kernels.backEnd)
    return refuse("backEnd", `expected ${kernels.backEnd}, found ${document.backEnd}`);
  const layout = layoutOf(services);
  const cells = decodeCells(document.table, layout);
  const kept = decodeKept(document.memory?.kept, layout);
  const networks = decodeNetworks(document.networks, layout, kernels);
  if (cells === undefined) return refuse("table", damaged);
  if (kept === undefined) return refuse("memory", damaged);
  if (networks === undefined) return refuse("networks", damaged);
  const { topology, limitsMilli, timing, calibration, errors, seed, fits, memory } = document;
  const parts = { fits, cells, memory: { kept, seen: memory.seen }, networks };
  const model = createLearnedModel({ layout, kernels, seed, parts });
  return { ok: true, model, about: { topology, limitsMilli, timing, calibration, errors } };
}

const damaged = "expected the numbers that were written, found others: the file is damaged, or of another version";

function parsed(text: string): LearnedDocument | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Rows of a width; undefined where there is anything else. */
function rowsOf(numbers: Numbers | undefined, width: number): readonly Float64Array[] | undefined {
  const base64 = numbers?.base64;
  if (typeof base64 !== "string" || checksumOf(base64) !== numbers?.checksum) return undefined;
  const flat = numbersFromBase64(base64);
  if (flat === undefined || flat.length % width !== 0) return undefined;
  return Array.from({ length: flat.length / width }, (_, row) =>
    Float64Array.from(flat.subarray(row * width, (row + 1) * width)),
  );
}

function decodeCells(
  table: LearnedDocument["table"] | undefined,
  { size }: StateLayout,
): Map<string, Cell> | undefined {
  const next = rowsOf(table?.next, size);
  const { keys, counts } = table ?? {};
  if (!Array.isArray(keys) || !Array.isArray(counts) || keys.length !== next?.length || counts.length !== keys.length)
    return undefined;
  return new Map(keys.map((key, k) => [String(key), { count: Number(counts[k]), next: next[k]! }]));
}

function decodeKept(kept: Numbers | undefined, { size }: StateLayout): readonly Transition[] | undefined {
  return rowsOf(kept, 4 * size)?.map((row) => {
    const part = (k: number): Float64Array => row.slice(k * size, (k + 1) * size);
    const shadow = { now: part(2), next: part(3) };
    const isShadowed = isKnown(shadow.now) && isKnown(shadow.next);
    return Object.assign({ state: part(0), next: part(1) }, isShadowed ? { shadow } : {});
  });
}

function decodeNetworks(
  networks: LearnedDocument["networks"] | undefined,
  layout: StateLayout,
  kernels: Kernels,
): readonly Network[] | undefined {
  if (!Array.isArray(networks)) return undefined;
  const decoded = networks.map((one: NetworkDocument) => decodeNetwork(one, layout, kernels));
  return decoded.every((one) => one !== undefined) ? decoded : undefined;
}

function decodeNetwork(document: NetworkDocument, layout: StateLayout, kernels: Kernels): Network | undefined {
  const { base, inputs, outputs, weights } = document;
  if (base !== "state" && base !== "shadow") return undefined;
  const width = inputKinds(layout, base).length;
  const mlp = defineMlp([width, ...HIDDEN, layout.predicted.length]);
  const [row, ...others] = rowsOf(weights, mlp.endsAt) ?? [];
  const isScaled = isScaler(inputs, width) && isScaler(outputs, layout.predicted.length);
  if (row === undefined || others.length > 0 || !isKnown(row) || !isScaled) return undefined;
  const parameters = kernels.vector(mlp.endsAt);
  parameters.set(row);
  return { base, mlp, parameters, inputs: scalerOf(inputs), outputs: scalerOf(outputs) };
}

function isScaler(scaler: NetworkDocument["inputs"] | undefined, width: number): boolean {
  const columns = [scaler?.mean, scaler?.sd];
  return columns.every((one) => one?.length === width && one.every(Number.isFinite));
}

function scalerOf({ mean, sd }: NetworkDocument["inputs"]): Network["inputs"] {
  return { mean: Float64Array.from(mean), sd: Float64Array.from(sd) };
}

function refuse(path: string, message: string): DecodedLearned {
  return { ok: false, problems: [{ path, message }] };
}
