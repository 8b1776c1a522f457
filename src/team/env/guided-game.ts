import type { Rng } from "../../core/rng.ts";
import { createGuidance, type Guidance } from "../org/runtime/guidance.ts";
import type { Organization } from "../org/specification/organization.ts";
import type { Assignment } from "../org/team/assign.ts";
import { choiceIn } from "../policy/action-choice.ts";
import type { ScalingGame } from "./scaling-env.ts";
import type { VectorGame } from "./vector-game.ts";

export type GuidanceOptions = {
  readonly organization: Organization;
  readonly assignment: Assignment;
  /** Of the agents, for the log of conflicts; their numbers when left out. */
  readonly names?: readonly string[];
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
  const guidance = guidanceOf(game, options);
  const playing: Playing = { game, guidance, options, rng: options.rng };
  const { totals, clear } = totalsOf(game, sumsOf(guidance, options.names));
  return {
    ...game,
    mask: guidance.mask,
    guidance,
    totals,
    clearTotals() {
      game.clearTotals();
      clear();
    },
    restart(era) {
      playing.rng = options.rng.split(`era ${era}`);
      game.restart(era);
      for (let environment = 0; environment < game.environments; environment++) guidance.restart(environment);
      see(playing);
    },
    step: (taken) => step(playing, taken),
    resetEnded() {
      for (let environment = 0; environment < game.environments; environment++)
        if (game.ended[environment] === 1) guidance.restart(environment);
      game.resetEnded();
      see(playing);
    },
  };
}

type Playing = {
  readonly game: ScalingGame;
  readonly guidance: Guidance;
  readonly options: GuidanceOptions;
  rng: Rng;
};

function guidanceOf({ agents, environments, actions, bases }: ScalingGame, options: GuidanceOptions): Guidance {
  return createGuidance({
    organization: options.organization,
    assignment: options.assignment,
    shape: { agents, environments, actions },
    ...choiceIn(bases),
  });
}

function see({ game, guidance, rng }: Playing): void {
  guidance.see(game.readings(), game.atS, rng);
}

function step(playing: Playing, taken: Int32Array): void {
  const { game, guidance, options } = playing;
  const done = guidance.settle(taken);
  guidance.act(done, game.atS);
  game.step(done);
  for (let cell = 0; cell < game.rewards.length; cell++)
    game.rewards[cell] = game.rewards[cell]! + options.weight * guidance.rewards[cell]!;
}

type Sums = Readonly<Record<string, () => number>>;

/** The game's totals and what an organization counted since they were cleared; added up only when somebody looks. */
function totalsOf(
  game: ScalingGame,
  sums: Sums,
): { readonly totals: VectorGame["totals"]; readonly clear: () => void } {
  const before: Record<string, number> = {};
  const clear = (): void => {
    for (const [name, sum] of Object.entries(sums)) before[name] = sum();
  };
  clear();
  const all: Sums = {
    ...Object.fromEntries(Object.keys(game.totals).map((name) => [name, () => game.totals[name]!])),
    ...Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, () => sum() - before[name]!])),
  };
  const totals: Record<string, number> = {};
  for (const [name, get] of Object.entries(all)) Object.defineProperty(totals, name, { enumerable: true, get });
  return { totals, clear };
}

/** Everything an organization counts, by a name of its own. */
function sumsOf({ counts }: Guidance, names: readonly string[] | undefined): Sums {
  const { rules, norms, goals, conflicts } = counts;
  const nameOf = (agent: number): string => names?.[agent] ?? String(agent);
  const byPair = conflicts.map((pair) => [
    `${nameOf(pair.superior)} overruled ${nameOf(pair.subordinate)}`,
    () => pair.overruled,
  ]);
  return {
    rulesApplied: () => rules.applied,
    rulesBroken: () => rules.broken,
    ruleConflicts: () => rules.conflicts,
    obligationsMet: () => norms.reduce((sum, { met }) => sum + met, 0),
    obligationsUnmet: () => norms.reduce((sum, { unmet }) => sum + unmet, 0),
    goalsReached: () => goals.reduce((sum, { reached }) => sum + reached, 0),
    movesOverruled: () => conflicts.reduce((sum, { overruled }) => sum + overruled, 0),
    movesUpheld: () => conflicts.reduce((sum, { upheld }) => sum + upheld, 0),
    ...(Object.fromEntries(byPair) as Sums),
  };
}
