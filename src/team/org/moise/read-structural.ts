import type { RawOrganization, RawRole } from "../specification/raw-organization.ts";
import type { Carried } from "./carried.ts";
import { isLinkType, noteNumbers, readGroup, subgroupsOf } from "./read-group.ts";
import { childOf, childrenOf, idOf, textOf, type XmlReader } from "./xml-reader.ts";
import type { XmlElement } from "./xml.ts";

/** The role that every role of Moise extends, in its own words. */
const SOCIETY = "soc";

/** Nothing where there is no such part: that is told with all else that is wrong. */
export function readStructural(
  element: XmlElement | undefined,
  reader: XmlReader,
  carried: Carried,
): RawOrganization["structural"] {
  if (element === undefined) return { roles: {}, group: { id: "" } };
  reader.expectOnly(element, [], ["role-definitions", "link-types", "group-specification"]);
  noteLinkTypes(element, reader);
  const root = childOf(element, "group-specification");
  const group = root === undefined ? { id: "" } : readGroup(root, reader);
  if (root !== undefined) noteNumbers(group, reader);
  return { roles: readRoles(element, root, reader, carried), group };
}

function readRoles(
  element: XmlElement,
  root: XmlElement | undefined,
  reader: XmlReader,
  carried: Carried,
): RawOrganization["structural"]["roles"] {
  const definitions = childrenOf(element, "role-definitions").flatMap((defined) => {
    reader.expectOnly(defined, [], ["role"]);
    return childrenOf(defined, "role");
  });
  reader.expectOnce(definitions);
  const played = new Set(root === undefined ? [] : rolesPlayed(root));
  const parents = new Map(definitions.map((role) => [idOf(role), parentsOf(role, reader)]));
  // Moise makes a role where a group has one that is not defined.
  for (const name of played) if (!parents.has(name)) parents.set(name, []);
  return Object.fromEntries(
    [...parents].map(([name, own]) => [name, roleOf(own, played.has(name), carried.take(`role.${name}`) ?? {})]),
  );
}

function noteLinkTypes(element: XmlElement, { notes }: XmlReader): void {
  for (const type of childrenOf(element, "link-types").flatMap((all) => childrenOf(all, "link-type")))
    if (!isLinkType(idOf(type))) notes.add(type.path, "links are acquaintance, communication and authority");
}

function rolesPlayed(group: XmlElement): readonly string[] {
  const own = childrenOf(group, "roles").flatMap((all) => childrenOf(all, "role"));
  return [...own.map(idOf), ...subgroupsOf(group).flatMap(rolesPlayed)];
}

function parentsOf(role: XmlElement, reader: XmlReader): readonly string[] {
  reader.expectOnly(role, ["id"], ["extends"]);
  return childrenOf(role, "extends").flatMap((parent) => {
    reader.expectOnly(parent, ["role"]);
    const name = textOf(parent, "role") ?? "";
    if (name !== SOCIETY) return [name];
    reader.notes.add(parent.path, `every role extends \`${SOCIETY}\`: it is left out`);
    return [];
  });
}

/** Moise calls roles abstract that no group has. */
function roleOf(parents: readonly string[], isPlayed: boolean, carried: object): RawRole {
  const inherited = parents.length === 0 ? {} : { extends: parents };
  return { ...carried, ...inherited, ...(isPlayed ? {} : { abstract: true }) };
}
