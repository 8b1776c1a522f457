import { type Imported, importTopology } from "../../../../src/system/topology/import/import-topology.ts";
import type { ImportOptions } from "../../../../src/system/topology/import/foreign.ts";

const fileNames = { isotope: "graph.yaml", mubench: "workmodel.json" } as const;

/** An imported text, or its problems as one text. */
export function imported(
  format: keyof typeof fileNames,
  text: string,
  options: Partial<ImportOptions> = {},
): Imported | string {
  const decoded = importTopology(text, fileNames[format], { workMs: 1, ...options });
  return decoded.ok ? decoded.value : decoded.problems.map(({ path, message }) => `${path}: ${message}`).join("\n");
}

export function importedOrThrow(...given: Parameters<typeof imported>): Imported {
  const value = imported(...given);
  if (typeof value === "string") throw new Error(value);
  return value;
}
