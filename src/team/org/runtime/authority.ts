import type { Choice, TeamShape } from "./role-rules.ts";

/** What became of the conflicts between two agents, over all environments. */
export type ConflictCounts = {
  readonly superior: number;
  readonly subordinate: number;
  /** The subordinate did something else. */
  overruled: number;
  /** A rule left the subordinate nothing else, and it did what it chose. */
  upheld: number;
};

/**
 * Who decides where agents move against each other in one step. An agent that asks for more replicas overrules a
 * subordinate that gives replicas back in the same step: the subordinate keeps its size, or does what comes next to that
 * among what its own rules allow. Growth is never overruled: who needs replicas gets them, whoever is in charge.
 */
export type Authority = {
  readonly counts: readonly ConflictCounts[];
  /** Who overruled the agent of a cell in the last step; -1: nobody: [cells]. */
  readonly overruledBy: Int32Array;
  /** What is done of what was chosen: [cells], the same array each time. */
  settle(chosen: Int32Array): Int32Array;
};

type State = TeamShape & {
  readonly counts: readonly ConflictCounts[];
  /** What may be done: [cells][actions]. */
  readonly mask: Uint8Array;
  readonly choice: Choice;
  readonly done: Int32Array;
  readonly overruledBy: Int32Array;
};

export type AuthoritySpec = Pick<State, "mask" | "choice"> & {
  readonly shape: TeamShape;
  /** [from][to], 1 where there is a link. */
  readonly links: readonly Uint8Array[];
};

export function createAuthority({ shape, links, ...spec }: AuthoritySpec): Authority {
  const cells = shape.agents * shape.environments;
  const counts = links.flatMap((row, superior) =>
    [...row.keys()]
      .filter((subordinate) => row[subordinate] === 1)
      .map((subordinate): ConflictCounts => ({ superior, subordinate, overruled: 0, upheld: 0 })),
  );
  const state: State = {
    ...shape,
    ...spec,
    counts,
    done: new Int32Array(cells),
    overruledBy: new Int32Array(cells).fill(-1),
  };
  return {
    counts,
    overruledBy: state.overruledBy,
    settle: (chosen) => settle(state, chosen),
  };
}

function settle(state: State, chosen: Int32Array): Int32Array {
  const { counts, environments, done, overruledBy, choice } = state;
  const { wanted, sizes } = choice;
  done.set(chosen);
  overruledBy.fill(-1);
  for (const pair of counts) {
    for (let environment = 0; environment < environments; environment++) {
      const superior = pair.superior * environments + environment;
      const subordinate = pair.subordinate * environments + environment;
      // Both without a branch: which way it would go changes from step to step.
      const grows = Number(wanted(chosen[superior]!, superior) > sizes.size[superior]!);
      const shrinks = Number(wanted(chosen[subordinate]!, subordinate) < sizes.size[subordinate]!);
      // Once is enough, by whom comes first.
      if ((grows & shrinks) === 1 && overruledBy[subordinate]! < 0) overrule(state, pair, subordinate);
    }
  }
  return done;
}

function overrule(state: State, pair: ConflictCounts, cell: number): void {
  const instead = nearestToKeeping(state, cell);
  if (instead < 0) {
    pair.upheld++;
    return;
  }
  pair.overruled++;
  state.done[cell] = instead;
  state.overruledBy[cell] = pair.superior;
}

/** Of the allowed actions that give nothing back, the one that asks for the fewest replicas; -1: there is none. */
function nearestToKeeping({ mask, actions, choice: { wanted, sizes } }: State, cell: number): number {
  let nearest = -1;
  let fewest = Number.POSITIVE_INFINITY;
  for (let action = 0; action < actions; action++) {
    if (mask[cell * actions + action] === 0) continue;
    const replicas = wanted(action, cell);
    if (replicas < sizes.size[cell]! || !(replicas < fewest)) continue;
    fewest = replicas;
    nearest = action;
  }
  return nearest;
}
