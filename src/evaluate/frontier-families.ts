import type { Rng } from "../core/rng.ts";
import type { Topology } from "../system/topology/topology.ts";
import { type TunableFamily, tuningGrid } from "./frontier-grid.ts";

/** Opponents that can be tuned: a part of a grid under a name of its own. */
const families: Readonly<Record<string, { readonly grid: TunableFamily; readonly isOf: (spec: string) => boolean }>> = {
  hpa: { grid: "hpa", isOf: () => true },
  "hpa-cpu": { grid: "hpa", isOf: (spec) => !spec.includes("rps=") },
  "hpa-rps": { grid: "hpa", isOf: (spec) => spec.startsWith("hpa:rps=") },
  keda: { grid: "keda", isOf: () => true },
  vpa: { grid: "vpa", isOf: () => true },
  "feed-forward": { grid: "feed-forward", isOf: (spec) => !spec.includes("holt=") },
  "feed-forward+holt": { grid: "feed-forward", isOf: () => true },
  local: { grid: "local", isOf: (spec) => !spec.includes("holt=") },
  "local+holt": { grid: "local", isOf: () => true },
  oracle: { grid: "oracle", isOf: () => true },
  fixed: { grid: "fixed", isOf: () => true },
};

export const tunedNames: readonly string[] = Object.keys(families);

/** An opponent whose settings are searched: `hpa:tuned` on training data, `hpa:hindsight` on the test data. */
export type TunedSpec = {
  readonly spec: string;
  readonly family: string;
  readonly pickedOn: "training" | "test";
};

/** Undefined for a spec that names its own settings. */
export function parseTunedSpec(spec: string): TunedSpec | undefined {
  const [family = "", how = ""] = spec.split(":", 2);
  if (!Object.hasOwn(families, family)) return undefined;
  if (how === "tuned") return { spec, family, pickedOn: "training" };
  return how === "hindsight" ? { spec, family, pickedOn: "test" } : undefined;
}

/** Specs that are searched for a family; families of one grid draw the same ones, so that plays are shared. */
export function familyGrid(
  family: string,
  topology: Topology,
  options: { readonly density: "coarse" | "full"; readonly rng: Rng },
): string[] {
  const { grid, isOf } = families[family]!;
  return tuningGrid(grid, topology, { ...options, rng: options.rng.split(grid) }).filter(isOf);
}
