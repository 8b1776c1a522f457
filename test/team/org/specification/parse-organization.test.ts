import { describe, expect, test } from "vitest";
import { withAncestors } from "../../../../src/team/org/specification/inheritance.ts";
import { parseOrganization } from "../../../../src/team/org/specification/parse-organization.ts";
import { karmaWith, type Loose } from "./organization.ts";

function parse(change: (organization: Loose) => void = () => {}): ReturnType<typeof parseOrganization> {
  return parseOrganization(karmaWith(change), "karma.json");
}

function problemsOf(change: (organization: Loose) => void): readonly { path: string; message: string }[] {
  const result = parse(change);
  return result.ok ? [] : result.problems;
}

describe("the organization that ships", () => {
  const result = parse();
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { value } = result;

  test("is read whole, with every default", () => {
    expect([...value.roles.keys()]).toEqual(["scaler", "bottleneck", "ddos", "failure", "resource"]);
    expect(value.group.roles.get("failure")).toEqual({ min: 0, max: Number.POSITIVE_INFINITY });
    expect(value.group).toMatchObject({ min: 0, max: 1 });
    expect(value.group.links[1]).toEqual({
      type: "communication",
      from: "ddos",
      to: "bottleneck",
      scope: "intra",
      isBidirectional: false,
      extendsToSubgroups: false,
    });
    expect(value.labels.get("idle")).toEqual([
      { signal: "cpu", above: Number.NEGATIVE_INFINITY, below: 0.3 },
      { signal: "need_to_size", above: Number.NEGATIVE_INFINITY, below: 0.5 },
    ]);
    expect(value.schemes[0]!.missions.get("save")).toMatchObject({ min: 0, max: Number.POSITIVE_INFINITY, weight: 1 });
    expect(value.norms.map(({ type }) => type)).toEqual(["obligation", "obligation", "obligation", "permission"]);
    expect(value.norms[3]!.when).toBeUndefined();
  });

  test("lets its roles inherit", () => {
    expect(withAncestors(value.roles, "ddos")).toEqual(["ddos", "scaler"]);
  });
});

const structural = (organization: Loose): Loose => organization.structural;
const scheme = (organization: Loose): Loose => organization.functional.schemes[0];

