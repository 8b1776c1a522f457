import type { Timing } from "../../control/loop/timing.ts";
import { KarmaError } from "../../core/errors.ts";
import { createRng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { calibrate } from "../calibrate/calibrate.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import type { Recording } from "../calibrate/recording.ts";
import { type Block, FEWEST_STEPS, blocksOf, withoutHeldOut } from "./blocks.ts";
import { type ErrorTable, errorTable } from "./errors.ts";
import { FEWEST_TRANSITIONS, type LearnedModel } from "./model.ts";
import { type CreatePlayer, fluidPlayer, playAlong, requestPlayer } from "./play-along.ts";
import { type Shadow, type Transition, transitionsOf } from "./transition.ts";
import { type Work, within } from "./work.ts";

export type LearnInput = {
  readonly recording: Recording;
  /** As it ran. */
  readonly topology: Topology;
  readonly timing: Timing;
  /** Learns from the recording, from nothing or on top of what it knows. */
  readonly model: LearnedModel;
  readonly seed: number;
  /** Of the twin that the model corrects; fitted to what is learned from when left out. */
  readonly calibration?: Calibration;
};

export type Learned = {
  readonly transitions: number;
  /** Of the twins in the table, and of the one that the residual is of. */
  readonly calibration: Calibration;
  readonly errors: ErrorTable;
};

/** Learns from three blocks of four, and says on the fourth how far every model is off. */
export function* learnFrom(input: LearnInput): Work<Learned> {
  const { recording, topology, timing, model } = input;
  const blocks = blocksOf(recording, timing);
  const own = input.calibration ?? calibrate(withoutHeldOut(recording, blocks), topology, timing).calibration;
  const all = { ...input, calibration: own };
  const fluid = yield* within(shadows(all, blocks, fluidPlayer), 0, 0.1);
  const transitions = blocks.flatMap((block, k) =>
    block.isHeldOut ? [] : transitionsOf(block, timing.syncPeriodMs, fluid[k]),
  );
  checkEnough(blocks, transitions, timing);
  yield* within(model.refresh(transitions), 0.1, 0.6);
  const held = blocks.filter(({ isHeldOut }) => isHeldOut);
  const requests = yield* within(shadows(all, held, requestPlayer), 0.6, 0.95);
  const beside = held.map((block, k) => ({ block, fluid: fluid[blocks.indexOf(block)]!, requests: requests[k]! }));
  const errors = errorTable(model, beside, timing.syncPeriodMs);
  if (errors.starts === 0)
    throw new KarmaError("INPUT_INVALID", "expected held-out readings without gaps, found none", longer(timing));
  return { transitions: transitions.length, calibration: own, errors };
}

/** What a twin shows beside each block: [blocks]. */
function* shadows(
  { topology, calibration, seed }: LearnInput & { readonly calibration: Calibration },
  blocks: readonly Block[],
  create: CreatePlayer,
): Work<readonly Shadow[]> {
  const shown: Shadow[] = [];
  for (const [k, block] of blocks.entries()) {
    shown.push(playAlong(block, { topology, calibration, rng: createRng(`beside ${seed} ${k}`) }, create));
    yield (k + 1) / blocks.length;
  }
  return shown;
}

function checkEnough(blocks: readonly Block[], transitions: readonly Transition[], timing: Timing): void {
  if (!blocks.some(({ isHeldOut }) => isHeldOut)) {
    const found = `found none in one piece of ${FEWEST_STEPS} control steps, of which some can be held out`;
    throw new KarmaError("INPUT_INVALID", `expected a long recording, ${found}`, longer(timing));
  }
  if (transitions.length >= FEWEST_TRANSITIONS) return;
  const message = `expected at least ${FEWEST_TRANSITIONS} transitions, found ${transitions.length}`;
  throw new KarmaError("INPUT_INVALID", message, longer(timing));
}

/** Four times the least: so much is learned from where one block of four is held out. */
function longer({ syncPeriodMs }: Timing): string {
  const minutes = Math.ceil((4 * FEWEST_STEPS * syncPeriodMs) / 60_000);
  return `record longer: karma record --loads .3,.5,.7,.9 --duration ${minutes}m`;
}
