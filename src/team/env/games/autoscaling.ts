import type { ParallelEnv } from "../parallel/parallel-env.ts";
import { discrete } from "../spaces/space.ts";
import { createServiceGame, type ServiceGameSpec, serviceSignals } from "./service-game.ts";
import { parallelEnvOf } from "./team-game.ts";

/** The version changes with anything that changes results, from the first release on. */
const autoscalingId = "karma/autoscaling-v0";

/**
 * A team that scales the services of a topology, an agent each, on the fluid twin: observation, need and guard are those
 * of the live loop.
 */
export function createAutoscaling(spec: ServiceGameSpec): ParallelEnv {
  const { topology, maxSteps, stream } = spec;
  const side = createServiceGame(spec);
  const { observations, reward } = side;
  const agents = topology.services.map(({ name }) => name);
  const action = discrete(side.actions.choices);
  return parallelEnvOf(
    {
      metadata: { id: autoscalingId, renderModes: ["ansi"], maxSteps, signals: serviceSignals(spec) },
      agents,
      observationSpaces: agents.map(() => observations.space),
      actionSpaces: agents.map(() => action),
      stateSpace: side.stateSpace,
      begin: (seed, options) => side.begin(seed, options),
      play: (actions) => side.step(actions.map(Number)),
      observe: (agent) => observations.of(agent),
      reward: (agent) => reward.of(agent),
      info: (agent) => side.info(agent),
      state: () => side.state(),
      draw: () => side.draw(),
    },
    stream,
  );
}
