import { createNotes, type ImportNote, type Notes } from "../../../system/topology/import/notes.ts";
import type { RawGoal, RawNorm, RawOrganization } from "../specification/raw-organization.ts";
import { carry, type CarriedFields } from "./carried.ts";
import { deadline, writeFunctional } from "./write-functional.ts";
import { writeStructural } from "./write-structural.ts";
import { draft, printXml, type XmlDraft } from "./xml.ts";

export type ExportedOrganization = {
  readonly xml: string;
  /** What Moise has no words for: it stands in properties, which its tools pass on unread. */
  readonly notes: readonly ImportNote[];
};

/**
 * Writes an organization as the XML of Moise. Reading it back gives the same one.
 *
 * @param document  as {@link parseOrganization} takes it without problems
 */
export function exportMoise(document: RawOrganization): ExportedOrganization {
  const notes = createNotes();
  const { name, structural, functional, normative = [] } = document;
  const properties = carried(document, notes);
  const root = draft(
    "organisational-specification",
    { id: name, "os-version": "1.0", xmlns: "http://moise.sourceforge.net/os" },
    [
      ...(properties.length === 0 ? [] : [draft("properties", {}, properties)]),
      writeStructural(structural),
      ...(functional === undefined ? [] : [writeFunctional(functional)]),
      ...(normative.length === 0 ? [] : [draft("normative-specification", {}, normative.map(writeNorm))]),
    ],
  );
  notePreferences(document, notes);
  return { xml: printXml(root), notes: notes.all() };
}

function writeNorm({ id, type, role, mission, within_s: withinS }: RawNorm): XmlDraft {
  return draft("norm", { id, type, role, mission, "time-constraint": deadline(withinS) });
}

type Place = readonly (string | number)[];

/** Everything that Moise has no words for. */
function carried(document: RawOrganization, notes: Notes): readonly XmlDraft[] {
  const { description, labels, structural, functional, normative = [] } = document;
  const keep = (name: string, place: Place, fields: CarriedFields): readonly XmlDraft[] => {
    for (const [field, value] of Object.entries(fields))
      if (value !== undefined) notes.add([...place, field], unsaid[field] ?? "kept in properties");
    return carry(name, fields);
  };
  const schemes = functional?.schemes ?? [];
  return [
    ...keep("organization", [], { description, labels }),
    ...Object.entries(structural.roles).flatMap(([role, { description: text, services, rules }]) =>
      keep(`role.${role}`, ["structural", "roles", role], { description: text, services, rules }),
    ),
    ...schemes.flatMap(({ id, goal }) => goalsOf(goal).flatMap((one) => carryGoal(id, one, keep))),
    ...schemes.flatMap(({ missions = {} }) =>
      Object.entries(missions).flatMap(([mission, { description: text, weight }]) =>
        keep(`mission.${mission}`, ["functional", "missions", mission], { description: text, weight }),
      ),
    ),
    ...normative.flatMap(({ id, when, penalty, within_s: withinS }) =>
      keep(`norm.${id}`, ["normative", id], { when, penalty, within_s: inexact(withinS) }),
    ),
  ];
}

/** What a field means to Moise, where it is not just kept. */
const unsaid: Readonly<Record<string, string>> = {
  when: "kept in properties; Moise takes the norm as always in force",
  rules: "kept in properties; Moise lets a role do everything",
  reached: "kept in properties; Moise's agents say themselves when a goal is reached",
};

type Keep = (name: string, place: Place, fields: CarriedFields) => readonly XmlDraft[];

function carryGoal(
  scheme: string,
  { id, reached, bonus, within_s: withinS }: RawGoal,
  keep: Keep,
): readonly XmlDraft[] {
  const place = ["functional", "schemes", scheme, id];
  return keep(`goal.${scheme}.${id}`, place, { reached, bonus, within_s: inexact(withinS) });
}

/** A deadline that Moise's words do not hold exactly. */
function inexact(seconds: number | undefined): number | undefined {
  return deadline(seconds) === undefined ? seconds : undefined;
}

function goalsOf(goal: RawGoal): readonly RawGoal[] {
  return [goal, ...(goal.plan?.goals ?? []).flatMap(goalsOf)];
}

/** Moise looks for a preferred mission among those before: in the scheme they are put in order, schemes are not. */
function notePreferences({ functional }: RawOrganization, notes: Notes): void {
  const { schemes = [], preferences = [] } = functional ?? {};
  const schemeOf = (name: string): number => schemes.findIndex(({ missions = {} }) => Object.hasOwn(missions, name));
  for (const [at, { mission, over }] of preferences.entries())
    if (schemeOf(mission) > schemeOf(over))
      notes.add(["functional", "preferences", at], "Moise knows only missions of the same scheme or one before");
}
