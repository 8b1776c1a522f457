import type { Command } from "commander";
import type { Nonlinearity } from "../nn/kernels.ts";
import type { NetworkStyle } from "../nn/network.ts";
import { oneOf } from "./options.ts";

export type NetworkOptions = {
  readonly activation?: Nonlinearity;
  readonly layerNorm?: true;
  readonly memory?: "gru";
};

/** What lies between inputs and outputs of actor and critic. */
export function withNetworkOptions(command: Command): Command {
  return command
    .option(
      "--activation <name>",
      "of hidden layers: tanh, relu or silu; tanh when left out",
      oneOf(["tanh", "relu", "silu"]),
    )
    .option("--layer-norm", "normalise the sums of hidden layers")
    .option("--memory <kind>", "gru: agents remember what they saw before in an episode", oneOf(["gru"]));
}

/** As a training is asked for it: nothing where nothing was asked for. */
export function networkOf({ activation, layerNorm, memory }: NetworkOptions): { readonly network?: NetworkStyle } {
  const network: NetworkStyle = {
    ...(activation === undefined || activation === "tanh" ? {} : { activation }),
    ...(layerNorm === true ? { normalisation: "layer" as const } : {}),
    ...(memory === undefined ? {} : { memory }),
  };
  return Object.keys(network).length === 0 ? {} : { network };
}
