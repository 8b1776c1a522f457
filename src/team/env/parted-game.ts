import type { VectorGame } from "./vector-game.ts";

/**
 * What all parts of a game read and write: the columns of the whole game, in memory that threads may share. Rows as in
 * {@link VectorGame}.
 */
export type PartsColumns = Pick<
  VectorGame,
  "observations" | "privileged" | "rewards" | "ended" | "mask" | "alive" | "terminated"
> & {
  readonly actions: Int32Array;
  /** What each part counted, when it was asked last: [parts][names]. */
  readonly totals: Float64Array;
};

/** Some environments of a game, which nothing but their place ties to the others. */
export type GamePart = {
  readonly game: VectorGame;
  /** Number of the part. */
  readonly part: number;
  /** Its first environment in the whole game. */
  readonly first: number;
};

/** What is asked of every part. `restart` comes with the number of the era. */
const partOrders = { restart: 0, step: 1, resetEnded: 2, clearTotals: 3, count: 4 } as const;

export type PartsSpec = {
  /** Any part of the whole game, for its widths. */
  readonly part: VectorGame;
  readonly environments: number;
  readonly columns: PartsColumns;
  /** Has every part obey, wherever they are; in any order. */
  readonly order: (kind: number, era: number) => void;
};

/** A game put together of parts. What happens in it does not depend on who plays them. */
export function partedGame({ part, environments, columns, order }: PartsSpec): VectorGame {
  const names = Object.keys(part.totals);
  const { actions, totals, ...shown } = columns;
  return {
    agents: part.agents,
    environments,
    observationSize: part.observationSize,
    actions: part.actions,
    groupSize: part.groupSize,
    privilegedSize: part.privilegedSize,
    ...shown,
    get totals() {
      order(partOrders.count, 0);
      return sumsOf(names, totals);
    },
    clearTotals: () => order(partOrders.clearTotals, 0),
    restart: (era) => order(partOrders.restart, era),
    step(chosen) {
      actions.set(chosen);
      order(partOrders.step, 0);
    },
    resetEnded: () => order(partOrders.resetEnded, 0),
  };
}

/** Parts are added in their order, so that sums have the same bits whoever played. */
function sumsOf(names: readonly string[], totals: Float64Array): Record<string, number> {
  const sums = names.map((name, at) => {
    let sum = 0;
    for (let k = at; k < totals.length; k += names.length) sum += totals[k]!;
    return [name, sum] as const;
  });
  return Object.fromEntries(sums);
}

/** @param allocate  memory of so many bytes, all zero */
export function createPartsColumns(
  part: VectorGame,
  parts: number,
  allocate: (bytes: number) => ArrayBufferLike,
): PartsColumns {
  const environments = parts * part.environments;
  const rows = part.agents * environments;
  const bytes = (length: number): Uint8Array => new Uint8Array(allocate(length));
  const floats = (length: number): Float32Array => new Float32Array(allocate(4 * length));
  const doubles = (length: number): Float64Array => new Float64Array(allocate(8 * length));
  return {
    actions: new Int32Array(allocate(4 * rows)),
    observations: floats(rows * part.observationSize),
    privileged: floats(environments * part.privilegedSize),
    rewards: doubles(rows),
    ended: bytes(environments),
    totals: doubles(parts * Object.keys(part.totals).length),
    ...(part.mask === undefined ? {} : { mask: bytes(rows * part.actions) }),
    ...(part.alive === undefined ? {} : { alive: bytes(rows) }),
    ...(part.terminated === undefined ? {} : { terminated: bytes(environments) }),
  };
}

/** One part does what is asked, and shows what came of it. */
export function obeyPart(own: GamePart, columns: PartsColumns, kind: number, era: number): void {
  const { game, part } = own;
  switch (kind) {
    case partOrders.restart:
      game.restart(era);
      return show(own, columns);
    case partOrders.step:
      game.step(ownActions(own, columns.actions));
      return show(own, columns);
    case partOrders.resetEnded:
      game.resetEnded();
      return show(own, columns);
    case partOrders.clearTotals:
      return game.clearTotals();
    case partOrders.count: {
      const counted = Object.values(game.totals);
      return columns.totals.set(counted, part * counted.length);
    }
    default:
      throw new Error(`a part of a game cannot do ${kind}`);
  }
}

function ownActions({ game, first }: GamePart, actions: Int32Array): Int32Array {
  const { agents, environments } = game;
  const all = actions.length / agents;
  const own = new Int32Array(agents * environments);
  for (let agent = 0; agent < agents; agent++) {
    const from = agent * all + first;
    own.set(actions.subarray(from, from + environments), agent * environments);
  }
  return own;
}

type Column = Float32Array | Float64Array | Uint8Array;

function show({ game, first }: GamePart, columns: PartsColumns): void {
  const { agents, environments, observationSize, actions, privilegedSize } = game;
  const place = (from: Column | undefined, to: Column | undefined, blocks: number, width: number): void => {
    if (from === undefined || to === undefined) return;
    const [own, all] = [environments * width, to.length / blocks];
    for (let block = 0; block < blocks; block++)
      to.set(from.subarray(block * own, (block + 1) * own), block * all + first * width);
  };
  place(game.observations, columns.observations, agents, observationSize);
  place(game.mask, columns.mask, agents, actions);
  place(game.alive, columns.alive, agents, 1);
  place(game.rewards, columns.rewards, agents, 1);
  place(game.privileged, columns.privileged, 1, privilegedSize);
  place(game.ended, columns.ended, 1, 1);
  place(game.terminated, columns.terminated, 1, 1);
}
