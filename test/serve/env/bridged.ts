import type { ParallelEnv } from "../../../src/team/env/parallel/parallel-env.ts";
import { createAttack } from "../../../src/team/env/games/attack.ts";
import { specOf } from "../../team/env/games/games.ts";

/** A game with all that crosses the bridge: agents that differ, masks, signals, a state. */
export function createBridged(place: number): ParallelEnv {
  return createAttack(specOf({ maxSteps: 4, actions: ["delta"], stream: `place ${place}` }));
}

/** A frame's payload of float64s, then bytes. */
export function payloadOf(floats: readonly number[], bytes: readonly number[]): Uint8Array {
  const payload = new Uint8Array(8 * floats.length + bytes.length);
  const view = new DataView(payload.buffer);
  for (const [at, value] of floats.entries()) view.setFloat64(8 * at, value, true);
  payload.set(bytes, 8 * floats.length);
  return payload;
}

/** A frame's payload of int32s, then bytes. */
export function wholePayloadOf(numbers: readonly number[], bytes: readonly number[]): Uint8Array {
  const payload = new Uint8Array(4 * numbers.length + bytes.length);
  const view = new DataView(payload.buffer);
  for (const [at, value] of numbers.entries()) view.setInt32(4 * at, value, true);
  payload.set(bytes, 4 * numbers.length);
  return payload;
}
