import type { Readings } from "../../../control/readings/readings.ts";
import type { Rng } from "../../../core/rng.ts";
import type { Organization } from "../specification/organization.ts";
import type { Assignment } from "../team/assign.ts";
import { relationsOf } from "../team/relations.ts";
import { type Authority, type ConflictCounts, createAuthority } from "./authority.ts";
import type { GoalCounts, PlanCounts } from "./goals.ts";
import { createHistories, type Histories } from "./histories.ts";
import { createMissions, type Missions } from "./missions.ts";
import { createNorms, type NormCounts, type NormState } from "./norms.ts";
import type { Prohibition } from "./prohibitions.ts";
import { type Choice, createRoleRules, type RoleRules, type RuleCounts, type TeamShape } from "./role-rules.ts";
import { labelAction } from "./what-is-done.ts";
import { createSight, type Sight } from "./what-is-seen.ts";

/** What an organization makes of a team while it plays. */
export type Guidance = {
  /** 1 where an action may be taken: [agents][environments][actions]; at least one of each. */
  readonly mask: Uint8Array;
  /** What the organization adds to each agent's reward of the last step: [agents][environments]. */
  readonly rewards: Float64Array;
  readonly counts: GuidanceCounts;
  /** Takes what is seen now, and sets the mask. @param atS  time of each environment's episode, s */
  see(readings: Readings, atS: Float64Array, rng: Rng): void;
  /** What is done of what was chosen, once authority has decided: [agents][environments], the same array each time. */
  settle(chosen: Int32Array): Int32Array;
  /** Who overruled each agent in the last `settle`; -1: nobody: [agents][environments]. */
  readonly overruledBy: Int32Array;
  /** Takes what is done, and sets the rewards, which stay until the next `act`. */
  act(actions: Int32Array, atS: Float64Array): void;
  /** An environment begins a new episode. */
  restart(environment: number): void;
  /** Which rules make the mask of a cell what it is; to be asked between `see` and `act`. */
  prohibitions(cell: number): readonly Prohibition[];
};

export type GuidanceCounts = {
  readonly rules: RuleCounts;
  readonly norms: readonly NormCounts[];
  readonly goals: readonly GoalCounts[];
  readonly plans: readonly PlanCounts[];
  readonly short: ReadonlyMap<string, number>;
  /** By superior and subordinate. */
  readonly conflicts: readonly ConflictCounts[];
};

export type GuidanceSpec = Choice & {
  readonly organization: Organization;
  readonly assignment: Assignment;
  readonly shape: TeamShape;
};

type Parts = {
  readonly spec: GuidanceSpec;
  readonly histories: Histories;
  readonly sight: Sight;
  readonly rules: RoleRules;
  readonly authority: Authority;
  readonly norms: NormState;
  readonly missions: Missions;
  /** Labels of the actions taken, those that some pattern of the agent asks for: [cells]. */
  readonly done: Int32Array;
  /** Labels of actions that patterns ask for, as bits: [agents]. */
  readonly askedOfDone: readonly number[];
  readonly rewards: Float64Array;
};

/**
 * An organization at work: rules mask and charge, norms come into force and end, missions get agents, goals are reached.
 * The same code runs in training, in evaluation and live. Nothing is allocated per step.
 */
export function createGuidance(spec: GuidanceSpec): Guidance {
  const parts = createParts(spec);
  const { rules, norms, missions, authority, rewards } = parts;
  for (let environment = 0; environment < spec.shape.environments; environment++) missions.restart(environment, 0);
  return {
    mask: rules.mask,
    rewards,
    counts: {
      rules: rules.counts,
      norms: norms.counts,
      goals: missions.goals,
      plans: missions.plans,
      short: missions.short,
      conflicts: authority.counts,
    },
    see: (readings, atS, rng) => see(parts, readings, atS, rng),
    settle: (chosen) => authority.settle(chosen),
    overruledBy: authority.overruledBy,
    act: (taken, atS) => act(parts, taken, atS),
    restart: (environment) => restart(parts, environment),
    prohibitions: (cell) => rules.prohibitions(cell),
  };
}

function createParts(spec: GuidanceSpec): Parts {
  const { organization, assignment, shape } = spec;
  const { agents, environments } = shape;
  const cells = agents * environments;
  const histories = createHistories(organization, agents, environments);
  const rules = createRoleRules(organization, assignment, shape, { histories, choice: spec });
  const { authority: links } = relationsOf(organization, assignment);
  const norms = createNorms(organization, assignment, environments, histories);
  const missions = createMissions(organization, agents, environments, norms, histories);
  // By now every pattern is known.
  const all = Array.from({ length: agents }, (_, agent) => agent);
  return {
    spec,
    histories,
    sight: createSight(
      organization,
      all.map((agent) => histories.askedOfSeen(agent)),
      environments,
    ),
    rules,
    authority: createAuthority({ shape, links, mask: rules.mask, choice: spec }),
    norms,
    missions,
    askedOfDone: all.map((agent) => histories.askedOfDone(agent)),
    done: new Int32Array(cells),
    rewards: new Float64Array(cells),
  };
}

function see(parts: Parts, readings: Readings, atS: Float64Array, rng: Rng): void {
  const { spec, histories, sight, norms, rules } = parts;
  histories.see(sight(readings, spec.sizes.need));
  norms.begin(atS);
  rules.update(rng);
}

function act(parts: Parts, taken: Int32Array, atS: Float64Array): void {
  const { rules, missions, norms, histories, done, rewards } = parts;
  rewards.fill(0);
  rules.charge(taken, rewards);
  // What was just seen may have reached a goal; what is done now belongs to what comes next.
  missions.update(atS, rewards);
  norms.charge(atS, rewards);
  labelDone(parts, taken, atS.length);
  histories.act(done);
}

function labelDone({ spec, askedOfDone, done }: Parts, taken: Int32Array, environments: number): void {
  const { sizes, wanted } = spec;
  for (let agent = 0; agent < askedOfDone.length; agent++) {
    const asked = askedOfDone[agent]!;
    if (asked === 0) continue;
    for (let cell = agent * environments; cell < (agent + 1) * environments; cell++)
      done[cell] = labelAction(wanted(taken[cell]!, cell), sizes.size[cell]!, sizes.need[cell]!) & asked;
  }
}

function restart({ spec, histories, norms, missions }: Parts, environment: number): void {
  const { agents, environments } = spec.shape;
  for (let agent = 0; agent < agents; agent++) histories.restart(agent * environments + environment);
  norms.restart(environment);
  missions.restart(environment, 0);
}
