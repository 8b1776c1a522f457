import type { Readings } from "../../../control/readings/readings.ts";
import type { Rng } from "../../../core/rng.ts";
import type { Organization } from "../specification/organization.ts";
import type { Assignment } from "../team/assign.ts";
import type { GoalCounts, PlanCounts } from "./goals.ts";
import { createHistories } from "./histories.ts";
import { createMissions } from "./missions.ts";
import { createNorms, type NormCounts } from "./norms.ts";
import { createRoleRules, type RuleCounts, type TeamShape } from "./role-rules.ts";
import { labelAction, type Sizes } from "./what-is-done.ts";
import { createSight } from "./what-is-seen.ts";

/** What an organization makes of a team while it plays. */
export type Guidance = {
  /** 1 where an action may be taken: [agents][environments][actions]; at least one of each. */
  readonly mask: Uint8Array;
  /** What the organization adds to each agent's reward of the last step: [agents][environments]. */
  readonly rewards: Float64Array;
  readonly counts: GuidanceCounts;
  /** Takes what is seen now, and sets the mask. @param atS  time of each environment's episode, s */
  see(readings: Readings, atS: Float64Array, rng: Rng): void;
  /** Takes what is done, and sets the rewards, which stay until the next `act`. */
  act(actions: Int32Array, atS: Float64Array): void;
  /** An environment begins a new episode. */
  restart(environment: number): void;
};

export type GuidanceCounts = {
  readonly rules: RuleCounts;
  readonly norms: readonly NormCounts[];
  readonly goals: readonly GoalCounts[];
  readonly plans: readonly PlanCounts[];
  readonly short: ReadonlyMap<string, number>;
};

export type GuidanceSpec = {
  readonly organization: Organization;
  readonly assignment: Assignment;
  readonly shape: TeamShape;
  /** What a cell's agent chooses between. */
  readonly sizesOf: (cell: number) => Sizes;
  /** Replicas an action asks for in a cell; NaN where unknown. */
  readonly wanted: (action: number, cell: number) => number;
};

/**
 * An organization at work: rules mask and charge, norms come into force and end, missions get agents, goals are reached.
 * The same code runs in training, in evaluation and live.
 */
export function createGuidance(spec: GuidanceSpec): Guidance {
  const { organization, assignment, shape } = spec;
  const { agents, environments, actions } = shape;
  const cells = agents * environments;
  const histories = createHistories(organization, cells);
  const sight = createSight(organization);
  const rules = createRoleRules(organization, assignment, shape, histories);
  const norms = createNorms(organization, assignment, environments, histories);
  const missions = createMissions(organization, agents, environments, norms, histories);
  const labels = new Uint8Array(cells * actions);
  const rewards = new Float64Array(cells);

  function label(cell: number): void {
    const sizes = spec.sizesOf(cell);
    for (let action = 0; action < actions; action++)
      labels[cell * actions + action] = labelAction(spec.wanted(action, cell), sizes);
  }

  for (let environment = 0; environment < environments; environment++) missions.restart(environment, 0);
  return {
    mask: rules.mask,
    rewards,
    counts: {
      rules: rules.counts,
      norms: norms.counts,
      goals: missions.goals,
      plans: missions.plans,
      short: missions.short,
    },
    see(readings, atS, rng) {
      for (let cell = 0; cell < cells; cell++) {
        histories.see(cell, sight(readings, cell, spec.sizesOf(cell).need));
        norms.begin(cell, atS[cell % environments]!);
        label(cell);
      }
      rules.update(labels, rng);
    },
    act(taken, atS) {
      rewards.fill(0);
      rules.charge(taken, rewards);
      // What was just seen may have reached a goal; what is done now belongs to what comes next.
      for (let environment = 0; environment < environments; environment++)
        missions.update(environment, atS[environment]!, rewards);
      for (let cell = 0; cell < cells; cell++) {
        norms.charge(cell, atS[cell % environments]!, rewards);
        histories.act(cell, labels[cell * actions + taken[cell]!]!);
      }
    },
    restart(environment) {
      for (let cell = environment; cell < cells; cell += environments) {
        histories.restart(cell);
        norms.restart(cell);
      }
      missions.restart(environment, 0);
    },
  };
}
