import type { Rng } from "../../core/rng.ts";
import { createGuidance, type Guidance } from "../org/runtime/guidance.ts";
import type { Organization } from "../org/specification/organization.ts";
import type { Assignment } from "../org/team/assign.ts";
import { replicasWanted } from "../policy/actions.ts";
import type { ScalingGame } from "./scaling-env.ts";
import type { VectorGame } from "./vector-game.ts";

export type GuidanceOptions = {
  readonly organization: Organization;
  readonly assignment: Assignment;
  /** Of the organization's rewards in the agents'. */
  readonly weight: number;
  /** Draws when soft rules bind. */
  readonly rng: Rng;
};

export type GuidedGame = VectorGame & { readonly mask: Uint8Array; readonly guidance: Guidance };

/**
 * The scaling game under an organization: its mask, and its rewards beside the game's own. The mask of what is next to
 * be done stands after `restart` and `resetEnded`.
 */
export function guideGame(game: ScalingGame, options: GuidanceOptions): GuidedGame {
  const { agents, environments, actions } = game;
  const guidance = createGuidance({
    organization: options.organization,
    assignment: options.assignment,
    shape: { agents, environments, actions },
    sizesOf: (cell) => game.basis(cell),
    wanted: (action, cell) => replicasWanted(action, game.basis(cell)),
  });
  const totals: Record<string, number> = {};
  let before = sums(guidance);
  let rng = options.rng;

  function see(): void {
    guidance.see(game.readings(), game.atS, rng);
  }

  function total(): void {
    Object.assign(totals, game.totals);
    for (const [name, sum] of Object.entries(sums(guidance))) totals[name] = sum - before[name]!;
  }

  return {
    ...game,
    mask: guidance.mask,
    guidance,
    totals,
    clearTotals() {
      game.clearTotals();
      before = sums(guidance);
      total();
    },
    restart(era) {
      rng = options.rng.split(`era ${era}`);
      game.restart(era);
      for (let environment = 0; environment < environments; environment++) guidance.restart(environment);
      see();
    },
    step(taken) {
      guidance.act(taken, game.atS);
      game.step(taken);
      for (let cell = 0; cell < game.rewards.length; cell++)
        game.rewards[cell] = game.rewards[cell]! + options.weight * guidance.rewards[cell]!;
      total();
    },
    resetEnded() {
      for (let environment = 0; environment < environments; environment++)
        if (game.ended[environment] === 1) guidance.restart(environment);
      game.resetEnded();
      see();
    },
  };
}

/** Everything an organization counts, by a name of its own. */
function sums({ counts }: Guidance): Record<string, number> {
  const { rules, norms, goals } = counts;
  return {
    rulesApplied: rules.applied,
    rulesBroken: rules.broken,
    ruleConflicts: rules.conflicts,
    obligationsMet: norms.reduce((sum, { met }) => sum + met, 0),
    obligationsUnmet: norms.reduce((sum, { unmet }) => sum + unmet, 0),
    goalsReached: goals.reduce((sum, { reached }) => sum + reached, 0),
  };
}
