import { KarmaError } from "../../core/errors.ts";
import type { ResetOptions } from "../../team/env/parallel/parallel-env.ts";
import type { SpaceValue } from "../../team/env/spaces/space.ts";
import { protocolVersion } from "./frames.ts";
import { type BridgeLayout, type FlatSpace, unflatten } from "./layout.ts";

export type ResetRequest = {
  /** Which games to reset: [batch]; the seed, `next` for the next episode of the stream, or undefined for none. */
  readonly seeds: readonly (number | "next" | undefined)[];
  /** Of all of them. */
  readonly options: ResetOptions;
};

/** Longest options of a reset. */
const mostOptionBytes = 4_096;

/**
 * Payload: seeds float64 [batch], NaN for the next episode; which, uint8 [batch]; then options as a JSON object in UTF-8,
 * where there are any.
 */
export function mostResetBytes(layout: BridgeLayout): number {
  return resetBytes(layout) + mostOptionBytes;
}

function resetBytes({ batch }: BridgeLayout): number {
  return 9 * batch;
}

export function decodeReset(layout: BridgeLayout, payload: Uint8Array): ResetRequest {
  const bytes = resetBytes(layout);
  requireLength("reset", payload.subarray(0, bytes), bytes);
  return { seeds: decodeSeeds(layout, payload), options: decodeOptions(payload.subarray(bytes)) };
}

function decodeOptions(text: Uint8Array): ResetOptions {
  if (text.length === 0) return {};
  const options = parsed(new TextDecoder().decode(text));
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return { ...options };
  throw refuse("expected the options of a reset as a JSON object, found something else");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decodeSeeds({ batch }: BridgeLayout, payload: Uint8Array): ResetRequest["seeds"] {
  const view = viewOf(payload);
  return Array.from({ length: batch }, (_, game) => {
    if (view.getUint8(8 * batch + game) === 0) return undefined;
    const seed = view.getFloat64(8 * game, true);
    if (Number.isNaN(seed)) return "next";
    if (Number.isSafeInteger(seed) && seed >= 0) return seed;
    throw refuse(`expected a whole number >= 0 as a seed, found ${seed}`);
  });
}

/** Payload: actions, 4 bytes a number, [agents][batch][length]; who acts, uint8 [agents][batch]. */
export function stepBytes({ batch, agents }: BridgeLayout): number {
  return batch * agents.reduce((sum, { action }) => sum + 4 * action.length + 1, 0);
}

/** The actions of each game, by agent; none where nobody acts. */
export function decodeStep(layout: BridgeLayout, payload: Uint8Array): readonly Record<string, SpaceValue>[] {
  requireLength("step", payload, stepBytes(layout));
  const { batch, agents } = layout;
  const view = viewOf(payload);
  const games = Array.from({ length: batch }, (): Record<string, SpaceValue> => ({}));
  let at = 0;
  let acts = payload.length - batch * agents.length;
  for (const { name, action } of agents) {
    for (const game of games) {
      if (view.getUint8(acts++) !== 0) game[name] = unflatten(action, numbersAt(view, at, action));
      at += 4 * action.length;
    }
  }
  return games;
}

function numbersAt(view: DataView, at: number, { isFloat, length }: FlatSpace): number[] {
  return Array.from({ length }, (_, k) =>
    isFloat ? view.getFloat32(at + 4 * k, true) : view.getInt32(at + 4 * k, true),
  );
}

/** Payload: the game, uint32. */
export function decodeRender({ batch }: BridgeLayout, payload: Uint8Array): number {
  requireLength("render", payload, 4);
  const game = viewOf(payload).getUint32(0, true);
  if (game < batch) return game;
  throw refuse(`expected a game below ${batch}, found ${game}`);
}

export function requireLength(what: string, { length }: Uint8Array, expected: number): void {
  if (length !== expected) throw refuse(`expected ${expected} bytes of a ${what}, found ${length}`);
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

export function refuse(message: string): KarmaError {
  return new KarmaError("INPUT_INVALID", message, `speak ${protocolVersion}, as docs/python.md describes it`);
}
