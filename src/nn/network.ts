import type { Activation, Dense, Nonlinearity, Norm } from "./kernels.ts";

/** A nonlinearity as a layer of its own, where a dense layer cannot do it by itself. */
export type Activate = {
  readonly kind: "activate";
  readonly fanIn: number;
  readonly fanOut: number;
  readonly of: Nonlinearity;
};

/** A gated recurrent unit: what it gives is what it remembers. Two dense layers make its sums. */
export type Gru = {
  readonly kind: "gru";
  readonly fanIn: number;
  readonly fanOut: number;
  /** fanIn to 3 x fanOut: gates reset, update and new. */
  readonly ofInput: Dense;
  /** fanOut to 3 x fanOut: of the state before. */
  readonly ofState: Dense;
};

export type Layer = Dense | Norm | Activate | Gru;

/** What lies between a network's inputs and outputs, besides widths. */
export type NetworkStyle = {
  /** Of hidden layers; `tanh` when left out. */
  readonly activation?: Nonlinearity;
  /** The sums of each hidden layer are normalised before its activation. */
  readonly normalisation?: "layer";
  /** The last hidden layer is a gated recurrent unit: it remembers what it was shown before. */
  readonly memory?: "gru";
};

/** Layers one after another. Their parameters lie in a flat vector. */
export type Network = {
  readonly inputs: number;
  readonly outputs: number;
  /** Inputs, hidden widths, outputs. */
  readonly sizes: readonly number[];
  readonly style: NetworkStyle;
  readonly layers: readonly Layer[];
  /** Where its parameters end in the vector, and the next network may start. */
  readonly endsAt: number;
};

/**
 * @param sizes  inputs, hidden widths, outputs
 * @param startsAt  where its parameters start in the vector
 */
export function defineNetwork(sizes: readonly number[], style: NetworkStyle, startsAt = 0): Network {
  const layers: Layer[] = [];
  let at = startsAt;
  const add = (layer: Layer): void => {
    layers.push(layer);
    at = endOf(layer, at);
  };
  for (let k = 0; k + 1 < sizes.length; k++) {
    const [fanIn, fanOut] = [sizes[k]!, sizes[k + 1]!];
    const isLast = k + 2 === sizes.length;
    if (isLast) add(denseLayer(fanIn, fanOut, at));
    else if (style.memory === "gru" && k + 3 === sizes.length) add(gruLayer(fanIn, fanOut, at));
    else for (const part of hiddenLayers(fanIn, fanOut, at, style)) add(part);
  }
  return { inputs: sizes[0]!, outputs: sizes.at(-1)!, sizes, style, layers, endsAt: at };
}

function denseLayer(fanIn: number, fanOut: number, at: number, activation: Activation = "linear"): Dense {
  return { kind: "dense", fanIn, fanOut, weightsAt: at, biasesAt: at + fanIn * fanOut, activation };
}

function gruLayer(fanIn: number, fanOut: number, at: number): Gru {
  const ofInput = denseLayer(fanIn, 3 * fanOut, at);
  return { kind: "gru", fanIn, fanOut, ofInput, ofState: denseLayer(fanOut, 3 * fanOut, endOf(ofInput, at)) };
}

function hiddenLayers(
  fanIn: number,
  fanOut: number,
  at: number,
  { activation = "tanh", normalisation }: NetworkStyle,
): readonly Layer[] {
  if (activation === "tanh" && normalisation === undefined) return [denseLayer(fanIn, fanOut, at, "tanh")];
  const dense = denseLayer(fanIn, fanOut, at);
  const gainsAt = endOf(dense, at);
  const norm: Norm = { kind: "norm", fanIn: fanOut, fanOut, gainsAt, biasesAt: gainsAt + fanOut };
  const activate: Activate = { kind: "activate", fanIn: fanOut, fanOut, of: activation };
  return normalisation === undefined ? [dense, activate] : [dense, norm, activate];
}

/** Where a layer's parameters end; those that have none end where they start. */
function endOf(layer: Layer, startsAt: number): number {
  switch (layer.kind) {
    case "dense":
    case "norm":
      return layer.biasesAt + layer.fanOut;
    case "gru":
      return layer.ofState.biasesAt + layer.ofState.fanOut;
    case "activate":
      return startsAt;
  }
}

/** Numbers that a network remembers of each row; 0 where it remembers nothing. */
export function memoryWidth({ layers }: Network): number {
  return layers.find(({ kind }) => kind === "gru")?.fanOut ?? 0;
}

/** The last layer, whose sums are the network's output. */
export function outputLayer({ layers }: Network): Dense {
  const last = layers.at(-1);
  if (last?.kind === "dense") return last;
  throw new Error("A network ends in a dense layer.");
}
