import { startCrew } from "../host/crew.ts";
import { createPartsColumns, type GamePart, obeyPart, partedGame, type PartsColumns } from "../team/env/parted-game.ts";
import type { VectorGame } from "../team/env/vector-game.ts";
import { createTrainingGame, type GameMeasures, type GameRequest, GROUP_SIZE } from "./training-game.ts";

/** A training's game, and the threads it is played in. */
export type PlayedGame = { readonly game: VectorGame; close(): Promise<void> };

/** What is played. */
export type PartsRequest = {
  readonly request: GameRequest;
  readonly measures: GameMeasures;
  /** Of the whole game. */
  readonly environments: number;
  readonly seed: string;
};

/** What a thread is started with; it plays every so many-th part. */
export type PartsSetup = PartsRequest & { readonly columns: PartsColumns; readonly threads: number };

/** As many for any number of threads, so that sums have the same bits. */
const PARTS = 4;
const ENTRY = new URL("./workers/game-worker.ts", import.meta.url);

/**
 * The game of a training, spread over threads: what happens in it is the same for any number of them. Under an
 * organization it stays in this thread, because soft rules draw from one stream for all environments.
 *
 * @param workers  threads, this one included; more than there are parts are no use
 */
export function playInParts(asked: PartsRequest, workers: number): PlayedGame {
  const { request, measures, environments, seed } = asked;
  if (request.organization !== undefined || environments % (PARTS * GROUP_SIZE) !== 0)
    return { game: createTrainingGame(request, measures, environments, seed), close: async () => {} };
  const threads = Math.min(workers, PARTS);
  const own = ownParts(asked, 0, threads);
  const part = own[0]!.game;
  const allocate = (bytes: number): ArrayBufferLike =>
    threads > 1 ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  const columns = createPartsColumns(part, PARTS, allocate);
  const setup: PartsSetup = { ...asked, columns, threads };
  const crew = threads > 1 ? startCrew(ENTRY, setup, threads - 1) : undefined;
  const order = (kind: number, era: number): void => {
    const here = (): void => obeyParts(own, columns, kind, era);
    if (crew === undefined) here();
    else crew.run({ kind, first: era, second: 0 }, here);
  };
  return { game: partedGame({ part, environments, columns, order }), close: async () => crew?.close() };
}

/** Of one thread, of which this one is the first. */
export function ownParts(asked: PartsRequest, thread: number, threads: number): readonly GamePart[] {
  const { request, measures, environments, seed } = asked;
  const size = environments / PARTS;
  const groups = environments / GROUP_SIZE;
  const parts = Array.from({ length: PARTS }, (_, part) => part).filter((part) => part % threads === thread);
  return parts.map((part) => {
    const place = { firstGroup: (part * size) / GROUP_SIZE, groups };
    return { game: createTrainingGame(request, measures, size, seed, { place }), part, first: part * size };
  });
}

export function obeyParts(parts: readonly GamePart[], columns: PartsColumns, kind: number, era: number): void {
  for (const part of parts) obeyPart(part, columns, kind, era);
}
