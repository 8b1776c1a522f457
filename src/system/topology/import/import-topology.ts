import type { Problem } from "../../../core/errors.ts";
import { type Decoded, refuse } from "../decoded.ts";
import { parseDocument } from "../document.ts";
import { didYouMean } from "../nearest.ts";
import { parseTopology } from "../parse.ts";
import { quote } from "../path.ts";
import { type PlainObject, isPlainObject } from "../plain-object.ts";
import type { RawTopology } from "../raw.ts";
import { createReport } from "../report.ts";
import type { Topology } from "../topology.ts";
import type { ForeignService, ImportOptions, Reading } from "./foreign.ts";
import { assemble } from "./assemble.ts";
import { readIsotope } from "./isotope.ts";
import { readMubench } from "./mubench.ts";
import { type ImportNote, createNotes } from "./notes.ts";

export const foreignFormats = ["isotope", "mubench"] as const;
export type ForeignFormat = (typeof foreignFormats)[number];

export type Imported = {
  readonly format: ForeignFormat;
  /** A topology file, with karma's field names. */
  readonly document: RawTopology;
  readonly topology: Topology;
  /** What it does not say, says differently, or had to assume. */
  readonly notes: readonly ImportNote[];
};

/**
 * A service graph of another tool as a topology that validates; or everything that is wrong with it.
 *
 * @param format  which tool's; told by the file when left out
 */
export function importTopology(
  text: string,
  fileName: string,
  options: ImportOptions & { readonly format?: ForeignFormat | undefined },
): Decoded<Imported> {
  const file = parseDocument(text, fileName);
  if (!file.ok) return file;
  const format = options.format ?? formatOf(file.value);
  if (format === undefined) return refuse([unknownFormat]);
  const reading: Reading = { options, report: createReport([]), notes: createNotes() };
  const services = (format === "isotope" ? readIsotope : readMubench)(file.value, reading);
  checkNames(services, reading);
  if (reading.report.problems.length > 0) return refuse(reading.report.problems);
  const document = assemble(services, reading);
  const decoded = parseTopology(JSON.stringify(document), fileName.replace(/\.[a-z]+$/i, ".json"));
  if (!decoded.ok) return decoded;
  const value = { format, document, topology: decoded.value, notes: reading.notes.all() };
  return { ok: true, value, warnings: decoded.warnings };
}

const unknownFormat: Problem = {
  path: "",
  message: "expected a list of services (isotope), or services with external_services (muBench), found neither",
};

function formatOf(file: PlainObject): ForeignFormat | undefined {
  if (Array.isArray(file["services"])) return "isotope";
  return Object.values(file).some(isWorkModel) ? "mubench" : undefined;
}

function isWorkModel(value: unknown): boolean {
  return isPlainObject(value) && ("external_services" in value || "internal_service" in value);
}

/** Names twice, calls of services that are not there, an entry that is not there. */
function checkNames(services: readonly ForeignService[], { report, options }: Reading): void {
  const names = new Set<string>();
  for (const { name } of services) {
    if (names.has(name)) report.problem(["services"], `expected every service once, found ${quote(name)} again`);
    names.add(name);
  }
  for (const { name, calls } of services) {
    for (const call of new Set(calls)) {
      if (names.has(call)) continue;
      report.problem([name], `expected calls of services of the file, found ${quote(call)}${didYouMean(call, names)}`);
    }
  }
  const { entry } = options;
  if (entry !== undefined && !names.has(entry)) {
    report.problem(
      [],
      `expected the entry to be a service of the file, found ${quote(entry)}${didYouMean(entry, names)}`,
    );
  }
  if (services.length === 0) report.problem([], "expected at least one service, found none");
}
