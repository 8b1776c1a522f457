import { KarmaError } from "../core/errors.ts";
import { breathe } from "../host/clock.ts";
import type { Update } from "../host/progress.ts";
import { readUserFile } from "../host/read.ts";
import type { Kernels } from "../nn/kernels.ts";
import { createWasmKernels } from "../nn/wasm.ts";
import { decodeLearned, encodeLearned, type LearnedAbout } from "../twin/learned/learned-file.ts";
import { type LearnInput, type Learned, learnFrom } from "../twin/learned/learn.ts";
import { type LearnedModel, createLearnedModel } from "../twin/learned/model.ts";
import { layoutOf } from "../twin/learned/state.ts";
import type { Work } from "../twin/learned/work.ts";

export type LearnRequest = Pick<LearnInput, "recording" | "topology" | "timing" | "seed"> & {
  /** A model to go on from; from nothing when undefined. */
  readonly refresh: string | undefined;
};

export type LearnResult = Omit<Learned, "calibration"> & {
  /** What a file of the model holds. */
  readonly text: string;
  /** States and actions that were told apart. */
  readonly cells: number;
  /** Transitions it ever learned from. */
  readonly seen: number;
};

/** Learns transitions, in pieces: progress is told and signals come through in between. */
export async function learnTransitions(
  request: LearnRequest,
  update: Update,
  signal: AbortSignal,
): Promise<LearnResult> {
  const { topology, timing, recording, seed } = request;
  const kernels = createWasmKernels();
  const { model, about } = start(request, kernels);
  const from = about === undefined ? {} : { calibration: about.calibration };
  const work = learnFrom({ recording, topology, timing, seed, model, ...from });
  const { transitions, calibration, errors } = await inPieces(work, update, signal);
  const told: LearnedAbout = { ...recordedOf(request), calibration, errors };
  const text = encodeLearned(model, kernels.backEnd, told);
  const { cells, memory } = model.parts();
  return { text, transitions, errors, cells: cells.size, seen: memory.seen };
}

type Start = { readonly model: LearnedModel; readonly about?: LearnedAbout };

function start(request: LearnRequest, kernels: Kernels): Start {
  const { refresh, recording, seed } = request;
  const { services } = recording;
  if (refresh === undefined) return { model: createLearnedModel({ layout: layoutOf(services), kernels, seed }) };
  const decoded = decodeLearned(readUserFile(refresh, "learned transitions", LARGEST_BYTES), services, kernels);
  if (!decoded.ok) {
    const hint = "leave --refresh out to learn from nothing";
    throw new KarmaError("INPUT_INVALID", `${refresh} does not fit`, hint, { problems: decoded.problems });
  }
  const { topology, limitsMilli, timing } = decoded.about;
  if (JSON.stringify({ topology, limitsMilli, timing }) === JSON.stringify(recordedOf(request))) return decoded;
  const limits = limitsMilli.map((milli) => `${milli}m`).join(", ");
  const message = `expected a recording of ${topology} at limits of ${limits} and time scale ${timing.timeScale}, as ${refresh} has it; found another`;
  throw new KarmaError("INPUT_INVALID", message, "record it as it was, or leave --refresh out");
}

/** What recordings of one model have in common. */
function recordedOf({ topology, timing }: LearnRequest): Pick<LearnedAbout, "topology" | "limitsMilli" | "timing"> {
  return { topology: topology.name, limitsMilli: topology.services.map(({ cpuMilli }) => cpuMilli), timing };
}

const LARGEST_BYTES = 256 * 1024 * 1024;

async function inPieces<Result>(work: Work<Result>, update: Update, signal: AbortSignal): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    update(step.value);
    await breathe();
    signal.throwIfAborted();
  }
}
