import { join, resolve } from "node:path";
import { writeBelow } from "../host/write.ts";
import { type GenerateOptions, generateArtifacts } from "../system/compile/generate.ts";
import type { Host } from "./host.ts";
import { type InputPaths, readInputs } from "./inputs.ts";

export type GenerateResult = { readonly written: readonly string[] };

/** Writes what runs a topology on Kubernetes: mock configurations, manifests, Dockerfile and kind cluster. */
export async function generate(
  paths: InputPaths,
  out: string | undefined,
  options: GenerateOptions,
  host: Host,
): Promise<GenerateResult> {
  const { topology } = readInputs(paths);
  const folder = resolve(host.cwd, out ?? join("generated", topology.name));
  return { written: await writeBelow(folder, generateArtifacts(topology, options)) };
}
