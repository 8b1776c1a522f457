import { createRng } from "../../../src/core/rng.ts";
import { guardRulesFor } from "../../../src/control/guard/rules.ts";
import { createScalingEnv, defaultRandomisation, type ScalingGame } from "../../../src/team/env/scaling-env.ts";
import { parseOrganization } from "../../../src/team/org/specification/parse-organization.ts";
import { assignRoles } from "../../../src/team/org/team/assign.ts";
import { perceptionOf } from "../../../src/team/org/team/relations.ts";
import { preferredAction } from "../../../src/team/policy/actions.ts";
import { observedFeatures } from "../../../src/team/policy/observe.ts";
import { burstyTraffic, calibrationOf, chain } from "../chain.ts";
import { grow, keep, shrink, smallTeam, type SmallTeam } from "./runtime/small-team.ts";

/** What an agent sees of its service. */
export const hot = 0.9;
export const cold = 0.1;
export const warm = 0.5;
export const all: readonly number[] = [shrink, keep, grow];
export const whenHot: object = { history: "#any_seq,hot", allow: ["grow"] };

/** Roles a and b with what is said of them, both in one group. */
export function structural(a: object, b: object, group: object = {}): object {
  return { structural: { roles: { a, b }, group: { id: "g", roles: { a: {}, b: {} }, ...group } } };
}

/** What the agents may do after seeing the service hot. */
export function allowedWhenHot(parts: object, ...roles: string[][]): unknown {
  const team = smallTeam(parts, roles);
  team.see(...roles.map(() => hot));
  return roles.map((_, agent) => team.allowed(agent));
}

/** What is done where the first agent asks for more replicas and the second, who plays b, gives some back. */
export function settled(
  links: readonly object[],
  group: object = { roles: { a: {}, b: {} } },
  [first, roles]: readonly [string, object] = ["a", { a: {}, b: {} }],
): unknown {
  const team = smallTeam({ structural: { roles, group: { id: "g", links, ...group } } }, [[first], ["b"]]);
  team.see(warm, warm);
  return Array.from(team.guidance.settle(Int32Array.of(grow, shrink)));
}

/** Whether a team of four services may be, the first of which plays these roles and the others `c`. */
export function isRefused(group: object, roles: object, ...played: string[]): boolean {
  const raw = { name: "small", structural: { roles: { c: {}, ...roles }, group: { id: "g", ...group } } };
  const parsed = parseOrganization(JSON.stringify(raw), "small.json");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const declared = Object.fromEntries(chain.services.map(({ name }, at) => [name, at === 0 ? played : ["c"]]));
  return assignRoles(parsed.value, chain, declared).problems.length > 0;
}

const leastLogBehind = (of: (cell: number) => number): number =>
  Math.min(1, ...[1, 2, 3].map((cell) => Math.log(of(cell))));

/** What the entry observes of the services behind it while pods of them are missing: their "need", their "pods", or "nothing". */
export function noticedByEntry(links: readonly object[]): string {
  const game = gameLinked(links);
  const { ready, desired } = game.readings();
  const readings: Readonly<Record<string, number>> = {
    need: leastLogBehind((cell) => ready[cell]! / game.bases.need[cell]!),
    pods: leastLogBehind((cell) => (ready[cell]! < desired[cell]! ? ready[cell]! / desired[cell]! : Number.MAX_VALUE)),
    nothing: 1,
  };
  const seen = game.observations[observedFeatures.indexOf("downstreamReadyToNeed")]!;
  const fitting = Object.keys(readings).filter((name) => Math.abs(readings[name]! - seen) < 1e-6);
  if (fitting.length !== 1) throw new Error(`expected one of ${JSON.stringify(readings)}, found ${seen}`);
  return fitting[0]!;
}

/** After some minutes that began with too few replicas. */
function gameLinked(links: readonly object[]): ScalingGame {
  const raw = {
    name: "small",
    structural: { roles: { a: {}, b: {} }, group: { id: "g", roles: { a: {}, b: {} }, links } },
  };
  const parsed = parseOrganization(JSON.stringify(raw), "small.json");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const calibration = calibrationOf(chain, 1);
  const game = createScalingEnv({
    topology: chain,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom: 1.5,
    traffic: burstyTraffic(chain, 120),
    meanRatePerS: 120,
    environments: 1,
    groupSize: 1,
    kappa: 40,
    randomisation: { ...defaultRandomisation, initial: [0.5, 0.8] },
    rng: createRng("conformance"),
    perception: perceptionOf(parsed.value, { roles: [["a"], ["b"], ["b"], ["b"]] }),
  });
  game.restart(0);
  for (let step = 0; step < 2; step++) {
    game.step(new Int32Array(chain.services.length).fill(preferredAction));
    game.resetEnded();
  }
  return game;
}

