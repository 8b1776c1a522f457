import { meanOf } from "../../../core/statistics.ts";
import type { ParallelEnv } from "../parallel/parallel-env.ts";
import { discrete } from "../spaces/space.ts";
import { createAttacker } from "./attacker.ts";
import { type ServiceGameSpec, serviceSignals } from "./service-game.ts";
import { parallelEnvOf } from "./team-game.ts";

/** The version changes with anything that changes results, from the first release on. */
const attackId = "karma/attack-v0";

/**
 * KARMA's game: those of {@link createAutoscaling} defend, one more attacks. In each step the attacker chooses an entry,
 * how much traffic to send there (5 levels: 0 ... 4 times the users' mean) and how much of it to alter (3 levels: each
 * ready replica of the entry's service crashes with chance 0, .1 or .2). Its requests are nobody's: they cost CPU and are
 * not counted. Its reward is minus the defenders' mean.
 *
 * @source KARMA paper (arXiv 2505.21559), the attacker; that levels start at none is ours
 */
export function createAttack(spec: ServiceGameSpec): ParallelEnv {
  const { topology, maxSteps, stream } = spec;
  const attack = createAttacker(spec);
  const { side } = attack;
  const { observations, reward } = side;
  const defenders = topology.services.map(({ name }) => name);
  const attacker = defenders.length;
  const action = discrete(side.actions.choices);
  const isAttacker = (agent: number): boolean => agent === attacker;
  return parallelEnvOf(
    {
      metadata: { id: attackId, renderModes: ["ansi"], maxSteps, signals: serviceSignals(spec) },
      agents: [...defenders, attackerName(defenders)],
      observationSpaces: [...defenders.map(() => observations.space), attack.observationSpace],
      actionSpaces: [...defenders.map(() => action), attack.actionSpace],
      stateSpace: side.stateSpace,
      begin: (seed, options) => attack.begin(seed, options),
      play(actions) {
        attack.strike(actions[attacker] as Int32Array);
        side.step(actions.slice(0, attacker).map(Number));
      },
      observe: (agent) => (isAttacker(agent) ? attack.see() : observations.of(agent)),
      reward: (agent) =>
        isAttacker(agent) ? -meanOf(defenders.map((_, service) => reward.of(service))) : reward.of(agent),
      info: (agent) => (isAttacker(agent) ? attack.info() : side.info(agent)),
      state: () => side.state(),
      draw: () => `${side.draw()}\n${attack.draw()}`,
    },
    stream,
  );
}

/** A name that no service has. */
function attackerName(taken: readonly string[]): string {
  let name = "attacker";
  while (taken.includes(name)) name += "_";
  return name;
}
