import type { PathSegment } from "../../../system/topology/path.ts";
import { didYouMean } from "../../../system/topology/nearest.ts";
import type { Report } from "../../../system/topology/report.ts";
import { isActionLabel, actionLabels } from "./action-labels.ts";
import { rolesInCycles } from "./inheritance.ts";
import { type Cardinality, type Group, groupsOf, type Link, type Organization, type Relation } from "./organization.ts";
import type { RawOrganization } from "./raw-organization.ts";

type Path = readonly PathSegment[];

/** Roles, groups, links and compatibilities that cannot be. */
export function checkStructural(organization: Organization, raw: RawOrganization, report: Report): void {
  checkRoles(organization, report);
  const groups = placed(organization.group, ["structural", "group"]);
  checkGroupNames(groups, report);
  for (const { group, path } of groups) checkGroup(organization, group, path, report);
  checkPlayable(organization, raw, report);
}

function checkRoles({ roles }: Organization, report: Report): void {
  for (const [name, { parents, rules }] of roles) {
    const path = ["structural", "roles", name];
    parents.forEach((parent, at) => expectRole(roles, parent, [...path, "extends", at], report));
    for (const [at, { allow }] of rules.entries())
      for (const [k, label] of allow.entries()) {
        const kinds = Object.keys(actionLabels);
        const message = `expected a kind of action (${kinds.join(", ")}), found ${label}${didYouMean(label, kinds)}`;
        if (!isActionLabel(label)) report.problem([...path, "rules", at, "allow", k], message);
      }
  }
  for (const name of rolesInCycles(roles))
    report.problem(["structural", "roles", name, "extends"], `expected no cycle: ${name} extends itself`);
}

type Placed = { readonly group: Group; readonly path: Path };

function placed(group: Group, path: Path): readonly Placed[] {
  return [{ group, path }, ...group.subgroups.flatMap((inner, at) => placed(inner, [...path, "subgroups", at]))];
}

function checkGroupNames(groups: readonly Placed[], report: Report): void {
  const seen = new Set<string>();
  for (const { group, path } of groups) {
    if (seen.has(group.id)) report.problem([...path, "id"], `expected a name of its own, found ${group.id} twice`);
    seen.add(group.id);
  }
}

function checkGroup({ roles }: Organization, group: Group, path: Path, report: Report): void {
  expectCardinality(group, path, report);
  for (const [role, cardinality] of group.roles) {
    const at = [...path, "roles", role];
    expectRole(roles, role, at, report);
    expectCardinality(cardinality, at, report);
    if (roles.get(role)?.isAbstract === true)
      report.problem(at, `expected a role that can be played, found ${role}, which is abstract`);
  }
  group.links.forEach((link, at) => checkRelation(roles, link, [...path, "links", at], report));
  group.compatibilities.forEach((one, at) => {
    checkRelation(roles, one, [...path, "compatibilities", at], report);
    if (one.from === one.to)
      report.problem([...path, "compatibilities", at], `expected two roles, found ${one.from} twice`);
  });
  for (const at of authorityCycles(group.links))
    report.problem([...path, "links", at], "expected authority over others: these links lead back to where they began");
}

function checkRelation(roles: Organization["roles"], { from, to }: Relation, path: Path, report: Report): void {
  expectRole(roles, from, [...path, "from"], report);
  expectRole(roles, to, [...path, "to"], report);
}

/** Links of authority that close a circle: nobody could say whose word counts. */
function authorityCycles(links: readonly Link[]): readonly number[] {
  const edges = links.filter(({ type }) => type === "authority");
  const reachedFrom = (start: string): Set<string> => {
    const reached = new Set([start]);
    for (const role of reached) for (const { from, to } of edges) if (from === role) reached.add(to);
    return reached;
  };
  return links.flatMap((link, at) =>
    link.type === "authority" && (link.isBidirectional || reachedFrom(link.to).has(link.from)) ? [at] : [],
  );
}

/** Roles that no group has, though somebody is to play them. */
function checkPlayable({ roles, group }: Organization, raw: RawOrganization, report: Report): void {
  const placedRoles = new Set(groupsOf(group).flatMap((one) => Array.from(one.roles.keys())));
  for (const [name, { isAbstract }] of roles) {
    const path = ["structural", "roles", name];
    if (isAbstract && raw.structural.roles[name]!.services !== undefined)
      report.problem([...path, "services"], `expected no services: ${name} is abstract, nobody plays it`);
    if (!isAbstract && !placedRoles.has(name))
      report.problem(path, `expected ${name} in the roles of a group, or \`"abstract": true\``);
  }
}

function expectCardinality({ min, max }: Cardinality, path: Path, report: Report): void {
  if (min > max)
    report.problem(path, `expected a cardinality that can be met, found at least ${min} and at most ${max}`);
}

function expectRole(roles: Organization["roles"], role: string, path: Path, report: Report): void {
  if (!roles.has(role)) report.problem(path, `expected a role, found ${role}${didYouMean(role, roles.keys())}`);
}