/** Two goals to reach, by being hot and by being cold, for role a. */
const heated = { id: "heated", reached: "#any_seq,hot", bonus: 1 };
const cooled = { id: "cooled", reached: "#any_seq,cold", bonus: 3 };

function serving(
  goal: object,
  missions: object,
  norms: readonly object[],
  preferences: readonly object[] = [],
): object {
  return { functional: { schemes: [{ id: "s", goal, missions }], preferences }, normative: norms };
}

function norm(mission: string, more: object = {}): object {
  return { id: `n-${mission}`, type: "obligation", role: "a", mission, ...more };
}

/** A team that pursues one goal under one norm. */
export function cooling(
  more: { goal?: object; mission?: object; norm?: object } = {},
  ...roles: string[][]
): SmallTeam {
  const missions = { cool: { goals: ["cooled"], ...more.mission } };
  const parts = serving({ ...cooled, ...more.goal }, missions, [norm("cool", more.norm)]);
  return smallTeam(parts, roles.length === 0 ? [["a"]] : roles);
}

/** Rewards of the agents for seeing these, 10 s apart, and keeping their size. */
export function rewards(team: SmallTeam, ...seen: (readonly number[])[]): readonly (readonly number[])[] {
  return seen.map((cpu) => {
    team.see(...cpu);
    return team.act(...cpu.map(() => keep));
  });
}

/** Rewards for being cold, hot and cold again, and how often the plan worked. */
export function planned(operator: string): unknown {
  const plan = { operator, goals: [heated, cooled] };
  const team = smallTeam(serving({ id: "both", plan }, { work: { goals: ["heated", "cooled"] } }, [norm("work")]), [
    ["a"],
  ]);
  const earned = rewards(team, [cold], [hot], [cold]).flat();
  return { earned, worked: team.guidance.counts.plans[0]!.succeeded };
}

export function promised(rate: number): unknown {
  const plan = { operator: "sequence", success_rate: rate, goals: [{ ...heated, within_s: 5 }, cooled] };
  const team = smallTeam(serving({ id: "both", plan }, { work: { goals: ["heated", "cooled"] } }, [norm("work")]), [
    ["a"],
  ]);
  rewards(team, [warm], [hot], [cold]);
  const { expectedRate, succeeded, failed } = team.guidance.counts.plans[0]!;
  return { expectedRate, rate: succeeded / (succeeded + failed) };
}

/** Rewards where one may serve two missions, each worth something of its own, at once. */
export function choosing(preferences: readonly object[]): unknown {
  const goals = [cooled, { ...cooled, id: "chilled", bonus: 10 }];
  const missions = { cool: { goals: ["cooled"] }, chill: { goals: ["chilled"] } };
  const norms = [norm("cool"), norm("chill")];
  const parts = serving({ id: "both", plan: { operator: "parallel", goals } }, missions, norms, preferences);
  return rewards(smallTeam(parts, [["a"]]), [cold]).flat();
}

/** What a rule of this hardness leaves, and what breaking it costs. */
export function ruled(hardness: number): unknown {
  const team = smallTeam(structural({ rules: [{ ...whenHot, hardness, penalty: 2 }] }, {}), [["a"]]);
  team.see(hot);
  return { allowed: team.allowed(0), cost: team.act(keep) };
}

export const authority: object = { type: "authority", from: "a", to: "b" };
export const apart: object = { roles: { a: {} }, subgroups: [{ id: "h", roles: { b: {} } }] };
export const within: object = { subgroups: [{ id: "h", roles: { a: {}, b: {} } }] };
/** A group in which c and b can be played. */
export const second: object = { roles: { c: {}, b: {} } };

/** Roles c and a in two groups, and a compatibility of this scope. */
export function inTwo(scope: string): object {
  const compatibilities = [{ from: "a", to: "c", scope }];
  return { roles: { c: {} }, subgroups: [{ id: "h", roles: { a: {} } }], compatibilities };
}

export function normCounts(more: object): unknown {
  const team = cooling({ norm: more });
  rewards(team, [warm], [warm], [warm]);
  const { inForce, met, unmet } = team.guidance.counts.norms[0]!;
  return { inForce, met, unmet };
}

export function lateGoals(more: object): unknown {
  const team = cooling({ goal: more });
  rewards(team, [warm], [warm], [warm], [warm]);
  return team.guidance.counts.goals[0]!.late;
}
