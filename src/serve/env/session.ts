import type { ParallelEnv, ResetOptions } from "../../team/env/parallel/parallel-env.ts";
import { encodeFrame, type Frame, frameKinds } from "./frames.ts";
import { type BridgeLayout, bridgeLayout } from "./layout.ts";
import { decodeRender, decodeReset, decodeStep, mostResetBytes, refuse, requireLength, stepBytes } from "./requests.ts";
import { encodeResults, encodeStates, type Happened } from "./results.ts";

/** The games of one client, and what it may ask of them. */
export type Session = {
  /** Longest payload a client may send. */
  readonly mostBytes: number;
  /** The first frame, unasked. */
  hello(): Uint8Array;
  /** The one frame that answers another. @throws KarmaError where the request cannot be read */
  answer(frame: Frame): Uint8Array;
  close(): void;
};

/** @param create  the game of a place in the batch; called once for each, and once more for a look at it */
export function createSession(create: (game: number) => ParallelEnv, batch: number): Session {
  const looked = create(0);
  const layout = bridgeLayout(looked, batch);
  looked.close();
  const games = Array.from({ length: batch }, (_, game) => create(game));
  return {
    mostBytes: Math.max(mostResetBytes(layout), stepBytes(layout)),
    hello: () => encodeFrame(frameKinds.hello, textOf(JSON.stringify(layout.hello))),
    answer: (frame) => answer(layout, games, frame),
    close() {
      for (const game of games) game.close();
    },
  };
}

function answer(layout: BridgeLayout, games: readonly ParallelEnv[], { kind, payload }: Frame): Uint8Array {
  switch (kind) {
    case frameKinds.reset: {
      const { seeds, options } = decodeReset(layout, payload);
      return played(layout, games, (env, game) => reset(env, seeds[game], options));
    }
    case frameKinds.step: {
      const actions = decodeStep(layout, payload);
      return played(layout, games, (env, game) => step(env, actions[game]!));
    }
    case frameKinds.state:
      requireLength("question for the state", payload, 0);
      return frameOf(frameKinds.states, () => encodeStates(layout, games));
    case frameKinds.render: {
      const env = games[decodeRender(layout, payload)]!;
      return frameOf(frameKinds.text, () => textOf(drawnBy(env)));
    }
    default:
      throw refuse(`expected a frame of kind 1 to 4, found kind ${kind}`);
  }
}

function reset(env: ParallelEnv, seed: number | "next" | undefined, options: ResetOptions): Happened {
  if (seed === undefined) return undefined;
  const result = env.reset(seed === "next" ? undefined : seed, options);
  return { result, agents: env.agents };
}

function step(env: ParallelEnv, actions: Parameters<ParallelEnv["step"]>[0]): Happened {
  if (Object.keys(actions).length === 0) return undefined;
  return { result: env.step(actions), agents: env.agents };
}

function played(
  layout: BridgeLayout,
  games: readonly ParallelEnv[],
  play: (env: ParallelEnv, game: number) => Happened,
): Uint8Array {
  return frameOf(frameKinds.result, () => encodeResults(layout, games.map(play)));
}

/** The answer; what a game refuses is an answer too, and the session goes on. */
function frameOf(kind: number, payload: () => Uint8Array): Uint8Array {
  try {
    return encodeFrame(kind, payload());
  } catch (error) {
    return errorFrame(error);
  }
}

export function errorFrame(error: unknown): Uint8Array {
  return encodeFrame(frameKinds.error, textOf(error instanceof Error ? error.message : String(error)));
}

function drawnBy(env: ParallelEnv): string {
  const drawn = env.render("ansi");
  return typeof drawn === "string" ? drawn : "";
}

function textOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