describe("an organization is refused", () => {
  test.each<[string, (organization: Loose) => void, string, string]>([
    [
      "with a label that is a kind of action",
      (o) => (o.labels.grow = o.labels.idle),
      "labels.grow",
      "expected another name: grow is a kind of action",
    ],
    ["with an unknown field", (o) => (o.roels = {}), "roels", "expected one of"],
    ["with an unknown signal", (o) => (o.labels.idle[0].signal = "cpus"), "labels.idle[0].signal", "cpus"],
    ["with a condition of nothing", (o) => (o.labels.idle = [{ signal: "cpu" }]), "labels.idle[0]", "expected"],
    [
      "with an unknown parent",
      (o) => (structural(o).roles.ddos.extends = ["scalar"]),
      "structural.roles.ddos.extends[0]",
      'expected a role, found scalar; did you mean "scaler"?',
    ],
    [
      "with a role that extends itself",
      (o) => (structural(o).roles.scaler.extends = ["ddos"]),
      "structural.roles.scaler.extends",
      "expected no cycle: scaler extends itself",
    ],
    [
      "with an abstract role in a group",
      (o) => (structural(o).group.roles.scaler = {}),
      "structural.group.roles.scaler",
      "expected a role that can be played, found scaler, which is abstract",
    ],
    [
      "with an unknown role in a group",
      (o) => (structural(o).group.roles.ghost = {}),
      "structural.group.roles.ghost",
      "expected a role, found ghost",
    ],
    [
      "with a role nobody can play",
      (o) => delete structural(o).group.roles.failure,
      "structural.roles.failure",
      'expected failure in the roles of a group, or `"abstract": true`',
    ],
    [
      "with services of an abstract role",
      (o) => (structural(o).roles.scaler.services = ["all"]),
      "structural.roles.scaler.services",
      "expected no services: scaler is abstract, nobody plays it",
    ],
    [
      "with a cardinality that can't be met",
      (o) => (structural(o).group.roles.ddos = { min: 3, max: 2 }),
      "structural.group.roles.ddos",
      "expected a cardinality that can be met, found at least 3 and at most 2",
    ],
    [
      "with two groups of one name",
      (o) => (structural(o).group.subgroups = [{ id: "team" }]),
      "structural.group.subgroups[0].id",
      "expected a name of its own, found team twice",
    ],
    [
      "with a link of an unknown role",
      (o) => (structural(o).group.links[0].to = "nobody"),
      "structural.group.links[0].to",
      "expected a role, found nobody",
    ],
    [
      "with authority in a circle",
      (o) => structural(o).group.links.push({ type: "authority", from: "resource", to: "ddos" }),
      "structural.group.links[3]",
      "expected authority over others: these links lead back to where they began",
    ],
    [
      "with mutual authority",
      (o) => (structural(o).group.links[3].bidirectional = true),
      "structural.group.links[3]",
      "expected authority over others: these links lead back to where they began",
    ],
    [
      "with a role compatible with itself",
      (o) => (structural(o).group.compatibilities[0].to = "failure"),
      "structural.group.compatibilities[0]",
      "expected two roles, found failure twice",
    ],
    [
      "with an action that is none",
      (o) => (structural(o).roles.ddos.rules[0].allow = ["growing"]),
      "structural.roles.ddos.rules[0].allow[0]",
      "expected a kind of action (grow, keep, shrink, cover_need, jump), found growing",
    ],
    [
      "with a history that is none",
      (o) => (structural(o).roles.ddos.rules[0].history = "[flooded"),
      "structural.roles.ddos.rules[0].history",
      "expected `,`, `|` or `]` at character 9, found the end",
    ],
    [
      "with an unknown label in a history",
      (o) => (structural(o).roles.ddos.rules[0].history = "floded"),
      "structural.roles.ddos.rules[0].history",
      'expected a known label, found floded; did you mean "flooded"?',
    ],
    [
      "with two schemes of one name",
      (o) => o.functional.schemes.push(structuredClone(scheme(o))),
      "functional.schemes[1].id",
      "expected a name of its own, found serve twice",
    ],
    [
      "with two goals of one name",
      (o) => (scheme(o).goal.plan.goals[1].id = "pods-replaced"),
      "functional.schemes[0].goal.plan.goals[2].id",
      "expected a name of its own, found pods-replaced twice",
    ],
    [
      "with a goal that has a plan and is reached",
      (o) => (scheme(o).goal.reached = "calm"),
      "functional.schemes[0].goal.reached",
      "expected a plan or `reached`, found both: objective-met is reached by its plan",
    ],
    [
      "with a goal that is never reached",
      (o) => delete scheme(o).goal.plan.goals[1].reached,
      "functional.schemes[0].goal.plan.goals[1]",
      "expected `reached` or a plan: flood-absorbed could never be reached",
    ],
    [
      "with a goal nobody pursues",
      (o) => (scheme(o).missions.relieve.goals = ["queue-drained"]),
      "functional.schemes[0].goal.plan.goals[0].plan.goals[0]",
      "expected pressure-seen in a mission: nobody would pursue it",
    ],
    [
      "with a mission without a goal",
      (o) => (scheme(o).missions.idle = { goals: [] }),
      "functional.schemes[0].missions.idle.goals",
      "expected at least one goal of idle, found none",
    ],
    [
      "with a mission of an unknown goal",
      (o) => scheme(o).missions.save.goals.push("nothing-wastd"),
      "functional.schemes[0].missions.save.goals[1]",
      'expected a goal of the scheme, found nothing-wastd; did you mean "nothing-wasted"?',
    ],
    [
      "with a mission that can't be met",
      (o) => Object.assign(scheme(o).missions.save, { min: 2, max: 1 }),
      "functional.schemes[0].missions.save",
      "expected a cardinality that can be met, found at least 2 and at most 1",
    ],
    [
      "with a mission short of agents",
      (o) => [(scheme(o).missions.absorb.min = 2), (structural(o).group.roles.ddos.max = 1)],
      "functional.schemes[0].missions.absorb",
      "expected roles for at least 2 agents, found at most 1 who may commit",
    ],
    [
      "with a mission without a norm",
      (o) => o.normative.pop(),
      "functional.schemes[0].missions.save",
      "expected a norm that obliges or permits a role to commit to save, found none",
    ],
    [
      "with a preference for nothing",
      (o) => (o.functional.preferences[0].mission = "sleep"),
      "functional.preferences[0].mission",
      "expected a mission, found sleep",
    ],
    [
      "with preferences in a circle",
      (o) => o.functional.preferences.push({ mission: "save", over: "relieve" }),
      "functional.preferences[0]",
      "expected an order: save is preferred over relieve too",
    ],
    [
      "with a norm for nobody",
      (o) => (o.normative[0].role = "botleneck"),
      "normative[0].role",
      'expected a role, found botleneck; did you mean "bottleneck"?',
    ],
    [
      "with a norm for a role at most 0 agents play",
      (o) => (structural(o).group.roles.bottleneck = { max: 0 }),
      "normative[0].role",
      "expected a role that somebody can play, found bottleneck",
    ],
    [
      "with a norm for no mission",
      (o) => (o.normative[0].mission = "releave"),
      "normative[0].mission",
      'expected a mission, found releave; did you mean "relieve"?',
    ],
    [
      "with two norms of one name",
      (o) => (o.normative[1].id = "bottleneck-relieves"),
      "normative[1].id",
      "expected a name of its own, found bottleneck-relieves twice",
    ],
    [
      "with an obligation nobody may commit to",
      (o) => (scheme(o).missions.replace.max = 0),
      "normative[2]",
      "expected a mission somebody may commit to: replace has at most 0 agents",
    ],
    [
      "with a permission that is an obligation too",
      (o) => o.normative.push({ id: "must-save", type: "obligation", role: "resource", mission: "save" }),
      "normative[4]",
      "expected one word on save for resource, found who-idles-saves, which makes it an option",
    ],
  ])("%s", (_, change, path, message) => {
    const problem = problemsOf(change).find((one) => one.path === path);
    expect(problem?.message).toContain(message);
  });

  test("with everything that is wrong at once", () => {
    const problems = problemsOf((o) => {
      o.normative[0].role = "nobody";
      o.functional.preferences[0].mission = "sleep";
      structural(o).group.links[0].to = "nobody";
    });
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "normative[0].role",
        "functional.preferences[0].mission",
        "structural.group.links[0].to",
      ]),
    );
  });

  test("and never by a stack trace, whatever it extends", () => {
    const deep = Object.fromEntries(
      Array.from({ length: 55 }, (_, at) => [
        `r${at}`,
        { abstract: true, extends: [`r${(at + 1) % 55}`, `r${(at + 2) % 55}`] },
      ]),
    );
    const problems = problemsOf((o) => Object.assign(structural(o).roles, deep));
    expect(problems.length).toBe(55);
  });
});
