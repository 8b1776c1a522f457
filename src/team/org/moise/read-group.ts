import { linkTypes } from "../specification/organization.ts";
import type { RawCardinality, RawGroup, RawLink, RawRelation } from "../specification/raw-organization.ts";
import { cardinalityOf, childrenOf, idOf, isTrue, textOf, type XmlReader } from "./xml-reader.ts";
import type { XmlElement } from "./xml.ts";

export function isLinkType(text: string): text is RawLink["type"] {
  return (linkTypes as readonly string[]).includes(text);
}

export function subgroupsOf(group: XmlElement): readonly XmlElement[] {
  return childrenOf(group, "subgroups").flatMap((all) => childrenOf(all, "group-specification"));
}

/** Notes groups of which Moise may make several. */
export function noteNumbers({ id, max, subgroups = [] }: RawGroup, reader: XmlReader): void {
  if (max !== 1) reader.notes.add(["group-specification", id, "max"], "one group is made of each, whatever `max` says");
  for (const inner of subgroups) noteNumbers(inner, reader);
}

export function readGroup(element: XmlElement, reader: XmlReader): RawGroup {
  const children = ["roles", "links", "subgroups", "formation-constraints"];
  reader.expectOnly(element, ["id", "min", "max"], children);
  const bounds = boundsOf(element, reader);
  const roles = childrenOf(element, "roles").flatMap((all) => childrenOf(all, "role"));
  reader.expectOnce(roles);
  for (const role of roles) reader.expectOnly(role, ["id", "min", "max"]);
  const subgroups = subgroupsOf(element).map((inner) => readGroup(inner, reader));
  noteIncluded(element, reader);
  return bind(
    {
      id: idOf(element),
      ...cardinalityOf(element),
      roles: Object.fromEntries(roles.map((role) => [idOf(role), cardinalityOf(role)])),
      links: childrenOf(element, "links").flatMap((all) => readLinks(all, reader)),
      compatibilities: childrenOf(element, "formation-constraints").flatMap((all) => readCompatibilities(all, reader)),
      subgroups,
    },
    bounds,
    reader,
  );
}

function noteIncluded(element: XmlElement, { notes }: XmlReader): void {
  for (const all of childrenOf(element, "subgroups"))
    for (const child of all.children)
      if (child.name !== "group-specification") notes.add(child.path, "groups of other files are not read");
}

function readLinks(links: XmlElement, reader: XmlReader): readonly RawLink[] {
  return childrenOf(links, "link").flatMap((link) => {
    reader.expectOnly(link, ["type", ...relationAttributes]);
    const type = textOf(link, "type") ?? "";
    if (isLinkType(type)) return [{ type, ...relationOf(link) }];
    reader.notes.add([...link.path, "type"], "links are acquaintance, communication and authority");
    return [];
  });
}

function readCompatibilities(constraints: XmlElement, reader: XmlReader): readonly RawRelation[] {
  reader.expectOnly(constraints, [], ["cardinality", "compatibility"]);
  return childrenOf(constraints, "compatibility").map((one) => {
    reader.expectOnly(one, ["type", ...relationAttributes]);
    return relationOf(one);
  });
}

const relationAttributes = ["from", "to", "scope", "extends-subgroups", "bi-dir"];

function relationOf(element: XmlElement): RawRelation {
  const scope = textOf(element, "scope") ?? "intra-group";
  return {
    from: textOf(element, "from") ?? "",
    to: textOf(element, "to") ?? "",
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a wrong one is told with all else that is wrong
    scope: scope.replace(/-group$/, "") as RawRelation["scope"] & string,
    bidirectional: isTrue(element, "bi-dir"),
    extends_to_subgroups: isTrue(element, "extends-subgroups"),
  };
}

/** A cardinality that stands beside what it is about. */
type Bound = {
  readonly object: string;
  readonly id: string;
  readonly cardinality: RawCardinality;
  readonly path: XmlElement["path"];
};

function boundsOf(group: XmlElement, reader: XmlReader): readonly Bound[] {
  const all = childrenOf(group, "formation-constraints").flatMap((one) => childrenOf(one, "cardinality"));
  return all.map((bound) => {
    reader.expectOnly(bound, ["object", "id", "min", "max"]);
    const object = textOf(bound, "object") ?? "";
    return { object, id: idOf(bound), cardinality: cardinalityOf(bound), path: bound.path };
  });
}

/** Bounds go to the role of the group, the group itself or a group inside it that they name. */
function bind(group: RawGroup, bounds: readonly Bound[], { notes }: XmlReader): RawGroup {
  let bound = group;
  for (const { object, id, cardinality, path } of bounds) {
    const next = object === "group" ? boundGroup(bound, id, cardinality) : boundRole(bound, id, cardinality);
    if (next === bound) notes.add(path, "bounds are for one role or group: not for a role over several groups");
    bound = next;
  }
  return bound;
}

/** The same group where it does not have the role. */
function boundRole(group: RawGroup, role: string, cardinality: RawCardinality): RawGroup {
  const { roles = {} } = group;
  if (!Object.hasOwn(roles, role)) return group;
  return { ...group, roles: { ...roles, [role]: { ...roles[role], ...cardinality } } };
}

/** The same group where the other is not in it. */
function boundGroup(group: RawGroup, id: string, cardinality: RawCardinality): RawGroup {
  if (group.id === id) return { ...group, ...cardinality };
  const { subgroups = [] } = group;
  const bound = subgroups.map((inner) => boundGroup(inner, id, cardinality));
  return bound.some((inner, at) => inner !== subgroups[at]) ? { ...group, subgroups: bound } : group;
}
