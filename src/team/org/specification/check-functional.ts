import type { PathSegment } from "../../../system/topology/path.ts";
import { didYouMean } from "../../../system/topology/nearest.ts";
import type { Report } from "../../../system/topology/report.ts";
import { type Goal, goalsOf, type Organization, type Scheme } from "./organization.ts";

type Path = readonly PathSegment[];

/** Goals, missions and preferences that cannot be. */
export function checkFunctional({ schemes, preferences }: Organization, report: Report): void {
  const missions = schemes.flatMap((scheme) => [...scheme.missions.keys()]);
  for (const [at, scheme] of schemes.entries()) {
    const path = ["functional", "schemes", at];
    if (schemes.findIndex(({ id }) => id === scheme.id) < at)
      report.problem([...path, "id"], `expected a name of its own, found ${scheme.id} twice`);
    checkGoals(scheme, path, report);
    checkMissions(scheme, missions, path, report);
  }
  checkPreferences(preferences, missions, report);
}

function checkGoals({ goal, missions }: Scheme, path: Path, report: Report): void {
  const seen = new Set<string>();
  const pursued = new Set([...missions.values()].flatMap(({ goals }) => goals));
  visit(goal, [...path, "goal"]);

  function visit(one: Goal, at: Path): void {
    if (seen.has(one.id)) report.problem([...at, "id"], `expected a name of its own, found ${one.id} twice`);
    seen.add(one.id);
    if (one.plan !== undefined && one.reached !== undefined)
      report.problem(
        [...at, "reached"],
        `expected a plan or \`reached\`, found both: ${one.id} is reached by its plan`,
      );
    if (one.plan === undefined && one.reached === undefined)
      report.problem(at, `expected \`reached\` or a plan: ${one.id} could never be reached`);
    if (one.plan === undefined && !pursued.has(one.id))
      report.problem(at, `expected ${one.id} in a mission: nobody would pursue it`);
    one.plan?.goals.forEach((inner, k) => visit(inner, [...at, "plan", "goals", k]));
  }
}

function checkMissions({ goal, missions }: Scheme, all: readonly string[], path: Path, report: Report): void {
  const goals = goalsOf(goal).map(({ id }) => id);
  for (const [name, mission] of missions) {
    const at = [...path, "missions", name];
    if (all.filter((other) => other === name).length > 1)
      report.problem(at, `expected a name of its own, found ${name} in more than one scheme`);
    if (mission.goals.length === 0)
      report.problem([...at, "goals"], `expected at least one goal of ${name}, found none`);
    for (const [k, id] of mission.goals.entries())
      if (!goals.includes(id))
        report.problem([...at, "goals", k], `expected a goal of the scheme, found ${id}${didYouMean(id, goals)}`);
    const { min, max } = mission;
    if (min > max)
      report.problem(at, `expected a cardinality that can be met, found at least ${min} and at most ${max}`);
  }
}

function checkPreferences(preferences: Organization["preferences"], missions: readonly string[], report: Report): void {
  for (const [at, preference] of preferences.entries()) {
    const path = ["functional", "preferences", at];
    for (const side of ["mission", "over"] as const) {
      const name = preference[side];
      if (!missions.includes(name))
        report.problem([...path, side], `expected a mission, found ${name}${didYouMean(name, missions)}`);
    }
    if (reaches(preferences, preference.over, preference.mission))
      report.problem(path, `expected an order: ${preference.over} is preferred over ${preference.mission} too`);
  }
}

/** True where `from` is preferred over `to`, directly or not. */
function reaches(preferences: Organization["preferences"], from: string, to: string): boolean {
  const reached = new Set([from]);
  for (const one of reached) for (const { mission, over } of preferences) if (mission === one) reached.add(over);
  return reached.has(to);
}
