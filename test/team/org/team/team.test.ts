import { describe, expect, test } from "vitest";
import type { Organization } from "../../../../src/team/org/specification/organization.ts";
import { parseOrganization } from "../../../../src/team/org/specification/parse-organization.ts";
import { type Assignment, assignRoles } from "../../../../src/team/org/team/assign.ts";
import { relationsOf } from "../../../../src/team/org/team/relations.ts";
import { shippedTopology } from "../../chain.ts";
import { karmaWith, type Loose } from "../specification/organization.ts";

const topology = shippedTopology("karma-chained");
const services = topology.services.map(({ name }) => name);

function organization(change: (organization: Loose) => void = () => {}): Organization {
  const result = parseOrganization(karmaWith(change), "karma.json");
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

/** A team of two roles in groups as given, playing a, b, both or neither. */
function small(group: object, roles: Loose = { a: {}, b: {} }): Organization {
  const raw = { name: "small", structural: { roles, group } };
  const result = parseOrganization(JSON.stringify(raw), "small.json");
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

function play(...roles: string[][]): Assignment {
  return { roles };
}

/** a in the whole group, b in one inside it, which go together by this scope. */
function nested(scope: string): object {
  const compatibilities = [{ from: "a", to: "b", scope }];
  return { id: "all", roles: { a: {} }, compatibilities, subgroups: [{ id: "inner", roles: { b: {} } }] };
}

describe("roles", () => {
  test("go to services by their place in the graph", () => {
    const { assignment, problems } = assignRoles(organization(), topology);
    expect(problems).toEqual([]);
    const byService = Object.fromEntries(services.map((name, at) => [name, assignment.roles[at]]));
    const entry = topology.entries[0]!.service;
    expect(byService[entry]).toContain("ddos");
    expect(Object.values(byService).filter((own) => own!.includes("bottleneck"))).toHaveLength(1);
    for (const own of Object.values(byService)) expect(own).toContain("failure");
  });

  test("go to services as declared, whatever the graph says", () => {
    const [first, ...rest] = services;
    const declared = Object.fromEntries([[first!, ["ddos", "bottleneck"]], ...rest.map((name) => [name, ["failure"]])]);
    const { assignment, problems } = assignRoles(organization(), topology, declared);
    expect(problems).toEqual([]);
    expect(assignment.roles).toEqual([["ddos", "bottleneck"], ...rest.map(() => ["failure"])]);
  });

  test("and everything that is wrong with it is said at once", () => {
    const selected = organization((o) => (o.structural.roles.resource.services = ["leaves"]));
    const declared = { [services[0]!]: ["ddos", "resource"], [services[1]!]: ["scaler"], nobody: ["failure"] };
    const { problems } = assignRoles(selected, topology, declared);
    expect(problems.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        "expected a role that can be played, found scaler",
        "expected a service, found nobody",
        `expected a service of ${topology.name} or all, entry, leaf, bottleneck, found leaves`,
        "expected roles that go together, found ddos and resource: no compatibility joins them",
      ]),
    );
  });

  test("are too many or too few for a group", () => {
    const few = organization((o) => Object.assign(o.structural.group.roles.failure, { min: 2, max: 3 }));
    const { problems } = assignRoles(few, topology);
    expect(problems).toEqual([
      { path: "team.failure", message: `expected 2 to 3 players of failure, found ${services.length}` },
    ]);
  });

  test("do not go together in one group because they do in another", () => {
    const both = { [services[0]!]: ["a", "b"] };
    const inner = small(nested("intra"));
    expect(assignRoles(inner, topology, both).problems).toHaveLength(1);
    const across = small(nested("inter"));
    expect(assignRoles(across, topology, both).problems).toEqual([]);
  });

  test.each<[string, object, readonly string[], RegExp | undefined]>([
    ["may be missing with all it needs", { min: 0, roles: { b: { min: 1 } } }, ["a"], undefined],
    ["may be missing where nothing is said", { roles: { b: { min: 1 } } }, ["a"], undefined],
    ["needs its players once somebody is in it", { roles: { b: { min: 1 }, c: {} } }, ["c"], /players of b/],
    ["needs somebody where it may not be missing", { min: 1, roles: { b: {} } }, ["a"], /expected somebody in inner/],
    ["has somebody in it", { min: 1, roles: { b: {} } }, ["b"], undefined],
    ["is one, where more are asked for", { min: 2, max: 3, roles: { b: {} } }, ["b"], /one of each is made/],
    ["is one, where none is allowed", { max: 0, roles: { b: {} } }, ["b"], /one of each is made/],
    [
      "is there where a group inside it is",
      { roles: { b: { min: 1 } }, subgroups: [{ id: "core", roles: { c: {} } }] },
      ["c"],
      /players of b/,
    ],
  ])("a subgroup %s", (_, inner, played, expected) => {
    const roles = { a: {}, b: {}, c: {} };
    const group = { id: "all", roles, subgroups: [{ id: "inner", ...inner }] };
    const { problems } = assignRoles(small(group, roles), topology, { [services[0]!]: played });
    if (expected === undefined) expect(problems).toEqual([]);
    else expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(expected)]);
  });
});

describe("links", () => {
  test.each<[string, string, readonly number[]]>([
    ["authority", "authority", [1, 1, 1]],
    ["communication", "communication", [1, 1, 0]],
    ["acquaintance", "acquaintance", [1, 0, 0]],
  ])("%s includes what is weaker", (_, type, [acquaintance, communication, authority]) => {
    const org = small({ id: "g", roles: { a: {}, b: {} }, links: [{ type, from: "a", to: "b" }] });
    const relations = relationsOf(org, play(["a"], ["b"]));
    expect([relations.acquaintance[0]![1], relations.communication[0]![1], relations.authority[0]![1]]).toEqual([
      acquaintance,
      communication,
      authority,
    ]);
    expect(relations.acquaintance[1]![0]).toBe(0);
  });

  test("lead back where they are bidirectional, and never to oneself", () => {
    const links = [{ type: "communication", from: "a", to: "a", bidirectional: true }];
    const relations = relationsOf(small({ id: "g", roles: { a: {}, b: {} }, links }), play(["a"], ["a"], ["b"]));
    expect(relations.communication.map((row) => Array.from(row))).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
  });

  test("hold for roles that extend the one they name", () => {
    const roles = { top: { abstract: true }, a: { extends: ["top"] }, b: { extends: ["a"] } };
    const links = [{ type: "communication", from: "top", to: "a" }];
    const relations = relationsOf(small({ id: "g", roles: { a: {}, b: {} }, links }, roles), play(["a"], ["b"]));
    expect(relations.communication.map((row) => Array.from(row))).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test.each<[string, object, number]>([
    ["inside a group alone", { scope: "intra" }, 0],
    ["inside its subgroups too", { scope: "intra", extends_to_subgroups: true }, 1],
    ["between different groups", { scope: "inter" }, 0],
  ])("%s", (_, options, expected) => {
    const links = [{ type: "communication", from: "a", to: "b", ...options }];
    const org = small({ id: "g", links, subgroups: [{ id: "in", roles: { a: {}, b: {} } }] });
    expect(relationsOf(org, play(["a"], ["b"])).communication[0]![1]).toBe(expected);
  });

  test("between groups join players of different groups", () => {
    const links = [{ type: "communication", from: "a", to: "b", scope: "inter" }];
    const org = small({ id: "g", links, roles: { a: {} }, subgroups: [{ id: "in", roles: { b: {} } }] });
    expect(relationsOf(org, play(["a"], ["b"])).communication[0]![1]).toBe(1);
  });
});
