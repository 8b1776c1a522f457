import { didYouMean } from "../../../system/topology/nearest.ts";
import type { Report } from "../../../system/topology/report.ts";
import { isKindOf } from "./inheritance.ts";
import { groupsOf, type Mission, type Norm, type Organization } from "./organization.ts";

/** Norms that cannot be kept, and missions that the norms leave short of agents. */
export function checkNorms(organization: Organization, report: Report): void {
  const { norms, roles, schemes } = organization;
  const missions = new Map(schemes.flatMap((scheme) => Array.from(scheme.missions)));
  for (const [at, norm] of norms.entries()) {
    const path = ["normative", at];
    if (norms.findIndex(({ id }) => id === norm.id) < at)
      report.problem([...path, "id"], `expected a name of its own, found ${norm.id} twice`);
    if (!roles.has(norm.role))
      report.problem([...path, "role"], `expected a role, found ${norm.role}${didYouMean(norm.role, roles.keys())}`);
    else if (mostPlayers(organization, norm.role) === 0)
      report.problem([...path, "role"], `expected a role that somebody can play, found ${norm.role}`);
    const mission = missions.get(norm.mission);
    const slip = didYouMean(norm.mission, missions.keys());
    if (mission === undefined) report.problem([...path, "mission"], `expected a mission, found ${norm.mission}${slip}`);
    else checkRivals(organization, norm, mission, at, report);
  }
  for (const mission of missions.values()) checkCommitted(organization, mission, report);
}

/** An obligation to a mission that may have nobody, and two norms that say the same thing differently. */
function checkRivals({ norms, roles }: Organization, norm: Norm, mission: Mission, at: number, report: Report): void {
  if (norm.type === "obligation" && mission.max === 0)
    report.problem(
      ["normative", at],
      `expected a mission somebody may commit to: ${mission.name} has at most 0 agents`,
    );
  const before = norms
    .slice(0, at)
    .find(
      (other) =>
        other.mission === norm.mission &&
        other.when === undefined &&
        norm.when === undefined &&
        (isKindOf(roles, norm.role, other.role) || isKindOf(roles, other.role, norm.role)) &&
        other.type !== norm.type,
    );
  if (before === undefined) return;
  const found = `found ${before.id}, which makes it an ${before.type === "obligation" ? "obligation" : "option"}`;
  report.problem(["normative", at], `expected one word on ${norm.mission} for ${norm.role}, ${found}`);
}

/** A mission needs agents whom a norm lets commit to it. */
function checkCommitted(organization: Organization, mission: Mission, report: Report): void {
  const { norms, schemes } = organization;
  const at = schemes.findIndex(({ id }) => id === mission.scheme);
  const path = ["functional", "schemes", at, "missions", mission.name];
  const own = norms.filter((norm) => norm.mission === mission.name);
  if (own.length === 0) {
    report.problem(path, `expected a norm that obliges or permits a role to commit to ${mission.name}, found none`);
    return;
  }
  const most = [...new Set(own.map(({ role }) => role))].reduce(
    (sum, role) => sum + mostPlayers(organization, role),
    0,
  );
  if (most < mission.min)
    report.problem(path, `expected roles for at least ${mission.min} agents, found at most ${most} who may commit`);
}

/** How many agents can play a role or one that extends it. */
function mostPlayers({ roles, group }: Organization, role: string): number {
  return groupsOf(group)
    .flatMap((one) => Array.from(one.roles))
    .reduce((sum, [played, { max }]) => (isKindOf(roles, played, role) ? sum + max : sum), 0);
}
