import { meanOf } from "../../core/statistics.ts";
import type { Block } from "./blocks.ts";
import { chainsOf } from "./blocks.ts";
import type { LearnedModel, Source } from "./model.ts";
import { type StateLayout, isKnown, latencyColumn, serviceColumn } from "./state.ts";
import { type Query, type Shadow, shadowOf, stayingState } from "./transition.ts";

/** Steps ahead at which models are compared. */
const HORIZONS: readonly number[] = [1, 20];
const LONGEST = Math.max(...HORIZONS);

/** A held-out block, and what the twins show beside it. */
export type HeldOut = { readonly block: Block; readonly fluid: Shadow; readonly requests: Shadow };

/**
 * Sum of the errors' sizes / sum of the distances from the mean: 1 = as good as always saying the mean of what was
 * held out, 0 = exact. NaN where it never changed.
 */
export type SignalErrors = {
  readonly cpu: number;
  readonly queued: number;
  readonly latency: number;
  readonly ready: number;
  /** Mean size of the error of CPU, of the limit. */
  readonly cpuAbsolute: number;
};

export type ModelErrors = {
  readonly model: string;
  /** As {@link HORIZONS}. */
  readonly ahead: readonly { readonly steps: number; readonly errors: SignalErrors }[];
  /** Part of the steps that the table knew, [0, 1]; only where the table is asked. */
  readonly tableShare?: number;
};

export type ErrorTable = {
  /** Steps of held-out blocks that predictions start from; the same for all models. */
  readonly starts: number;
  readonly models: readonly ModelErrors[];
  /** Mean size of the network's error of CPU one step ahead, of the limit: the distance is to tell where it is large. */
  readonly byDistance: { readonly nearestThird: number; readonly farthestThird: number };
};

/** States at steps 1, 2, ... from a reading of a chain: [steps]. */
type Rollout = (held: HeldOut, chain: readonly number[], from: number) => readonly Float64Array[];

/** Every model from every step of what was held out: given the state, and from then on sizes and arrivals only. */
export function errorTable(model: LearnedModel, held: readonly HeldOut[], syncPeriodMs: number): ErrorTable {
  const { layout } = model;
  const starts = held.flatMap((one) => startsOf(one, syncPeriodMs));
  const row = (name: string, rollout: Rollout): ModelErrors => ({
    model: name,
    ahead: aheadOf(layout, starts, rollout),
  });
  const table = learned(model, ["table", "network"]);
  const hasResidual = model.parts().networks.some(({ base }) => base === "shadow");
  return {
    starts: starts.length,
    models: [
      row("stays as it is", staying(layout)),
      // The share is counted by the rollouts, which come first.
      { ...row("table, then network", table.rollout), tableShare: table.share() },
      row("network alone", learned(model, ["network"]).rollout),
      ...(hasResidual ? [row("fluid twin + network", learned(model, ["residual"]).rollout)] : []),
      row("fluid twin", shown("fluid")),
      row("request-level twin", shown("requests")),
    ],
    byDistance: byDistanceOf(model, starts),
  };
}

type Start = { readonly held: HeldOut; readonly chain: readonly number[]; readonly from: number };

/** Where every model can say all steps ahead. */
function startsOf(held: HeldOut, syncPeriodMs: number): readonly Start[] {
  const { block, fluid, requests } = held;
  const isShown = (at: number): boolean => isKnown(fluid[at]!) && isKnown(requests[at]!);
  return chainsOf(block, syncPeriodMs).flatMap((chain) =>
    chain.flatMap((_, from) => {
      const asked = chain.slice(from, from + LONGEST + 1);
      return asked.length === LONGEST + 1 && asked.every(isShown) ? [{ held, chain, from }] : [];
    }),
  );
}

