import type { Problem } from "../../../core/errors.ts";
import { fullAtPerS } from "../../../system/topology/bottleneck.ts";
import { didYouMean } from "../../../system/topology/nearest.ts";
import { formatPath } from "../../../system/topology/path.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import { isKindOf } from "../specification/inheritance.ts";
import { type Group, groupsOf, type Organization } from "../specification/organization.ts";

/** Who plays what: names of roles, [agents][...], agents in the order of the topology's services. */
export type Assignment = { readonly roles: readonly (readonly string[])[] };

/** Roles by service, which count instead of what the roles say of their services. */
export type DeclaredRoles = { readonly [service: string]: readonly string[] };

/**
 * Gives the services of a topology their roles, and lists everything that is wrong with it: unknown services and roles,
 * roles that do not go together, groups with too few or too many players.
 */
export function assignRoles(
  organization: Organization,
  topology: Topology,
  declared: DeclaredRoles = {},
): { readonly assignment: Assignment; readonly problems: readonly Problem[] } {
  const problems = checkDeclared(organization, topology, declared);
  const assignment = {
    roles: topology.services.map(({ name }) => declared[name] ?? inferredRoles(organization, topology, name)),
  };
  problems.push(...checkSelectors(organization, topology));
  for (const [agent, { name }] of topology.services.entries())
    problems.push(...checkTogether(organization, name, assignment.roles[agent]!));
  problems.push(...checkGroup(organization.group, assignment, true));
  return { assignment, problems };
}

/** Places in the graph that a role can name instead of services. */
const places: Readonly<Record<string, (topology: Topology, service: string) => boolean>> = {
  all: () => true,
  entry: ({ entries }, service) => entries.some((entry) => entry.service === service),
  leaf: ({ services }, name) =>
    services.some((service) => service.name === name && service.endpoints.every(({ calls }) => calls.length === 0)),
  bottleneck: (topology, service) => narrowest(topology) === service,
};

/** The service that is full first when arrivals grow and every service has its maximum of replicas. */
function narrowest(topology: Topology): string {
  const room = fullAtPerS(topology);
  return topology.services[room.indexOf(Math.min(...room))]!.name;
}

function inferredRoles({ roles }: Organization, topology: Topology, service: string): readonly string[] {
  return [...roles.values()]
    .filter(({ isAbstract, services }) => !isAbstract && services.some((one) => isMeant(topology, one, service)))
    .map(({ name }) => name);
}

function isMeant(topology: Topology, selector: string, service: string): boolean {
  if (topology.services.some(({ name }) => name === selector)) return selector === service;
  return Object.hasOwn(places, selector) && places[selector]!(topology, service);
}

function checkDeclared({ roles }: Organization, { services }: Topology, declared: DeclaredRoles): Problem[] {
  const names = services.map(({ name }) => name);
  return Object.entries(declared).flatMap(([service, own]) => {
    if (!names.includes(service)) {
      const message = `expected a service, found ${service}${didYouMean(service, names)}`;
      return [{ path: formatPath([service]), message }];
    }
    return own.flatMap((role) => checkPlayable(roles, role, formatPath([service])));
  });
}

function checkPlayable(roles: Organization["roles"], role: string, path: string): Problem[] {
  if (roles.get(role)?.isAbstract === false) return [];
  const playable = [...roles.values()].filter(({ isAbstract }) => !isAbstract).map(({ name }) => name);
  const message = `expected a role that can be played, found ${role}${didYouMean(role, playable)}`;
  return [{ path, message }];
}

/** Roles that a checkpoint gives its agents, and that its organization does not have. */
export function checkRoles({ roles }: Organization, assigned: Assignment["roles"]): Problem[] {
  return assigned.flatMap((own, agent) =>
    own.flatMap((role) => checkPlayable(roles, role, formatPath(["organization", "roles", agent]))),
  );
}

function checkSelectors({ roles }: Organization, topology: Topology): Problem[] {
  const known = [...Object.keys(places), ...topology.services.map(({ name }) => name)];
  return [...roles.values()].flatMap(({ name, services }) =>
    services.flatMap((selector, at) => {
      if (known.includes(selector)) return [];
      const found = `found ${selector}${didYouMean(selector, known)}`;
      const path = formatPath(["structural", "roles", name, "services", at]);
      return [
        { path, message: `expected a service of ${topology.name} or ${Object.keys(places).join(", ")}, ${found}` },
      ];
    }),
  );
}

/** Roles of one agent that no compatibility joins. */
function checkTogether(organization: Organization, service: string, roles: readonly string[]): Problem[] {
  return roles.flatMap((one, at) =>
    roles.slice(at + 1).flatMap((other) => {
      if (areCompatible(organization, one, other)) return [];
      const message = `expected roles that go together, found ${one} and ${other}: no compatibility joins them`;
      return [{ path: formatPath([service]), message }];
    }),
  );
}

/** True where one agent may play both: some group says so of them, or of roles they extend. */
function areCompatible({ roles, group }: Organization, one: string, other: string): boolean {
  return groupsOf(group).some((declaring) =>
    declaring.compatibilities.some((compatibility) => {
      const { from, to } = compatibility;
      const joins = (a: string, b: string): boolean =>
        isKindOf(roles, a, from) && isKindOf(roles, b, to) && holdsIn(declaring, compatibility, a, b);
      return joins(one, other) || joins(other, one);
    }),
  );
}

/** Intra: both roles stand in the group, or in one of its subgroups where it extends to them. Inter: in different ones. */
function holdsIn(
  group: Group,
  { scope, extendsToSubgroups }: { readonly scope: "intra" | "inter"; readonly extendsToSubgroups: boolean },
  a: string,
  b: string,
): boolean {
  const reach = groupsOf(group);
  if (scope === "inter") return reach.some((x) => x.roles.has(a) && reach.some((y) => x !== y && y.roles.has(b)));
  return (extendsToSubgroups ? reach : [group]).some(({ roles }) => roles.has(a) && roles.has(b));
}

/** A group and those inside it, of which one each is made. What nobody is in and may be missing needs nobody. */
function checkGroup(group: Group, assignment: Assignment, isWhole: boolean): Problem[] {
  const path = formatPath([group.id]);
  const isThere = groupsOf(group).some(({ roles }) => [...roles.keys()].some((role) => countOf(assignment, role) > 0));
  if (!isThere && !isWhole) {
    if (group.min === 0) return [];
    return [{ path, message: `expected somebody in ${group.id}, which may not be missing, found nobody` }];
  }
  const inside = group.subgroups.flatMap((inner) => checkGroup(inner, assignment, false));
  if (group.min <= 1 && group.max >= 1) return [...checkPlayers(group, assignment), ...inside];
  const bounds = `${group.min} to ${group.max}`;
  return [{ path, message: `expected ${bounds} groups like ${group.id}: one of each is made` }, ...inside];
}

/** Too few or too many players of a role in a group. */
function checkPlayers(group: Group, assignment: Assignment): Problem[] {
  return [...group.roles].flatMap(([role, { min, max }]) => {
    const count = countOf(assignment, role);
    if (count >= min && count <= max) return [];
    const bounds = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
    return [{ path: formatPath([group.id, role]), message: `expected ${bounds} players of ${role}, found ${count}` }];
  });
}

function countOf({ roles }: Assignment, role: string): number {
  return roles.filter((own) => own.includes(role)).length;
}
