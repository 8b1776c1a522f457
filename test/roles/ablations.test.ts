import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Topology } from "../../src/system/topology/topology.ts";
import type { Organization } from "../../src/team/org/specification/organization.ts";
import { parseOrganization } from "../../src/team/org/specification/parse-organization.ts";
import { assignRoles } from "../../src/team/org/team/assign.ts";
import { perceptionOf, relationsOf } from "../../src/team/org/team/relations.ts";
import { shippedTopology } from "../team/chain.ts";

const topology: Topology = shippedTopology("karma-chained");

function shipped(name: string): Organization {
  const text = readFileSync(new URL(`../../roles/${name}.json`, import.meta.url), "utf8");
  const parsed = parseOrganization(text, `${name}.json`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  expect(parsed.value.name).toBe(name);
  return parsed.value;
}

const karma = shipped("karma");

/** Roles with every rule changed. */
function withHardness(hardness: number): Organization["roles"] {
  return new Map(
    [...karma.roles].map(([name, role]) => [
      name,
      { ...role, rules: role.rules.map((one) => Object.assign({}, one, { hardness })) },
    ]),
  );
}

describe("the ablations of karma.json", () => {
  test.each(["none", "roles", "missions", "soft", "hard"])("%s gives KARMA's own services the same roles", (name) => {
    const own = assignRoles(shipped(`karma-${name}`), topology);
    expect(own.problems).toEqual([]);
    expect(own.assignment).toEqual(assignRoles(karma, topology).assignment);
  });

  test("hard says what karma.json says, soft makes every rule cost instead of forbid", () => {
    expect({ ...shipped("karma-hard"), name: "karma" }).toEqual(karma);
    expect({ ...shipped("karma-soft"), name: "karma" }).toEqual({ ...karma, roles: withHardness(0) });
  });

  test("roles leaves goals and norms out, and nothing else", () => {
    const bare = { ...karma, schemes: [], preferences: [], norms: [] };
    expect({ ...shipped("karma-roles"), name: "karma" }).toEqual(bare);
  });

  test("missions leaves rules and authority out, and everyone hears everyone", () => {
    const { roles, group, ...rest } = shipped("karma-missions");
    const { roles: _, group: whole, ...own } = karma;
    expect({ ...rest, name: "karma" }).toEqual(own);
    expect([...roles.values()].flatMap(({ rules }) => rules)).toEqual([]);
    expect({ ...group, links: [] }).toEqual({ ...whole, links: [] });
    expectOpen(shipped("karma-missions"));
  });

  test("none leaves all of it out", () => {
    const none = shipped("karma-none");
    expect([none.labels.size, none.schemes.length, none.preferences.length, none.norms.length]).toEqual([0, 0, 0, 0]);
    expect([...none.roles.values()].flatMap(({ rules }) => rules)).toEqual([]);
    expectOpen(none);
  });
});

function expectOpen(organization: Organization): void {
  const { assignment } = assignRoles(organization, topology);
  for (const [agent, heard] of perceptionOf(organization, assignment).hears.entries())
    expect(Array.from(heard)).toEqual(topology.services.map((_, other) => (other === agent ? 0 : 1)));
  expect(relationsOf(organization, assignment).authority.flatMap((row) => Array.from(row))).not.toContain(1);
}
