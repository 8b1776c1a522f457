import type { RawCardinality, RawGroup, RawOrganization, RawRelation } from "../specification/raw-organization.ts";
import { dependencyOrder } from "./dependency-order.ts";
import { draft, type XmlDraft } from "./xml.ts";

export function writeStructural({ roles, group }: RawOrganization["structural"]): XmlDraft {
  // Moise knows only roles that stand before.
  const names = dependencyOrder(Object.keys(roles), (name) => roles[name]!.extends ?? []);
  const definitions = names.map((name) => {
    const parents = (roles[name]!.extends ?? []).map((role) => draft("extends", { role }));
    return draft("role", { id: name }, parents);
  });
  return draft("structural-specification", {}, [draft("role-definitions", {}, definitions), writeGroup(group)]);
}

function writeGroup(group: RawGroup): XmlDraft {
  const { id, min, max = 1, roles = {}, links = [], compatibilities = [], subgroups = [] } = group;
  const played = Object.entries(roles).map(([role, cardinality]) =>
    draft("role", { id: role, ...bounds(cardinality) }),
  );
  return draft("group-specification", { id, min, max }, [
    ...some("roles", played),
    ...some(
      "links",
      links.map((link) => draft("link", { type: link.type, ...relation(link) })),
    ),
    ...some("subgroups", subgroups.map(writeGroup)),
    ...some(
      "formation-constraints",
      compatibilities.map((one) => draft("compatibility", { type: "compatibility", ...relation(one) })),
    ),
  ]);
}

/** An element with these children; none where there are none. */
function some(name: string, children: readonly XmlDraft[]): readonly XmlDraft[] {
  return children.length === 0 ? [] : [draft(name, {}, children)];
}

export function bounds({ min, max }: RawCardinality): XmlDraft["attributes"] {
  return { min, max };
}

function relation({
  from,
  to,
  scope = "intra",
  bidirectional = false,
  extends_to_subgroups: extendsToSubgroups = false,
}: RawRelation): XmlDraft["attributes"] {
  return {
    from,
    to,
    scope: `${scope}-group`,
    "extends-subgroups": String(extendsToSubgroups),
    "bi-dir": String(bidirectional),
  };
}
