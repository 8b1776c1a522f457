import type { Report } from "../../../system/topology/report.ts";
import type { PathSegment } from "../../../system/topology/path.ts";
import { didYouMean } from "../../../system/topology/nearest.ts";
import { isFault, parsePattern } from "../pattern/parse-pattern.ts";
import { labelsOf, type Pattern } from "../pattern/pattern.ts";
import { actionLabels } from "./action-labels.ts";
import type { Cardinality, Goal, Group, Link, Norm, Organization, Relation, Role, Scheme } from "./organization.ts";
import type {
  RawCardinality,
  RawGoal,
  RawGroup,
  RawLink,
  RawNorm,
  RawOrganization,
  RawRelation,
  RawRole,
  RawScheme,
} from "./raw-organization.ts";

type Path = readonly PathSegment[];
/** Reads a pattern and reports what is wrong with it. */
type ReadPattern = (text: string, path: Path) => Pattern;

const nothing: Pattern = { kind: "choice", options: [] };
const endless = Number.POSITIVE_INFINITY;

/** What a file says, with every default filled in. */
export function decodeOrganization(raw: RawOrganization, report: Report): Organization {
  const labels = new Map(
    Object.entries(raw.labels ?? {}).map(([label, conditions]) => [
      label,
      conditions.map(({ signal, above = -endless, below = endless }) => ({ signal, above, below })),
    ]),
  );
  for (const label of labels.keys())
    if (label in actionLabels) report.problem(["labels", label], `expected another name: ${label} is a kind of action`);
  const read = patternReader([...labels.keys(), ...Object.keys(actionLabels)], report);
  const roles = Object.entries(raw.structural.roles);
  return {
    name: raw.name,
    labels,
    roles: new Map(roles.map(([name, role]) => [name, decodeRole(name, role, read)])),
    group: decodeGroup(raw.structural.group),
    schemes: (raw.functional?.schemes ?? []).map((scheme, at) => decodeScheme(scheme, at, read)),
    preferences: raw.functional?.preferences ?? [],
    norms: (raw.normative ?? []).map((norm, at) => decodeNorm(norm, at, read)),
  };
}

function patternReader(known: readonly string[], report: Report): ReadPattern {
  return (text, path) => {
    const pattern = parsePattern(text);
    if (isFault(pattern)) {
      report.problem(path, pattern.message);
      return nothing;
    }
    for (const label of labelsOf(pattern))
      if (!known.includes(label))
        report.problem(path, `expected a known label, found ${label}${didYouMean(label, known)}`);
    return pattern;
  };
}

function decodeRole(name: string, raw: RawRole, read: ReadPattern): Role {
  const path = ["structural", "roles", name, "rules"];
  return {
    name,
    parents: raw.extends ?? [],
    isAbstract: raw.abstract ?? false,
    services: raw.services ?? [],
    rules: (raw.rules ?? []).map(({ history, allow, hardness = 1, penalty = 1 }, at) => ({
      history: read(history, [...path, at, "history"]),
      allow,
      hardness,
      penalty,
    })),
  };
}

function decodeGroup(raw: RawGroup): Group {
  return {
    id: raw.id,
    ...decodeCardinality(raw, 1),
    roles: new Map(Object.entries(raw.roles ?? {}).map(([role, own]) => [role, decodeCardinality(own)])),
    links: (raw.links ?? []).map(decodeLink),
    compatibilities: (raw.compatibilities ?? []).map(decodeRelation),
    subgroups: (raw.subgroups ?? []).map(decodeGroup),
  };
}

function decodeCardinality({ min = 0, max = endless }: RawCardinality, otherwiseMax = endless): Cardinality {
  return { min, max: max === endless ? otherwiseMax : max };
}

function decodeLink(raw: RawLink): Link {
  return { type: raw.type, ...decodeRelation(raw) };
}

function decodeRelation(raw: RawRelation): Relation {
  const { from, to, scope = "intra", bidirectional = false, extends_to_subgroups: extendsToSubgroups = false } = raw;
  return { from, to, scope, isBidirectional: bidirectional, extendsToSubgroups };
}

function decodeScheme(raw: RawScheme, at: number, read: ReadPattern): Scheme {
  const missions = Object.entries(raw.missions ?? {});
  return {
    id: raw.id,
    goal: decodeGoal(raw.goal, ["functional", "schemes", at, "goal"], read),
    missions: new Map(
      missions.map(([name, { goals, weight = 1, ...cardinality }]) => [
        name,
        { name, scheme: raw.id, goals, weight, ...decodeCardinality(cardinality) },
      ]),
    ),
  };
}

function decodeGoal(raw: RawGoal, path: Path, read: ReadPattern): Goal {
  const { plan } = raw;
  return {
    id: raw.id,
    reached: raw.reached === undefined ? undefined : read(raw.reached, [...path, "reached"]),
    bonus: raw.bonus ?? 0,
    withinS: raw.within_s ?? endless,
    plan: plan && {
      operator: plan.operator,
      successRate: plan.success_rate ?? 1,
      goals: plan.goals.map((goal, at) => decodeGoal(goal, [...path, "plan", "goals", at], read)),
    },
  };
}

function decodeNorm(raw: RawNorm, at: number, read: ReadPattern): Norm {
  const { id, type, role, mission, when, within_s: withinS = endless, penalty = 1 } = raw;
  const inForce = when === undefined ? undefined : read(when, ["normative", at, "when"]);
  return { id, type, role, mission, when: inForce, withinS, penalty };
}
