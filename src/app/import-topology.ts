import { basename, join, resolve } from "node:path";
import { KarmaError } from "../core/errors.ts";
import { fileExists, readUserFile } from "../host/read.ts";
import { writeBelow } from "../host/write.ts";
import type { ImportNote } from "../system/topology/import/notes.ts";
import { type ForeignFormat, importTopology } from "../system/topology/import/import-topology.ts";
import type { Host } from "./host.ts";

export type ImportRequest = {
  readonly file: string;
  /** Told by the file when undefined. */
  readonly format: ForeignFormat | undefined;
  readonly entry: string | undefined;
  readonly workMs: number;
  /** File to write. */
  readonly out: string;
  readonly isForced: boolean;
};

export type ImportResult = {
  readonly format: ForeignFormat;
  readonly written: string;
  readonly services: number;
  readonly calls: number;
  readonly entries: readonly string[];
  readonly notes: readonly ImportNote[];
};

const LARGEST_BYTES = 1024 * 1024;

/** Reads another tool's service graph and writes it as a topology; tells everything that is not the same. */
export async function importForeign(request: ImportRequest, host: Host): Promise<ImportResult> {
  const path = resolve(host.cwd, request.file);
  const out = resolve(host.cwd, request.out);
  const imported = importTopology(readUserFile(path, "service graph", LARGEST_BYTES), basename(path), request);
  if (!imported.ok) {
    const count = imported.problems.length === 1 ? "1 problem" : `${imported.problems.length} problems`;
    const hint = "docs/import.md says what is read; --from isotope or mubench where the file does not tell";
    throw new KarmaError("INPUT_INVALID", `${path}: ${count}`, hint, { problems: imported.problems });
  }
  if (fileExists(out) && !request.isForced) {
    throw new KarmaError("INPUT_INVALID", `${out} already there`, "use --force to overwrite, or --out");
  }
  const { format, document, topology, notes } = imported.value;
  const content = `${JSON.stringify(document, null, 2)}\n`;
  await writeBelow(join(out, ".."), [{ path: basename(out), content }]);
  const endpoints = topology.services.flatMap((service) => service.endpoints);
  return {
    format,
    written: out,
    services: topology.services.length,
    calls: endpoints.reduce((sum, { calls }) => sum + calls.flat().length, 0),
    entries: topology.entries.map(({ service }) => service),
    notes,
  };
}
