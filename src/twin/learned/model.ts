import { type Rng, createRng } from "../../core/rng.ts";
import type { Kernels } from "../../nn/kernels.ts";
import type { Base } from "./features.ts";
import { type DistanceMeter, createDistanceMeter } from "./distance.ts";
import { type Memory, createMemory } from "./memory.ts";
import { type Network, createPredictor, fitNetwork } from "./network.ts";
import type { StateLayout } from "./state.ts";
import { type Cell, type Table, createTable } from "./table.ts";
import type { Query, Transition } from "./transition.ts";
import { type Work, within } from "./work.ts";

/** Where a prediction may come from, best first: a visited cell, the network that corrects a twin, the network alone. */
const sources = ["table", "residual", "network"] as const;
export type Source = (typeof sources)[number];

export type Prediction = {
  readonly next: Float64Array;
  readonly from: Source;
  /** Visits of the cell; 0 where it was not visited. */
  readonly visits: number;
  /** To what was learned from, see {@link DistanceMeter}. */
  readonly distance: number;
  /** Nothing like it was seen. */
  readonly isFar: boolean;
};

export type LearnedModel = {
  readonly layout: StateLayout;
  /** The table first; where it is silent, the network: that of the residual where a twin plays along. */
  predict(query: Query): Prediction;
  /** One part of it by itself; undefined where it is silent. */
  ask(source: Source, query: Query): Float64Array | undefined;
  /** Learns from further transitions too, going on from what is known. In the order of time. */
  refresh(more: readonly Transition[]): Work<void>;
  /** What has to be written to have it again. */
  parts(): LearnedParts;
};

export type LearnedParts = {
  readonly seed: number;
  /** Times it was fitted. */
  readonly fits: number;
  readonly cells: ReadonlyMap<string, Cell>;
  readonly memory: Pick<Memory, "kept" | "seen">;
  readonly networks: readonly Network[];
};

export type LearnedOptions = {
  readonly layout: StateLayout;
  /** Each fit takes memory of them that it does not give back: with WebAssembly make new ones every hundred fits. */
  readonly kernels: Kernels;
  readonly seed: number;
  /** Most passes of a fit; 150 when left out. */
  readonly epochs?: number;
  /** What to go on from. */
  readonly parts?: Omit<LearnedParts, "seed">;
};

export const FEWEST_TRANSITIONS = 64;
const EPOCHS = 150;

/** KARMA's modeler: an exact table on quantised (state, action), and a network where it is silent. */
export function createLearnedModel(options: LearnedOptions): LearnedModel {
  const { layout, kernels, seed, parts } = options;
  const rng = createRng(`learned ${seed}`);
  const table: Table = createTable(layout, new Map(parts?.cells));
  const memory = createMemory(layout, parts?.memory);
  const networks = new Map<Base, Network>(parts?.networks.map((one) => [one.base, one]));
  const predictors = new Map<Base, (query: Query) => Float64Array>();
  let fits = parts?.fits ?? 0;
  let meter: DistanceMeter | undefined;

  function ask(source: Source, query: Query): Float64Array | undefined {
    if (source === "table") return table.find(query)?.next.slice();
    const base: Base = source === "residual" ? "shadow" : "state";
    const network = networks.get(base);
    if (network === undefined || (base === "shadow" && query.shadow === undefined)) return undefined;
    const predictor = predictors.get(base) ?? createPredictor(layout, kernels, network);
    predictors.set(base, predictor);
    return predictor(query);
  }

  function* refresh(more: readonly Transition[]): Work<void> {
    const known = [...memory.kept];
    const draws = rng.split(`memory ${fits}`);
    for (const one of more) {
      table.add(one);
      memory.add(one, draws);
    }
    yield* refit(networks, [...known, ...more], { ...options, rng, fits });
    fits++;
    meter = undefined;
    predictors.clear();
  }

  return {
    layout,
    ask,
    refresh,
    predict(query) {
      for (const from of sources) {
        const next = ask(from, query);
        if (next === undefined) continue;
        meter ??= createDistanceMeter(layout, memory.kept);
        const distance = meter.distance(query);
        return { next, from, visits: table.find(query)?.count ?? 0, distance, isFar: distance > meter.far };
      }
      throw new Error("nothing was learned yet");
    },
    parts: () => ({ seed, fits, cells: table.cells, memory, networks: [...networks.values()] }),
  };
}

/** Fits the networks for which there is enough; each goes on from what it was. */
function* refit(
  networks: Map<Base, Network>,
  transitions: readonly Transition[],
  { layout, kernels, epochs = EPOCHS, rng, fits }: LearnedOptions & { readonly rng: Rng; readonly fits: number },
): Work<void> {
  for (const [k, base] of (["state", "shadow"] as const).entries()) {
    const usable = transitions.filter(({ shadow }) => base === "state" || shadow !== undefined);
    if (usable.length < FEWEST_TRANSITIONS) continue;
    const start = networks.get(base);
    const fresh = { layout, base, kernels, epochs, rng: rng.split(`${base} ${fits}`) };
    const fit = start === undefined ? fresh : { ...fresh, start };
    networks.set(base, yield* within(fitNetwork(fit, usable), k / 2, (k + 1) / 2));
  }
}
