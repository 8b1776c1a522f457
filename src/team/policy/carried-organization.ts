import type { Problem } from "../../core/errors.ts";
import type { Organization } from "../org/specification/organization.ts";
import { parseOrganization } from "../org/specification/parse-organization.ts";
import { type Assignment, checkRoles } from "../org/team/assign.ts";

/** An organization as a checkpoint carries it: with who plays what, so that nothing is inferred anew where it plays. */
export type CarriedOrganization = {
  /** What the file said, as plain data. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Roles of each agent: [agents][...]. */
  readonly roles: Assignment["roles"];
};

export type TeamOrganization = Pick<CarriedOrganization, "document"> & {
  readonly organization: Organization;
  readonly assignment: Assignment;
};

/** What is wrong with an organization that a file carries for so many agents. */
export function carriedProblems({ document, roles }: CarriedOrganization, agents: number): readonly Problem[] {
  const parsed = parseOrganization(JSON.stringify(document), "organization.json");
  if (!parsed.ok)
    return parsed.problems.map(({ path, message }) => ({ path: `organization.document.${path}`, message }));
  const message = `expected roles of ${agents} agents, found those of ${roles.length}`;
  const count = roles.length === agents ? [] : [{ path: "organization.roles", message }];
  return [...count, ...checkRoles(parsed.value, roles)];
}

/** The same, to be played. What was decoded has no problems: see {@link carriedProblems}. */
export function playedOrganization({ document, roles }: CarriedOrganization): TeamOrganization {
  const parsed = parseOrganization(JSON.stringify(document), "organization.json");
  if (!parsed.ok) throw new Error(`an organization that was not checked: ${JSON.stringify(parsed.problems)}`);
  return { document, organization: parsed.value, assignment: { roles } };
}