function byDistanceOf(model: LearnedModel, starts: readonly Start[]): ErrorTable["byDistance"] {
  const columns = cpuColumns(model.layout);
  const asked = starts.map(({ held, chain, from }) => {
    const query = queryOf(held, held.block.states[chain[from]!]!, chain[from]!, chain[from + 1]!);
    const error = absoluteError([{ said: model.ask("network", query)!, real: query.next }], columns);
    return { distance: model.predict(query).distance, error: error / columns.length };
  });
  const third = Math.ceil(asked.length / 3);
  const errors = asked.sort((one, other) => one.distance - other.distance).map(({ error }) => error);
  return { nearestThird: meanOf(errors.slice(0, third)), farthestThird: meanOf(errors.slice(-third)) };
}

function queryOf({ block, fluid }: HeldOut, state: Float64Array, from: number, to: number): Query {
  return { state, next: block.states[to]!, ...shadowOf(fluid, from, to) };
}

/** Step by step, each from what was said of the step before. */
function stepping(next: (query: Query) => Float64Array): Rollout {
  return (held, chain, from) => {
    const states: Float64Array[] = [];
    let state = held.block.states[chain[from]!]!;
    for (let step = 1; step <= LONGEST; step++) {
      state = next(queryOf(held, state, chain[from + step - 1]!, chain[from + step]!));
      states.push(state);
    }
    return states;
  };
}

function staying(layout: StateLayout): Rollout {
  return stepping((query) => stayingState(layout, query));
}

/** The first source that is not silent. */
function learned(
  model: LearnedModel,
  sources: readonly Source[],
): { readonly rollout: Rollout; readonly share: () => number } {
  let asked = 0;
  let fromTable = 0;
  const rollout = stepping((query) => {
    asked++;
    for (const source of sources) {
      const next = model.ask(source, query);
      if (next === undefined) continue;
      if (source === "table") fromTable++;
      return next;
    }
    throw new Error(`${sources.join(", ")}: nothing was learned`);
  });
  return { rollout, share: () => fromTable / asked };
}

/** A twin goes on by itself: what it shows does not depend on where the prediction starts. */
function shown(twin: "fluid" | "requests"): Rollout {
  return (held, chain, from) => chain.slice(from + 1, from + 1 + LONGEST).map((at) => held[twin][at]!);
}

function aheadOf(layout: StateLayout, starts: readonly Start[], rollout: Rollout): ModelErrors["ahead"] {
  const said = starts.map(({ held, chain, from }) => rollout(held, chain, from));
  return HORIZONS.map((steps) => {
    const pairs = starts.map(({ held, chain, from }, k) => ({
      said: said[k]![steps - 1]!,
      real: held.block.states[chain[from + steps]!]!,
    }));
    return { steps, errors: errorsOf(layout, pairs) };
  });
}

type Pair = { readonly said: Float64Array; readonly real: Float64Array };

function errorsOf(layout: StateLayout, pairs: readonly Pair[]): SignalErrors {
  const columns = (signal: "queued" | "ready"): readonly number[] =>
    layout.services.map((_, service) => serviceColumn(signal, service));
  const cpu = cpuColumns(layout);
  return {
    cpu: relativeError(pairs, cpu),
    queued: relativeError(pairs, columns("queued")),
    latency: relativeError(pairs, [latencyColumn(layout)]),
    ready: relativeError(pairs, columns("ready")),
    cpuAbsolute: absoluteError(pairs, cpu) / (pairs.length * cpu.length),
  };
}

function cpuColumns({ services }: StateLayout): readonly number[] {
  return services.map((_, service) => serviceColumn("cpu", service));
}

/** Sum over pairs and columns. */
function absoluteError(pairs: readonly Pair[], columns: readonly number[]): number {
  let sum = 0;
  for (const { said, real } of pairs) for (const column of columns) sum += Math.abs(said[column]! - real[column]!);
  return sum;
}

function relativeError(pairs: readonly Pair[], columns: readonly number[]): number {
  let spread = 0;
  for (const column of columns) {
    const mean = pairs.reduce((sum, { real }) => sum + real[column]!, 0) / pairs.length;
    for (const { real } of pairs) spread += Math.abs(real[column]! - mean);
  }
  return spread > 0 ? absoluteError(pairs, columns) / spread : Number.NaN;
}
