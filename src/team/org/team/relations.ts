import { isKindOf } from "../specification/inheritance.ts";
import {
  type Group,
  groupsOf,
  type Link,
  type LinkType,
  linkTypes,
  type Organization,
} from "../specification/organization.ts";
import type { Assignment } from "./assign.ts";

/** Who is linked to whom, [from][to], 1 where they are; nobody to themselves. */
export type Relations = { readonly [type in LinkType]: readonly Uint8Array[] };

/**
 * Links between roles as links between the agents that play them. Authority includes communication, and communication
 * includes acquaintance.
 *
 * @source Hübner, Sichman & Boissier 2007, §3.1: (aut ⇒ com) and (com ⇒ acq)
 */
export function relationsOf(organization: Organization, { roles }: Assignment): Relations {
  const matrix = (type: LinkType): readonly Uint8Array[] =>
    roles.map((own, agent) =>
      Uint8Array.from(roles, (others, other) => (agent !== other && isLinked(organization, type, own, others) ? 1 : 0)),
    );
  return {
    acquaintance: matrix("acquaintance"),
    communication: matrix("communication"),
    authority: matrix("authority"),
  };
}

/** What an agent is told of others, and what it sees of them unasked; 1 where it is so: [agents][of agents]. */
export type Perception = {
  /** All signals: of those who communicate to it. */
  readonly hears: readonly Uint8Array[];
  /** Whether pods are missing: of those it is acquainted with and does not hear. */
  readonly knows: readonly Uint8Array[];
};

export function perceptionOf(organization: Organization, assignment: Assignment): Perception {
  const { acquaintance, communication } = relationsOf(organization, assignment);
  const hears = communication.map((_, own) => Uint8Array.from(communication, (told) => told[own]!));
  const knows = acquaintance.map((known, own) => known.map((isKnown, other) => isKnown & ~hears[own]![other]!));
  return { hears, knows };
}

function isLinked(
  organization: Organization,
  type: LinkType,
  own: readonly string[],
  others: readonly string[],
): boolean {
  const strength = linkTypes.indexOf(type);
  return groupsOf(organization.group).some((group) =>
    group.links.some(
      (link) =>
        linkTypes.indexOf(link.type) >= strength &&
        (joins(organization, group, link, own, others) ||
          (link.isBidirectional && joins(organization, group, link, others, own))),
    ),
  );
}

function joins(
  { roles }: Organization,
  group: Group,
  { from, to, scope, extendsToSubgroups }: Link,
  own: readonly string[],
  others: readonly string[],
): boolean {
  const reach = groupsOf(group);
  const senders = own.filter((role) => isKindOf(roles, role, from));
  const receivers = others.filter((role) => isKindOf(roles, role, to));
  if (scope === "intra")
    return (extendsToSubgroups ? reach : [group]).some((one) => isIn(one, senders) && isIn(one, receivers));
  return reach.some((one) => isIn(one, senders) && reach.some((other) => other !== one && isIn(other, receivers)));
}

function isIn(group: Group, names: readonly string[]): boolean {
  return names.some((name) => group.roles.has(name));
}
