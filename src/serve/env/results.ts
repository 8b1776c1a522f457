import { sumOf } from "../../core/statistics.ts";
import type { ParallelEnv, ResetResult, StepResult } from "../../team/env/parallel/parallel-env.ts";
import { type AgentLayout, type BridgeLayout, flatten, type FlatSpace, flattenMask } from "./layout.ts";

/** What happened in a game, and who acts in it from now on; undefined where nothing did. */
export type Happened =
  | { readonly result: ResetResult | StepResult; readonly agents: ParallelEnv["agents"] }
  | undefined;

/** Bits of who is where after a step. */
export const flagBits = { present: 1, acts: 2, terminated: 4, truncated: 8 } as const;

/**
 * Payload: rewards float64 [agents][batch]; signals float64 [agents][batch][signals]; observations, 4 bytes a number,
 * [agents][batch][length]; flags uint8 [agents][batch]; masks uint8 [agents][batch][bytes].
 */
function resultBytes({ batch, agents, signals }: BridgeLayout): number {
  const each = agents.map(
    ({ observation, maskBytes }) => 8 * (1 + signals.length) + 4 * observation.length + 1 + maskBytes,
  );
  return batch * sumOf(each);
}

/** @param happened  [batch] */
export function encodeResults(layout: BridgeLayout, happened: readonly Happened[]): Uint8Array {
  const { agents, signals } = layout;
  const payload = new Uint8Array(resultBytes(layout));
  const view = new DataView(payload.buffer);
  const at = startsOf(layout);
  for (const agent of agents) {
    for (const one of happened) {
      if (one !== undefined && Object.hasOwn(one.result.observations, agent.name))
        writeCell(view, at, agent, signals, one);
      at.reward += 8;
      at.signal += 8 * signals.length;
      at.observation += 4 * agent.observation.length;
      at.flags += 1;
      at.mask += agent.maskBytes;
    }
  }
  return payload;
}

/** Where the next cell of each column begins, bytes. */
type Places = { reward: number; signal: number; observation: number; flags: number; mask: number };

function startsOf({ agents, signals, batch }: BridgeLayout): Places {
  const cells = agents.length * batch;
  const signal = 8 * cells;
  const observation = signal + 8 * cells * signals.length;
  const numbers = agents.reduce((sum, agent) => sum + agent.observation.length, 0);
  const flags = observation + 4 * numbers * batch;
  return { reward: 0, signal, observation, flags, mask: flags + cells };
}

function writeCell(
  view: DataView,
  at: Places,
  { name, observation, maskBytes }: AgentLayout,
  signals: readonly string[],
  happened: NonNullable<Happened>,
): void {
  const { result } = happened;
  const { actionMask, ...info } = result.infos[name] ?? {};
  view.setFloat64(at.reward, "rewards" in result ? result.rewards[name]! : 0, true);
  for (const [k, signal] of signals.entries()) view.setFloat64(at.signal + 8 * k, Number(info[signal]), true);
  writeNumbers(view, at.observation, observation, flatten(result.observations[name]));
  view.setUint8(at.flags, flagsOf(happened, name));
  if (maskBytes > 0) new Uint8Array(view.buffer).set(flattenMask(actionMask, maskBytes), at.mask);
}

function flagsOf({ result, agents }: NonNullable<Happened>, name: string): number {
  let flags: number = flagBits.present;
  if (agents.includes(name)) flags |= flagBits.acts;
  if ("terminations" in result && result.terminations[name] === true) flags |= flagBits.terminated;
  if ("truncations" in result && result.truncations[name] === true) flags |= flagBits.truncated;
  return flags;
}

/** Payload: states, 4 bytes a number, [batch][length]. */
export function encodeStates({ state }: BridgeLayout, games: readonly ParallelEnv[]): Uint8Array {
  if (state === undefined) throw new Error("a state of games that have none");
  const payload = new Uint8Array(4 * state.length * games.length);
  const view = new DataView(payload.buffer);
  for (const [game, env] of games.entries()) writeNumbers(view, 4 * state.length * game, state, flatten(env.state!()));
  return payload;
}

function writeNumbers(view: DataView, from: number, { isFloat }: FlatSpace, numbers: ArrayLike<number>): void {
  for (let k = 0; k < numbers.length; k++) {
    if (isFloat) view.setFloat32(from + 4 * k, numbers[k]!, true);
    else view.setInt32(from + 4 * k, numbers[k]!, true);
  }
}
