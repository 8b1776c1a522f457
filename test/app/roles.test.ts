import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readInputs } from "../../src/app/inputs.ts";
import { readRoles } from "../../src/app/roles.ts";
import { KarmaError } from "../../src/core/errors.ts";
import { packagePath } from "../../src/host/package-files.ts";
import { carriedProblems } from "../../src/team/policy/carried-organization.ts";
import { createFolder } from "../host/folder.ts";

const { topology } = readInputs({ cwd: "/", topology: packagePath("topologies/karma-chained.json") });

function problemsOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof KarmaError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  throw new Error("expected a failure");
}

test("a shipped organization is named, and its roles go by the places of the services", () => {
  const { document, roles } = readRoles({ cwd: "/", roles: "karma", assign: [] }, topology);
  expect(document["name"]).toBe("karma");
  expect(roles).toEqual([["ddos", "failure"], ["bottleneck", "failure"], ["failure"], ["failure", "resource"]]);
  expect(carriedProblems({ document, roles }, 4)).toEqual([]);
});

test("what is declared counts instead, for the services it names", () => {
  const { roles } = readRoles({ cwd: "/", roles: "karma", assign: ["c=resource,failure", "d=failure"] }, topology);
  expect(roles).toEqual([["ddos", "failure"], ["bottleneck", "failure"], ["resource", "failure"], ["failure"]]);
});

test("a file may be YAML; a checkpoint carries it as plain data", () => {
  const cwd = createFolder();
  const text = "name: small\nstructural: { roles: { a: { services: [all] } }, group: { id: g, roles: { a: {} } } }\n";
  writeFileSync(join(cwd, "small.yaml"), text);
  const { document, roles } = readRoles({ cwd, roles: "small.yaml", assign: [] }, topology);
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(roles).toEqual([["a"], ["a"], ["a"], ["a"]]);
});

test("all problems of an assignment are told at once", () => {
  const assign = ["a=ddos,resource", "x=failure", "nonsense", "b=scaler", "b=failure"];
  expect(problemsOf(() => readRoles({ cwd: "/", roles: "karma", assign }, topology))).toEqual([
    "--assign: expected service=role,role, found nonsense",
    "--assign: expected each service once, found b again",
    "x: expected a service, found x",
    "b: expected a role that can be played, found scaler",
    "a: expected roles that go together, found ddos and resource: no compatibility joins them",
    "team.bottleneck: expected at least 1 players of bottleneck, found 0",
  ]);
});

test("an unknown name is told with those that ship", () => {
  expect(() => readRoles({ cwd: "/", roles: "karm", assign: [] }, topology)).toThrow(/did you mean "karma"/);
});
