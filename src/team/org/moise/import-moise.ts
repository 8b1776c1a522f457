import type { Problem } from "../../../core/errors.ts";
import { type Decoded, refuse } from "../../../system/topology/decoded.ts";
import { createNotes, type ImportNote } from "../../../system/topology/import/notes.ts";
import { isPlainObject } from "../../../system/topology/plain-object.ts";
import { parseOrganization } from "../specification/parse-organization.ts";
import type { RawGoal, RawOrganization } from "../specification/raw-organization.ts";
import { type Carried, readCarried } from "./carried.ts";
import { readFunctional } from "./read-functional.ts";
import { readNormative } from "./read-normative.ts";
import { readStructural } from "./read-structural.ts";
import { childOf, createXmlReader, idOf, type XmlReader } from "./xml-reader.ts";
import { parseXml, type XmlElement } from "./xml.ts";

export type ImportedOrganization = {
  /** As a file holds it. */
  readonly document: RawOrganization;
  /** What Moise says and this organization does not, or what is left to be said. */
  readonly notes: readonly ImportNote[];
};

/**
 * Reads the XML of Moise as an organization. Whatever of it has no meaning here is noted, nothing is dropped unsaid; what
 * makes no sense is told all at once.
 *
 * @source os.xsd of moise (github.com/moise-lang/moise), os-version 0.7 to 1.1
 */
export async function importMoise(text: string): Promise<Decoded<ImportedOrganization>> {
  const xml = await parseXml(text);
  if (!xml.ok) return xml;
  if (xml.value.name !== "organisational-specification")
    return refuse([{ path: "", message: `expected <organisational-specification>, found <${xml.value.name}>` }]);
  const problems: Problem[] = [];
  const notes = createNotes();
  const reader = createXmlReader(notes, problems);
  const document = readAll(xml.value, reader, problems);
  // Goals that nothing says how to reach are left to the user: all else is checked as if it were said.
  const checked = parseOrganization(JSON.stringify(withReached(document)), "moise.json");
  if (!checked.ok) problems.push(...checked.problems);
  for (const path of openGoals(document))
    notes.add(path, "Moise leaves it to its agents when a goal is reached: write `reached`");
  return problems.length > 0 ? refuse(problems) : { ok: true, value: { document, notes: notes.all() }, warnings: [] };
}

function readAll(root: XmlElement, reader: XmlReader, problems: Problem[]): RawOrganization {
  const parts = ["structural-specification", "functional-specification", "normative-specification"] as const;
  reader.expectOnly(root, ["id", "os-version"], parts);
  const carried = readCarried(root, reader, problems);
  const [structural, functional, normative] = parts.map((part) => childOf(root, part));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a wrong one is told with all else that is wrong
  const { description, labels = {} } = (carried.take("organization") ?? {}) as Partial<RawOrganization>;
  const known = isPlainObject(labels) ? Object.keys(labels) : [];
  const document: RawOrganization = {
    name: idOf(root),
    ...(description === undefined ? {} : { description }),
    labels,
    structural: readStructural(structural, reader, carried),
    ...(functional === undefined ? {} : { functional: readFunctional(functional, reader, carried) }),
    ...(normative === undefined ? {} : { normative: readNormative(normative, reader, carried, known) }),
  };
  noteRest(carried, reader);
  return document;
}

function noteRest(carried: Carried, { notes }: XmlReader): void {
  for (const name of carried.rest()) notes.add(["properties", `karma.${name}`], "it is about nothing in this file");
}

function openGoals({ functional }: RawOrganization): readonly (readonly (string | number)[])[] {
  return (functional?.schemes ?? []).flatMap(({ id, goal }) => leavesOf(goal).map((leaf) => [id, leaf]));
}

function leavesOf({ id, plan, reached }: RawGoal): readonly string[] {
  if (plan !== undefined) return plan.goals.flatMap(leavesOf);
  return reached === undefined ? [id] : [];
}

function withReached(document: RawOrganization): RawOrganization {
  const { functional } = document;
  if (functional === undefined) return document;
  const schemes = functional.schemes.map((scheme) => Object.assign({}, scheme, { goal: filled(scheme.goal) }));
  return { ...document, functional: { ...functional, schemes } };
}

function filled(goal: RawGoal): RawGoal {
  const { plan } = goal;
  if (plan !== undefined) return { ...goal, plan: { ...plan, goals: plan.goals.map(filled) } };
  return { reached: "#any_seq", ...goal };
}
