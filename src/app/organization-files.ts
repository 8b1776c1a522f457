import { basename, join, resolve } from "node:path";
import { KarmaError, type Problem } from "../core/errors.ts";
import { fileExists, readUserFile } from "../host/read.ts";
import { writeBelow } from "../host/write.ts";
import { parseDocument } from "../system/topology/document.ts";
import type { ImportNote } from "../system/topology/import/notes.ts";
import type { Topology } from "../system/topology/topology.ts";
import { exportMoise } from "../team/org/moise/export-moise.ts";
import { importMoise } from "../team/org/moise/import-moise.ts";
import type { Organization } from "../team/org/specification/organization.ts";
import { parseOrganization } from "../team/org/specification/parse-organization.ts";
import type { RawOrganization } from "../team/org/specification/raw-organization.ts";
import type { Host } from "./host.ts";
import { findRoles, readRoles } from "./roles.ts";

export type ConversionRequest = {
  /** What is read. */
  readonly file: string;
  /** File to write. */
  readonly out: string;
  readonly isForced: boolean;
};

export type ConversionResult = {
  readonly written: string;
  readonly name: string;
  readonly roles: number;
  readonly missions: number;
  readonly norms: number;
  /** What one side says and the other has no words for, or what is left to be said. */
  readonly notes: readonly ImportNote[];
};

const LARGEST_BYTES = 1024 * 1024;

/** Reads XML of Moise and writes it as an organization. */
export async function importRoles({ file, out, isForced }: ConversionRequest, host: Host): Promise<ConversionResult> {
  const path = resolve(host.cwd, file);
  const imported = await importMoise(readUserFile(path, "organization in XML", LARGEST_BYTES));
  if (!imported.ok) throw invalid(path, imported.problems, "docs/moise.md says what is read");
  const { document, notes } = imported.value;
  const written = await write(host, out, `${JSON.stringify(document, null, 2)}\n`, isForced);
  return { written, ...countsOf(document), notes };
}

/** Reads an organization and writes it as XML of Moise. */
export async function exportRoles({ file, out, isForced }: ConversionRequest, host: Host): Promise<ConversionResult> {
  const path = findRoles(host.cwd, file);
  const text = readUserFile(path, "organization", LARGEST_BYTES);
  const parsed = parseOrganization(text, basename(path));
  if (!parsed.ok) throw invalid(path, parsed.problems);
  const read = parseDocument(text, basename(path));
  if (!read.ok) throw new Error("an organization that was parsed is no document");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has no problems, so it is one
  const document = read.value as unknown as RawOrganization;
  const { xml, notes } = exportMoise(document);
  return { written: await write(host, out, xml, isForced), ...countsOf(document), notes };
}

export type CheckedRoles = {
  readonly path: string;
  readonly organization: Organization;
  /** Who plays what: names of roles by service; undefined where no topology was named. */
  readonly services: Readonly<Record<string, readonly string[]>> | undefined;
};

/** Everything that is wrong with an organization, also on a topology where one is given, or what it says. */
export function checkRoles(
  { cwd, roles, assign }: { readonly cwd: string; readonly roles: string; readonly assign: readonly string[] },
  topology: Topology | undefined,
): CheckedRoles {
  const path = findRoles(cwd, roles);
  const services =
    topology === undefined ? undefined : servicesOf(readRoles({ cwd, roles, assign }, topology), topology);
  const parsed = parseOrganization(readUserFile(path, "organization", LARGEST_BYTES), basename(path));
  if (!parsed.ok) throw invalid(path, parsed.problems);
  return { path, organization: parsed.value, services };
}

function servicesOf(
  { roles }: { readonly roles: readonly (readonly string[])[] },
  topology: Topology,
): NonNullable<CheckedRoles["services"]> {
  return Object.fromEntries(topology.services.map(({ name }, agent) => [name, roles[agent]!]));
}

function countsOf({
  name,
  structural,
  functional,
  normative = [],
}: RawOrganization): Omit<ConversionResult, "written" | "notes"> {
  const missions = (functional?.schemes ?? []).flatMap((scheme) => Object.keys(scheme.missions ?? {}));
  return { name, roles: Object.keys(structural.roles).length, missions: missions.length, norms: normative.length };
}

async function write({ cwd }: Host, out: string, content: string, isForced: boolean): Promise<string> {
  const path = resolve(cwd, out);
  if (fileExists(path) && !isForced)
    throw new KarmaError("INPUT_INVALID", `${path} already there`, "use --force to overwrite, or --out");
  await writeBelow(join(path, ".."), [{ path: basename(path), content }]);
  return path;
}

function invalid(
  path: string,
  problems: readonly Problem[],
  hint: string = "docs/organization.md describes every field",
): KarmaError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new KarmaError("INPUT_INVALID", `${path}: ${count}`, hint, { problems });
}
