import { Command } from "commander";
import { expect, test } from "vitest";
import { type NetworkOptions, networkOf, withNetworkOptions } from "../../src/cli/network-options.ts";

function asked(...words: string[]): ReturnType<typeof networkOf> {
  const command = withNetworkOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  return networkOf(command.parse(words, { from: "user" }).opts<NetworkOptions>());
}

test.each([
  { words: [], network: undefined },
  { words: ["--activation", "tanh"], network: undefined },
  { words: ["--activation", "silu"], network: { activation: "silu" } },
  { words: ["--layer-norm", "--memory", "gru"], network: { normalisation: "layer", memory: "gru" } },
])("$words asks for $network", ({ words, network }) => {
  expect(asked(...words)).toEqual(network === undefined ? {} : { network });
});

test("another activation is refused with those there are", () => {
  expect(() => asked("--activation", "gelu")).toThrow("expected tanh or relu or silu");
});
