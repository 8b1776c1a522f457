import { createRng, type Rng } from "../../../src/core/rng.ts";
import type { AgentInfo, ParallelEnv } from "../../../src/team/env/parallel/parallel-env.ts";
import { contains } from "../../../src/team/env/spaces/mismatch.ts";
import { box, discrete, type SpaceValue } from "../../../src/team/env/spaces/space.ts";

const width = 6;
export const walkerSteps = 12;

/** Walkers on a line, each from a random place to the right end; a wall on the left is masked. Small, and complete. */
export function createWalkers(): ParallelEnv {
  const possibleAgents = ["walker_0", "walker_1", "walker_2"];
  const observation = box([0, 0], [width, walkerSteps], [2]);
  const action = discrete(3);
  const places = new Map<string, number>();
  let rng: Rng = createRng("unseeded");
  let agents: string[] = [];
  let step = -1;

  const known = (agent: string): void => {
    if (!possibleAgents.includes(agent)) throw new Error(`no agent ${agent}`);
  };
  const see = (agent: string): SpaceValue => Float32Array.of(places.get(agent)!, step);
  const inform = (agent: string): AgentInfo => ({
    actionMask: Uint8Array.of(places.get(agent) === 0 ? 0 : 1, 1, 1),
  });

  return {
    metadata: { id: "walkers/1", renderModes: ["ansi", "human", "rgb_array"], maxSteps: walkerSteps },
    possibleAgents,
    get agents() {
      return agents;
    },
    observationSpace: (agent) => (known(agent), observation),
    actionSpace: (agent) => (known(agent), action),
    stateSpace: box(0, width, [3]),
    reset(seed) {
      if (seed !== undefined) rng = createRng(seed);
      agents = [...possibleAgents];
      step = 0;
      for (const agent of agents) places.set(agent, rng.integer(width - 1));
      return { observations: byAgent(agents, see), infos: byAgent(agents, inform) };
    },
    step(actions) {
      if (step < 0 || agents.length === 0) throw new Error("reset first");
      if (Object.keys(actions).toSorted().join() !== agents.toSorted().join()) throw new Error("other agents act");
      for (const agent of agents) if (!contains(action, actions[agent])) throw new Error(`bad action of ${agent}`);
      step++;
      const acted = agents;
      for (const agent of acted) {
        const moved = places.get(agent)! + Number(actions[agent]) - 1;
        places.set(agent, Math.max(0, Math.min(width, moved)));
      }
      const terminations = byAgent(acted, (agent) => places.get(agent) === width);
      const truncations = byAgent(acted, (agent) => step === walkerSteps && !terminations[agent]!);
      agents = acted.filter((agent) => !terminations[agent]! && !truncations[agent]!);
      return {
        observations: byAgent(acted, see),
        rewards: byAgent(acted, (agent) => (terminations[agent]! ? 1 : -0.1)),
        terminations,
        truncations,
        infos: byAgent(acted, inform),
      };
    },
    state: () => Float32Array.from(possibleAgents, (agent) => places.get(agent)!),
    render(mode) {
      if (mode === "human") return undefined;
      const row = Array.from({ length: width + 1 }, (_, at) => ([...places.values()].includes(at) ? 1 : 0));
      if (mode === "ansi") return row.map((taken) => (taken === 1 ? "x" : ".")).join("");
      const pixels = Uint8Array.from(row.flatMap((taken) => [255 * taken, 0, 0]));
      return { width: row.length, height: 1, pixels };
    },
    close() {},
  };
}

function byAgent<T>(of: readonly string[], value: (agent: string) => T): Record<string, T> {
  return Object.fromEntries(of.map((agent) => [agent, value(agent)]));
}
